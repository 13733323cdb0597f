import { createHash } from 'node:crypto';
import type { IncidentFacts, ThreadEntry } from '../core/incident.ts';
import type { FailureKind } from './measuring-ports.ts';

/** Told one by one in a tick; the others follow at the next. */
const mostNewKinds = 5;
const mostKept = 400;

/** What an incident has told of its failures: up to which id, how many stood there then, when, and which kinds. */
interface Told {
  /** Up to this id all was there when it fired: of whatever kind, it is nothing new. */
  readonly first: number;
  readonly upTo: number;
  readonly value: number;
  readonly at: number;
  readonly kinds: readonly string[];
}

const keyOf = ({ jobClass, exceptionClass, fingerprint }: FailureKind): string =>
  createHash('sha256').update(`${jobClass}\n${exceptionClass}\n${fingerprint}`).digest('hex').slice(0, 8);

const newestOf = (kinds: readonly FailureKind[], facts: IncidentFacts): number =>
  Math.max(numberOf(facts['highestId']) ?? 0, ...kinds.map(({ newestId }) => newestId));

/** What the first alert has told by itself. */
export const toldAtFirst = (
  kinds: readonly FailureKind[],
  facts: IncidentFacts,
  value: number | undefined,
  now: Date,
): IncidentFacts => {
  const upTo = newestOf(kinds, facts);
  // The most frequent ones may be gone and come back.
  const frequent = kinds.slice(0, mostKept / 2).map(keyOf);
  return toldFacts({ first: upTo, upTo, value: value ?? 0, at: now.getTime(), kinds: frequent });
};

/**
 * Of an incident that goes on: a kind that it has not seen is told at once, whatever else fails; the rest at most every
 * `tellEverySeconds`, and only when there is something new.
 */
export function tellFailures(
  kinds: readonly FailureKind[],
  facts: IncidentFacts,
  value: number | undefined,
  now: Date,
  tellEverySeconds: number,
): { readonly facts: IncidentFacts; readonly entries: readonly ThreadEntry[] } {
  const told = toldOf(facts);
  if (told === undefined) return { facts: toldAtFirst(kinds, facts, value, now), entries: [] };
  const known = new Set(told.kinds);
  const unseen = kinds.filter((kind) => kind.oldestId > told.first && !known.has(keyOf(kind)));
  const fresh = unseen.slice(0, mostNewKinds);
  const entries: ThreadEntry[] = fresh.map((kind) => ({
    ...{ kind: 'new-fingerprint', at: now },
    facts: { ...topOf(kind), topMessage: kind.fingerprint, count: kind.count },
  }));
  // Told as a kind, with how many: not once more among the rest.
  const counted = unseen.reduce((sum, { count }) => sum + count, told.value);
  const seen = { ...told, value: counted, kinds: [...told.kinds, ...fresh.map(keyOf)].slice(-mostKept) };
  const newest = newestOf(kinds, facts);
  if (newest <= told.upTo || now.getTime() - told.at < tellEverySeconds * 1_000)
    // Fewer than were told: what comes on top of them is new.
    return { facts: toldFacts({ ...seen, value: Math.min(counted, value ?? counted) }), entries };
  const since = kinds.filter((kind) => kind.newestId > told.upTo && !unseen.includes(kind));
  if (since.length === 0 && unseen.length > 0)
    return { facts: toldFacts({ ...seen, upTo: newest, value: value ?? counted }), entries };
  // Ids have gaps, so they say that something is new and not how much.
  const count = Math.max((value ?? 0) - counted, since.length, 1);
  const top = since[0];
  entries.push({
    ...{ kind: 'burst', at: now },
    facts: {
      ...{ new: count, count: value ?? null },
      ...(top === undefined ? {} : topOf(top)),
    },
  });
  return { facts: toldFacts({ ...seen, upTo: newest, value: value ?? 0, at: now.getTime() }), entries };
}

const topOf = ({ jobClass, exceptionClass, queue }: FailureKind): IncidentFacts => ({
  ...{ topClass: jobClass, topException: exceptionClass, topQueue: queue },
});

/** Kept whenever the whole incident is said: up to which id there were failures then. */
export const saidFailures = (facts: IncidentFacts): IncidentFacts => {
  const highest = numberOf(facts['highestId']);
  return highest === undefined ? {} : { saidUpTo: highest };
};

/** There are newer failures than when the incident was said as a whole; a reply in its thread says only that there are more. */
export function hasUnsaidFailures(facts: IncidentFacts): boolean {
  const highest = numberOf(facts['highestId']);
  const said = numberOf(facts['saidUpTo']) ?? toldOf(facts)?.upTo;
  return highest === undefined || said === undefined || highest > said;
}

const toldFacts = ({ first, upTo, value, at, kinds }: Told): IncidentFacts => ({
  ...{ toldFirst: first, toldUpTo: upTo, toldValue: value, toldAt: at },
  toldKinds: kinds.slice(-mostKept).join(','),
});

function toldOf(facts: IncidentFacts): Told | undefined {
  const [upTo, value, at] = ['toldUpTo', 'toldValue', 'toldAt'].map((name) => numberOf(facts[name]));
  const kinds = facts['toldKinds'];
  if (upTo === undefined || value === undefined || at === undefined || typeof kinds !== 'string')
    return undefined;
  // Of an incident that an earlier release began, the kinds that it has told are all that is known.
  const first = numberOf(facts['toldFirst']) ?? 0;
  return { first, upTo, value, at, kinds: kinds === '' ? [] : kinds.split(',') };
}

const numberOf = (fact: IncidentFacts[string] | undefined): number | undefined =>
  typeof fact === 'number' ? fact : undefined;
