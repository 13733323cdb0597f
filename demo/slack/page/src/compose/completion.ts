/** What can take the place of the word that is being typed. */
export interface Suggestion {
  readonly key: string;
  /** What is put into the box. */
  readonly insert: string;
  readonly label: string;
  readonly note: string;
  /** What stands for `insert` on the wire, e.g. `<@U0ANNA>`. */
  readonly wire?: string;
}

export interface Offer {
  /** The part of the text that is replaced. */
  readonly from: number;
  readonly to: number;
  readonly suggestions: readonly Suggestion[];
}

export interface Vocabulary {
  readonly commands: readonly {
    readonly command: string;
    readonly description: string;
    readonly usageHint: string;
  }[];
  readonly people: readonly { readonly id: string; readonly name: string }[];
  readonly channels: readonly { readonly id: string; readonly name: string }[];
}

const most = 8;

/** What fits where the cursor is: commands at the beginning, people behind `@`, channels behind `#`. */
export function suggest(text: string, cursor: number, words: Vocabulary): Offer | undefined {
  const before = text.slice(0, cursor);
  const command = /^\/\S*$/.exec(before)?.[0];
  if (command !== undefined) return offer(0, cursor, commandsLike(command, words));
  const named = /(?:^|[\s(])([@#])([\p{L}\p{N}._-]*)$/u.exec(before);
  if (named === null) return undefined;
  const [, mark = '@', typed = ''] = named;
  return offer(
    cursor - typed.length - 1,
    cursor,
    mark === '@' ? peopleLike(typed, words) : channelsLike(typed, words),
  );
}

const offer = (from: number, to: number, suggestions: readonly Suggestion[]): Offer | undefined =>
  suggestions.length === 0 ? undefined : { from, to, suggestions: suggestions.slice(0, most) };

const commandsLike = (typed: string, { commands }: Vocabulary): readonly Suggestion[] =>
  commands
    .filter(({ command }) => command.startsWith(typed.toLowerCase()))
    .map(({ command, description, usageHint }) => ({
      key: command,
      insert: `${command} `,
      label: usageHint === '' ? command : `${command} ${usageHint}`,
      note: description,
    }));

const startsLike = (name: string, typed: string): boolean =>
  name
    .toLowerCase()
    .split(/[\s(]+/)
    .some((word) => word.startsWith(typed.toLowerCase()));

const peopleLike = (typed: string, { people }: Vocabulary): readonly Suggestion[] =>
  people
    .filter(({ name }) => startsLike(name, typed))
    .map(({ id, name }) => ({ key: id, insert: `@${name} `, label: name, note: '', wire: `<@${id}>` }));

const channelsLike = (typed: string, { channels }: Vocabulary): readonly Suggestion[] =>
  channels
    .filter(({ name }) => startsLike(name, typed))
    .map(({ id, name }) => ({
      key: id,
      insert: `#${name} `,
      label: `#${name}`,
      note: '',
      wire: `<#${id}|${name}>`,
    }));

/** The usage hint of the command that is being typed, while its words are. */
export function hintFor(text: string, { commands }: Vocabulary): string {
  const [typed, rest] = text.split(/\s+/, 2);
  const found = commands.find(({ command }) => command === typed);
  return found === undefined || rest === undefined || rest !== '' ? '' : found.usageHint;
}
