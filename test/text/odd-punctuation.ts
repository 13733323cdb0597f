/** What stands in a Chinese sentence as it is because it is no Chinese: YAML, addresses, a fingerprint's beginning. */
const meant = [
  '（键: 值）',
  '用户:密码@主机:3306',
  '[用户:密码@]主机:6379',
  'SHA256: 加',
  '{ en: …, zh-CN: … }',
  '"02:00"',
  ':=',
  'zh:',
];
const marks = '[,;:!?()]';
const odd = [
  // Beside a Chinese character, or between two things of a Chinese sentence.
  new RegExp(`\\p{Script=Han} ?${marks}`, 'u'),
  new RegExp(`${marks} ?\\p{Script=Han}`, 'u'),
  /[”」）□] ?[,;:] |[,;:] ?[“「（□]/u,
];

/** Marks of English within a Chinese text; □ stands for what is put in. Empty for a text without Chinese. */
export function findOddPunctuation(text: string): readonly string[] {
  if (!/\p{Script=Han}/u.test(text)) return [];
  const bare = meant.reduce((left, part) => left.replaceAll(part, ' '), text);
  return odd.flatMap((pattern) => pattern.exec(bare)?.[0] ?? []);
}

/** What opens what is put into a template. */
const opening = '$' + '{';

/** The string literals of a source text; what is put into a template is □, and its own literals are found as well. */
export function literalsIn(source: string): readonly string[] {
  const found: string[] = [];
  let at = 0;
  const readTemplate = (): void => {
    let text = '';
    for (; at < source.length && source[at] !== '`'; at += 1) {
      if (source.startsWith(opening, at)) {
        at += opening.length;
        readCode('}');
        text += '□';
        continue;
      }
      if (source[at] === '\\') at += 1;
      text += source[at] ?? '';
    }
    found.push(text);
  };
  const readQuoted = (quote: string): void => {
    let text = '';
    for (; at < source.length && source[at] !== quote; at += 1) {
      if (source[at] === '\\') at += 1;
      text += source[at] ?? '';
    }
    found.push(text);
  };
  const readCode = (until: string | undefined): void => {
    for (let depth = 0; at < source.length; at += 1) {
      const character = source[at];
      if (character === until && depth === 0) return;
      if (character === '{') depth += 1;
      if (character === '}') depth -= 1;
      if (source.startsWith('//', at)) at = source.indexOf('\n', at);
      else if (source.startsWith('/*', at)) at = source.indexOf('*/', at) + 1;
      else if (character === '`' || character === "'" || character === '"') {
        at += 1;
        if (character === '`') readTemplate();
        else readQuoted(character);
      }
    }
  };
  readCode(undefined);
  return found;
}
