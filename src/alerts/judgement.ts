import type { Severity } from '../core/alert-description.ts';

export type { Sample } from '../core/chart.ts';

/** What one evaluation of a rule says of this moment; how long it has been so is the episode's business. */
export type Judgement =
  /** It could not be evaluated: nothing changes by it. `why`: the part that could not be read, as it is named to people. */
  | { readonly kind: 'unknown'; readonly why: string }
  | {
      readonly kind: 'known';
      /** The condition holds now, with this severity; undefined: it does not. */
      readonly holds: Severity | undefined;
      /** What recovery asks for is so now. Not the opposite of `holds`: between the two an episode stays as it is. */
      readonly recovered: boolean;
      /** Undefined: there is nothing to measure (no rows at all), which is well. */
      readonly value: number | undefined;
      /** Numbers for the message. */
      readonly facts: Readonly<Record<string, number>>;
    };

export const calm = (value: number | undefined, facts: Readonly<Record<string, number>> = {}): Judgement => ({
  ...{ kind: 'known', holds: undefined, recovered: true },
  ...{ value, facts },
});
