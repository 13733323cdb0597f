import { capText } from '../core/strip.ts';

const longest = 300;

/** What a host or artisan said, as one line for a card; all of it stands in the audit. */
export const saidInShort = (output: string | undefined): string =>
  capText((output ?? '').trim().replace(/\s+/g, ' '), longest);
