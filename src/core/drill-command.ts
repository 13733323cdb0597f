/** What a drill must never run: it would touch real jobs or the schema, or be any code at all. */
const dangerous = ['queue:', 'db:', 'migrate', 'tinker'] as const;

/**
 * The position of the first word of an artisan command that a drill may not run, or undefined. Any word counts, in any
 * letter case, since a command may be handed another one's name (`schedule:test --name=queue:flush`).
 */
export function findDangerousWord(words: readonly string[]): number | undefined {
  const at = words.findIndex(
    (word, index) =>
      dangerous.some((name) => word.toLowerCase().includes(name)) ||
      (mayBeCommand(words, index) && isAbbreviated(word)),
  );
  return at === -1 ? undefined : at;
}

/** The first word that is no option; after an option that may take the next word as its value, any of them. */
const mayBeCommand = (words: readonly string[], index: number): boolean =>
  !words[index]?.startsWith('-') &&
  words.slice(0, index).every((word) => word.startsWith('-') || words[0]?.startsWith('-'));

/** Artisan runs `q:fl` as `queue:flush` and `tink` as `tinker` where nothing else begins so. */
function isAbbreviated(word: string): boolean {
  const [space = '', ...rest] = word.toLowerCase().split(':');
  const begun = dangerous.filter((name) => name.startsWith(space));
  return space !== '' && begun.some((name) => rest.length > 0 || !name.endsWith(':'));
}
