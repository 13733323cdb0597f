import { narrow } from './narrow.ts';

/** Characters that are read of what a person typed; whoever hands over more cuts it here, with an ellipsis. */
export const mostTyped = 3_000;

/** What a person typed after `/queue` or after a mention, cut into words. */
export interface Words {
  /** Words without `=`, in their order and letter case. */
  readonly plain: readonly string[];
  /** `key=value` pairs; keys in lower case, values as typed. */
  readonly filters: ReadonlyMap<string, string>;
  /** The text as it was typed, trimmed. */
  readonly text: string;
}

export type WordsProblem =
  | { readonly code: 'unclosed-quote'; readonly quote: string }
  | { readonly code: 'filter-twice'; readonly key: string };

const openers = new Map([
  ['"', '"'],
  ["'", "'"],
  ['“', '”'],
  ['„', '“'],
  ['‘', '’'],
  ['«', '»'],
]);
/** Phones close a quote with whatever they like: any double closes a double, any single a single. */
const doubles = new Set(['"', '“', '”', '„', '«', '»']);
const singles = new Set(["'", '‘', '’']);
const filterPattern = /^([a-z_\uff41-\uff5a\uff21-\uff3a]+)[=＝](.*)$/is;
const equals = /[=＝]$/;

/**
 * Cuts a line into plain words and `key=value` filters. A value may stand in straight or curly quotes; a quote opens
 * only at the start of a word or right after `=`, so that `don't` stays a word. Slack's own marks for mentions
 * (`<@U0ANNA|anna>`) are left as they are. The equals sign and the key may have full width (`queue＝reports`).
 */
export function parseWords(
  line: string,
): { readonly ok: true; readonly words: Words } | { readonly ok: false; readonly problem: WordsProblem } {
  const plain: string[] = [];
  const filters = new Map<string, string>();
  const cut = cutWords(line);
  if ('problem' in cut) return { ok: false, problem: cut.problem };
  for (const token of cut.tokens) {
    const match = token.quotedFromStart ? null : filterPattern.exec(token.text);
    if (match?.[1] === undefined || match[2] === undefined) {
      plain.push(token.text);
      continue;
    }
    const key = narrow(match[1]).toLowerCase();
    if (filters.has(key)) return { ok: false, problem: { code: 'filter-twice', key } };
    filters.set(key, match[2]);
  }
  return { ok: true, words: { plain, filters, text: line.trim() } };
}

interface Token {
  readonly text: string;
  readonly quotedFromStart: boolean;
}

function cutWords(line: string): { readonly tokens: readonly Token[] } | { readonly problem: WordsProblem } {
  const tokens: Token[] = [];
  const characters = [...line];
  let index = 0;
  while (index < characters.length) {
    if (/\s/u.test(characters[index] ?? '')) {
      index += 1;
      continue;
    }
    let text = '';
    const quotedFromStart = openers.has(characters[index] ?? '');
    while (index < characters.length && !/\s/u.test(characters[index] ?? '')) {
      const character = characters[index] ?? '';
      if (openers.has(character) && (text === '' || equals.test(text))) {
        const closers = doubles.has(character) ? doubles : singles;
        const end = characters.findIndex((c, at) => at > index && closers.has(c));
        if (end === -1) return { problem: { code: 'unclosed-quote', quote: character } };
        text += characters.slice(index + 1, end).join('');
        index = end + 1;
        continue;
      }
      text += character;
      index += 1;
    }
    tokens.push({ text, quotedFromStart });
  }
  return { tokens };
}
