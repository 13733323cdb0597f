import { type Atom, atomsOf, verbatimOf } from './atoms.ts';
import { inlineOf } from './inline.ts';
import type { Inline, Part } from './node.ts';

export interface MrkdwnOptions {
  /** `verbatim: true` in Slack: addresses in the text are not made links. */
  readonly verbatim?: boolean;
}

/** Reads a text in Slack's mrkdwn. Never throws: what means nothing is text. */
export const parseMrkdwn = (text: string, { verbatim = false }: MrkdwnOptions = {}): readonly Part[] =>
  splitFences(atomsOf(text)).flatMap((piece): readonly Part[] =>
    piece.isFenced
      ? [{ kind: 'preformatted', inner: verbatimOf(trimNewline(piece.atoms)) }]
      : quotesAndParagraphs(piece.atoms, verbatim),
  );

interface Piece {
  readonly isFenced: boolean;
  readonly atoms: readonly Atom[];
}

/** Three backticks begin and end a preformatted part; without an end they are backticks. */
function splitFences(atoms: readonly Atom[]): readonly Piece[] {
  const pieces: Piece[] = [];
  let from = 0;
  for (;;) {
    const start = findFence(atoms, from);
    // There is something in between.
    const end = start < 0 ? -1 : findFence(atoms, start + 4);
    if (end < 0) return [...pieces, { isFenced: false, atoms: atoms.slice(from) }].filter(hasAtoms);
    pieces.push({ isFenced: false, atoms: trimEndNewline(atoms.slice(from, start)) });
    pieces.push({ isFenced: true, atoms: atoms.slice(start + 3, end) });
    from = end + 3;
    if (atoms[from] === '\n') from += 1;
  }
}

const hasAtoms = ({ atoms }: Piece): boolean => atoms.length > 0;

function findFence(atoms: readonly Atom[], from: number): number {
  for (let index = from; index + 2 < atoms.length; index += 1) {
    if (atoms[index] === '`' && atoms[index + 1] === '`' && atoms[index + 2] === '`') return index;
  }
  return -1;
}

const trimNewline = (atoms: readonly Atom[]): readonly Atom[] =>
  trimEndNewline(atoms[0] === '\n' ? atoms.slice(1) : atoms);

const trimEndNewline = (atoms: readonly Atom[]): readonly Atom[] =>
  atoms.at(-1) === '\n' ? atoms.slice(0, -1) : atoms;

/** Lines that begin with `>` are one quotation; `>>>` quotes all that follows. */
function quotesAndParagraphs(atoms: readonly Atom[], verbatim: boolean): readonly Part[] {
  const parts: { kind: 'paragraph' | 'quote'; lines: (readonly Atom[])[] }[] = [];
  let quotesAll = false;
  for (const line of linesOf(atoms)) {
    const marks = quotesAll ? 0 : quoteMarks(line);
    if (marks === 3) quotesAll = true;
    const kind = quotesAll || marks > 0 ? 'quote' : 'paragraph';
    const content = dropBlank(line.slice(marks), marks > 0);
    const last = parts.at(-1);
    if (last?.kind === kind) last.lines.push(content);
    else parts.push({ kind, lines: [content] });
  }
  return parts.map(({ kind, lines }) => ({
    kind,
    inner: lines.flatMap((line, index): readonly Inline[] => [
      ...(index === 0 ? [] : [{ kind: 'break' } as const]),
      ...inlineOf(line, verbatim),
    ]),
  }));
}

function quoteMarks(line: readonly Atom[]): 0 | 1 | 3 {
  if (line[0] !== '>') return 0;
  return line[1] === '>' && line[2] === '>' ? 3 : 1;
}

const dropBlank = (line: readonly Atom[], isQuoted: boolean): readonly Atom[] =>
  isQuoted && line[0] === ' ' ? line.slice(1) : line;

function linesOf(atoms: readonly Atom[]): readonly (readonly Atom[])[] {
  const lines: Atom[][] = [[]];
  for (const atom of atoms) {
    if (atom === '\n') lines.push([]);
    else lines.at(-1)?.push(atom);
  }
  return lines;
}
