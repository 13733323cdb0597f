import { dirname, resolve } from 'node:path';
import type { Configuration } from '../core/configuration.ts';
import { buildConfiguration } from './build.ts';
import {
  type Environment,
  findVariable,
  type ReadFile,
  substitute,
  type Unread,
  whyUnread,
} from './environment.ts';
import { type ConfigFault, type ConfigPath, type ConfigWarning, pathText } from './fault.ts';
import { type Finding, faultsOf } from './issues.ts';
import { findReferenceFaults } from './references.ts';
import { rootSchema } from './schema/root.ts';
import { readSecretFiles } from './secret-files.ts';
import { parseTree, type Tree } from './tree.ts';
import { findWarnings } from './warnings.ts';

export interface ConfigurationSource {
  /** Path of the YAML file; relative paths in it are relative to its folder. */
  readonly file: string;
  readonly env: Environment;
  readonly readFile: ReadFile;
}

export type Loaded =
  | {
      readonly ok: true;
      readonly configuration: Configuration;
      readonly warnings: readonly ConfigWarning[];
      /** Line of the file, from 1, of what stands at this path, or of the nearest thing around it. */
      lineOf(path: ConfigPath): number | undefined;
    }
  | { readonly ok: false; readonly faults: readonly ConfigFault[] };

/**
 * Reads and checks the configuration: text → tree → secrets' files → schema and references → frozen configuration.
 * Gives all faults together, in the order of the file. Nothing secret is in any of them.
 */
export function loadConfiguration({ file, env, readFile }: ConfigurationSource): Loaded {
  const read = readText(file, readFile);
  if (!read.ok) {
    const came = { kind: `file-${read.why}` } as const;
    return { ok: false, faults: [{ path: [], expected: 'readable-file', names: [file], came }] };
  }
  const resolvePath = (path: string): string => resolve(dirname(file), path);
  const tree = parseTree(read.text, (scalar) =>
    substitute(scalar, (name) => findVariable(name, env, readFile)),
  );
  const broken = tree.faults.filter(({ expected }) => unreadable.has(expected));
  if (broken.length > 0) return { ok: false, faults: broken };
  const secrets = readSecretFiles(tree.value, resolvePath, readFile);
  const parsed = rootSchema.safeParse(tree.value);
  const found = [...faultsOf(parsed.error?.issues ?? [], tree), ...findReferenceFaults(tree.value)];
  const faults = gather(tree, [...secrets.faults], found, secrets.excused);
  if (!parsed.success || faults.length > 0) return { ok: false, faults };
  const configuration = buildConfiguration(parsed.data, resolvePath);
  const warnings = findWarnings(configuration).map((warning) => placed(tree, warning));
  return { ok: true, configuration, warnings, lineOf: tree.lineOf };
}

/** After these nothing else can be said of the file. */
const unreadable: ReadonlySet<string> = new Set(['yaml', 'one-document', 'shallow']);

function readText(
  file: string,
  readFile: ReadFile,
): { readonly ok: true; readonly text: string } | { readonly ok: false; readonly why: Unread } {
  try {
    return { ok: true, text: readFile(file) };
  } catch (error) {
    return { ok: false, why: whyUnread(error) };
  }
}

/** All faults in the order of the file; where the text itself is at fault, what the schema misses there is no news. */
function gather(
  tree: Tree,
  secrets: readonly Finding[],
  found: readonly Finding[],
  excused: readonly ConfigPath[],
): readonly ConfigFault[] {
  const told = new Set([...tree.faults.map(({ path }) => path), ...excused].map(pathText));
  const rest = found.filter((finding) => !told.has(pathText(finding.path)) && !isEcho(finding, found));
  const faults = [...tree.faults, ...[...secrets, ...rest].map((finding) => placed(tree, finding))];
  return faults.sort((a, b) => (a.line ?? 0) - (b.line ?? 0));
}

/** A misspelt key is told once, at the key: not again as the one that is missing, nor as the shape that lacks it. */
function isEcho(finding: Finding, all: readonly Finding[]): boolean {
  const misspelt = all.filter(({ came, expected }) => came.kind === 'key' && expected === 'known-key');
  return misspelt.some(({ path, nearest }) => {
    const parent = path.slice(0, -1);
    if (finding.expected === 'one-step') return pathText(finding.path) === pathText(parent);
    if (finding.came.kind !== 'missing' || nearest === undefined) return false;
    return pathText(finding.path) === pathText([...parent, nearest]);
  });
}

function placed<Found extends { readonly path: ConfigPath }>(
  tree: Tree,
  found: Found,
): Found & { readonly line?: number } {
  const line = tree.lineOf(found.path);
  return line === undefined ? found : { ...found, line };
}
