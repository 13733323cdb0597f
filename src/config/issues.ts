import type { z } from 'zod';
import { nearest } from '../core/nearest.ts';
import type { Came, ConfigFault, ConfigPath, Expectation } from './fault.ts';
import type { IssueParameters } from './leaf.ts';
import type { Tree } from './tree.ts';

/** A fault before its line is looked up. */
export type Finding = Omit<ConfigFault, 'line'>;

/** Makes faults of what zod found, with what the file says at each place. */
export function faultsOf(issues: readonly z.core.$ZodIssue[], tree: Tree): readonly Finding[] {
  return issues.flatMap((issue) => findingsOf(issue, tree));
}

function findingsOf(issue: z.core.$ZodIssue, tree: Tree): readonly Finding[] {
  const path = issue.path.map((part) => (typeof part === 'symbol' ? String(part) : part));
  if (issue.code === 'unrecognized_keys') {
    const names = issue.message.replace(/^known-key:/, '').split(',');
    return issue.keys.map((key) => ({
      ...{ path: [...path, key], expected: 'known-key' as const, names, came: { kind: 'key' } as const },
      ...suggest(key, names),
    }));
  }
  if (issue.code === 'invalid_key') {
    const expected = expectationOf(issue.issues[0]?.message ?? 'name');
    return [{ path, expected, came: { kind: 'key' } }];
  }
  const { names, hidden, problem }: IssueParameters = issue.code === 'custom' ? (issue.params ?? {}) : {};
  const seen = lookAt(tree, path);
  const came: Came =
    hidden === true && seen.kind !== 'missing' && seen.kind !== 'empty'
      ? { kind: 'hidden', ...(problem === undefined ? {} : { problem }) }
      : seen;
  const finding = { path, expected: expectationOf(issue.message), came };
  if (names === undefined) return [finding];
  return [{ ...finding, names, ...(came.kind === 'value' ? suggest(came.text, names) : {}) }];
}

/** Every schema in this room gives an expectation as its message. */
const expectationOf = (message: string): Expectation => message as Expectation;

export const suggest = (typed: string, names: readonly string[]): { readonly nearest?: string } => {
  const close = nearest(typed, names);
  return close === undefined ? {} : { nearest: close };
};

/** What the file says at this path, as far as it may be shown. */
export function lookAt(tree: Tree, path: ConfigPath): Came {
  const value = path.reduce<unknown>(
    (at, part) =>
      // Anything with keys can be looked into by one; what is not there is undefined.
      typeof at === 'object' && at !== null ? (at as Record<string | number, unknown>)[part] : undefined,
    tree.value,
  );
  if (value === undefined) return { kind: 'missing' };
  if (value === null || value === '') return { kind: 'empty' };
  if (Array.isArray(value)) return { kind: 'list' };
  if (typeof value === 'object') return { kind: 'mapping' };
  return show(tree.writtenAt(path) ?? '');
}

const secretLooking = /:\/\/[^/\s]*@|xox[a-z]-|xapp-|-----BEGIN|(?:password|passwd|secret|token)\s*[=:]/i;
const longest = 60;

/** A value as the file writes it; variables stay names, and what looks like a secret at a wrong place stays unseen. */
function show(written: string): Came {
  const bare = written.replace(/\$\{[^}]*\}/g, (name) => name.replace(/:-.*\}$/s, ':-…}'));
  if (secretLooking.test(bare.replace(/\$\{[^}]*\}/g, ''))) return { kind: 'hidden' };
  const characters = [...bare.replace(/\p{Cc}/gu, ' ')];
  const text =
    characters.length > longest ? `${characters.slice(0, longest).join('')}…` : characters.join('');
  return { kind: 'value', text };
}
