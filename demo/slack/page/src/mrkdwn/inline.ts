import { type Atom, verbatimOf } from './atoms.ts';
import type { Inline } from './node.ts';

const marks = { '*': 'bold', _: 'italic', '~': 'strike' } as const;
const wordish = /[\p{L}\p{N}]/u;
const emojiName = /^:([a-z0-9_+'-]+(?:::skin-tone-[2-6])?):/;
const longestEmojiName = 100;
/** Ends before punctuation that belongs to the sentence around it. */
const address = /^https?:\/\/[^\s<>"'`*|]*[^\s<>"'`*|.,:;!?)\]}_~]/;

/** One line: marks, code, emoji and addresses. A mark works where a word begins and ends, as in Slack. */
export function inlineOf(line: readonly Atom[], verbatim: boolean): readonly Inline[] {
  const nodes: Inline[] = [];
  // Marks without an end in the rest of the line, so that they are looked for once.
  const endless = new Set<string>();
  let text = '';
  const flush = (): void => {
    if (text !== '') nodes.push({ kind: 'text', text });
    text = '';
  };
  for (let at = 0; at < line.length; ) {
    const found = readAt(line, at, verbatim, endless);
    if (found === undefined) {
      text += String(line[at]); // tokens are always read
      at += 1;
      continue;
    }
    flush();
    nodes.push(found.node);
    at = found.next;
  }
  flush();
  return nodes;
}

interface Found {
  readonly node: Inline;
  /** Where the line goes on. */
  readonly next: number;
}

function readAt(
  line: readonly Atom[],
  at: number,
  verbatim: boolean,
  endless: Set<string>,
): Found | undefined {
  const atom = line[at];
  if (atom === undefined) return undefined;
  if (typeof atom !== 'string') return { node: atom, next: at + 1 };
  if (atom === '`') return readCode(line, at);
  if (atom === ':') return readEmoji(line, at);
  if (atom === '*' || atom === '_' || atom === '~')
    return endless.has(atom) ? undefined : readMarked(line, at, atom, verbatim, endless);
  if (atom === 'h' && !verbatim && !isWord(line[at - 1])) return readAddress(line, at);
  return undefined;
}

function readCode(line: readonly Atom[], at: number): Found | undefined {
  const end = line.indexOf('`', at + 1);
  if (end <= at + 1) return undefined;
  return { node: { kind: 'code', inner: verbatimOf(line.slice(at + 1, end)) }, next: end + 1 };
}

function readMarked(
  line: readonly Atom[],
  at: number,
  mark: keyof typeof marks,
  verbatim: boolean,
  endless: Set<string>,
): Found | undefined {
  if (isWord(line[at - 1]) || line[at - 1] === mark) return undefined;
  if (isBlank(line[at + 1]) || line[at + 1] === mark) return undefined;
  const end = findEnd(line, at + 1, mark);
  if (end === undefined) {
    endless.add(mark);
    return undefined;
  }
  const inner = inlineOf(line.slice(at + 1, end), verbatim);
  return { node: { kind: marks[mark], inner }, next: end + 1 };
}

/** The closing mark stands behind a word and before none; marks in code don't count. */
function findEnd(line: readonly Atom[], from: number, mark: string): number | undefined {
  for (let at = from; at < line.length; at += 1) {
    if (line[at] === '`') at = Math.max(at, line.indexOf('`', at + 1));
    else if (line[at] === mark && at > from && !isBlank(line[at - 1]) && !isWord(line[at + 1])) return at;
  }
  return undefined;
}

const isWord = (atom: Atom | undefined): boolean => typeof atom === 'string' && wordish.test(atom);

const isBlank = (atom: Atom | undefined): boolean =>
  atom === undefined || (typeof atom === 'string' && /\s/.test(atom));

function readEmoji(line: readonly Atom[], at: number): Found | undefined {
  const name = emojiName.exec(textFrom(line, at, longestEmojiName))?.[1];
  return name === undefined ? undefined : { node: { kind: 'emoji', name }, next: at + name.length + 2 };
}

function readAddress(line: readonly Atom[], at: number): Found | undefined {
  if (!/^https?:\/\//.test(textFrom(line, at, 8))) return undefined;
  const url = address.exec(textFrom(line, at, line.length))?.[0];
  return url === undefined
    ? undefined
    : { node: { kind: 'link', url, label: undefined }, next: at + [...url].length };
}

/** The characters up to the next token. */
function textFrom(line: readonly Atom[], at: number, most: number): string {
  let text = '';
  for (const atom of line.slice(at, at + most)) {
    if (typeof atom !== 'string') break;
    text += atom;
  }
  return text;
}
