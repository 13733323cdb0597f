import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Plugin } from 'vite';

const name = 'virtual:emoji-names';
const resolved = `\0${name}`;

/** `virtual:emoji-names`: a text of names and characters in turn, separated by blanks, made at build time. */
export const emojiNames = (): Plugin => ({
  name: 'emoji-names',
  resolveId: (id) => (id === name ? resolved : undefined),
  load: (id) => (id === resolved ? `export default ${JSON.stringify(packEmojiNames())}` : undefined),
});

/** Slack's names are those of iamcal's emoji-data; each stands beside its character as browsers draw it in colour. */
export function packEmojiNames(): string {
  const names = readJson<Readonly<Record<string, string | readonly string[]>>>(
    'emojibase-data/en/shortcodes/iamcal.json',
  );
  const emoji = readJson<readonly { readonly hexcode: string; readonly unicode: string }[]>(
    'emojibase-data/en/compact.json',
  );
  return emoji
    .flatMap(({ hexcode, unicode }) => [names[hexcode] ?? []].flat().map((one) => `${one} ${unicode}`))
    .join(' ');
}

function readJson<T>(path: string): T {
  const file = createRequire(import.meta.url).resolve(path);
  return JSON.parse(readFileSync(file, 'utf8')) as T; // the package's own format
}
