const quotedText = /'(?:[^']|'')*'|"(?:[^"]|"")*"/g;
const word = /`((?:[^`]|``)+)`|[\p{L}_$][\p{L}\p{N}_$]*/gu;

/**
 * Which of these columns (in lower case) an operator's condition names. A function of a column's name counts as well: one too
 * many does no harm here. Undefined: it looks into other tables too, so nothing can be said.
 */
export function columnsIn(
  condition: string,
  known: { has(name: string): boolean },
): ReadonlySet<string> | undefined {
  const words = [...condition.replace(quotedText, ' ').matchAll(word)].map((match) =>
    (match[1] ?? match[0]).toLowerCase(),
  );
  return words.includes('select') ? undefined : new Set(words.filter((name) => known.has(name)));
}
