import type { FactsOf, Findings } from './facts.ts';

/**
 * The small language in which rules say when they hold: a fact of a finding, compared. What nobody knows satisfies nothing
 * but `unknown`, so no rule rests on what was not seen.
 */
export type Predicate = {
  [Kind in keyof FactsOf]: {
    readonly of: Kind;
    readonly fact: keyof FactsOf[Kind] & string;
  } & Comparison;
}[keyof FactsOf];

export type Comparison =
  | { readonly above: number }
  | { readonly below: number }
  | { readonly is: number | boolean | string }
  | { readonly matches: RegExp }
  | { readonly unknown: true };

/** Findings with one look chosen where there are several: what a verdict speaks of. */
export interface Bound extends Omit<Findings, 'rows' | 'log'> {
  readonly rows: FactsOf['rows'] | undefined;
  readonly log: FactsOf['log'] | undefined;
}

/** Undefined: it does not hold. All predicates about rows hold for one and the same look, and so do those about logs. */
export function bind(when: readonly Predicate[], findings: Findings): Bound | undefined {
  const about = (kind: Predicate['of']): readonly Predicate[] => when.filter(({ of }) => of === kind);
  const chosen = <Facts extends object>(kind: 'rows' | 'log', all: readonly Facts[]): Facts | undefined =>
    all.find((facts) => about(kind).every((predicate) => holds(predicate, facts)));
  const bound: Bound = {
    ...findings,
    ...{ rows: chosen('rows', findings.rows), log: chosen('log', findings.log) },
  };
  return when.every((predicate) => holds(predicate, bound[predicate.of])) ? bound : undefined;
}

function holds(predicate: Predicate, facts: object | undefined): boolean {
  const value: unknown = facts === undefined ? undefined : Reflect.get(facts, predicate.fact);
  if ('unknown' in predicate) return value === undefined;
  if ('above' in predicate) return typeof value === 'number' && value > predicate.above;
  if ('below' in predicate) return typeof value === 'number' && value < predicate.below;
  if ('matches' in predicate) return typeof value === 'string' && predicate.matches.test(value);
  return value === predicate.is;
}
