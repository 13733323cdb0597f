import { type ReadFile, readSecretFile } from './environment.ts';
import type { ConfigPath } from './fault.ts';
import type { Finding } from './issues.ts';
import { isMapping } from './leaf.ts';

/** Every secret of the file; `*` is any name. Each may stand inline or in a file that `KEY_file` names. */
const secrets: readonly (readonly string[])[] = [
  ['store', 'url'],
  ['store', 'migrate_url'],
  ['audit', 'key'],
  ['apps', '*', 'database'],
  ['apps', '*', 'database_write'],
  ['apps', '*', 'redis', 'url'],
  ['alerts', 'page', 'pagerduty'],
  ['alerts', 'page', 'webhook'],
  ['alerts', 'heartbeat', 'url'],
];

/**
 * Puts the content of secrets' files in the place of their `…_file` keys, in the freshly read tree itself, so that the
 * schema knows secrets only. Gives the faults, and the places where the schema would miss a secret because of them.
 */
export function readSecretFiles(
  root: unknown,
  resolvePath: (path: string) => string,
  readFile: ReadFile,
): { readonly faults: readonly Finding[]; readonly excused: readonly ConfigPath[] } {
  const faults: Finding[] = [];
  const excused: ConfigPath[] = [];
  for (const pattern of secrets) {
    for (const { holder, path } of holdersOf(root, pattern.slice(0, -1), [])) {
      const key = pattern.at(-1) ?? '';
      const fileKey = `${key}_file`;
      if (!(fileKey in holder)) continue;
      const finding = takeFile(holder, key, [...path, fileKey], resolvePath, readFile);
      delete holder[fileKey];
      if (finding === undefined) continue;
      faults.push(finding);
      excused.push([...path, key]);
    }
  }
  return { faults, excused };
}

function takeFile(
  holder: Record<string, unknown>,
  key: string,
  path: ConfigPath,
  resolvePath: (path: string) => string,
  readFile: ReadFile,
): Finding | undefined {
  const file = holder[`${key}_file`];
  if (key in holder) {
    return { path, expected: 'inline-or-file', names: [key, `${key}_file`], came: { kind: 'both' } };
  }
  if (typeof file !== 'string' || file === '') return { path, expected: 'path', came: { kind: 'empty' } };
  const read = readSecretFile(resolvePath(file), readFile);
  if (read.kind !== 'set') {
    return { path, expected: 'secret', came: { kind: 'hidden', problem: read.kind } };
  }
  holder[key] = read.value;
  return undefined;
}

function holdersOf(
  value: unknown,
  pattern: readonly string[],
  path: readonly string[],
): readonly { readonly holder: Record<string, unknown>; readonly path: readonly string[] }[] {
  if (!isMapping(value)) return [];
  const [first, ...rest] = pattern;
  // The tree's mappings are plain objects of its own making.
  if (first === undefined) return [{ holder: value as Record<string, unknown>, path }];
  const names = first === '*' ? Object.keys(value) : [first];
  return names.flatMap((name) => holdersOf(value[name], rest, [...path, name]));
}
