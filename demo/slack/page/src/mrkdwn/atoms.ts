import { decodeEntities } from './entities.ts';
import type { Inline, Token } from './node.ts';
import { readToken } from './token.ts';

/** A character of the text, or a whole token in angle brackets: marks such as `*` never look into a token. */
export type Atom = string | Token;

const pieces = /<([^<>\n]*)>|&(?:amp|lt|gt);|[\s\S]/gu;

/** The text in pieces. Only a `<` that came unescaped begins a token; what is no token stays as it was written. */
export const atomsOf = (text: string): readonly Atom[] =>
  [...text.matchAll(pieces)].flatMap(([piece, inside]): readonly Atom[] => {
    if (inside === undefined) return [decodeEntities(piece)];
    const token = readToken(inside);
    return typeof token === 'string' ? [...token] : [token];
  });

/** The atoms as they are, for code: nothing is marked up, and tokens stay tokens. */
export function verbatimOf(atoms: readonly Atom[]): readonly Inline[] {
  const nodes: Inline[] = [];
  let text = '';
  for (const atom of atoms) {
    if (typeof atom === 'string') {
      text += atom;
      continue;
    }
    if (text !== '') nodes.push({ kind: 'text', text });
    text = '';
    nodes.push(atom);
  }
  return text === '' ? nodes : [...nodes, { kind: 'text', text }];
}
