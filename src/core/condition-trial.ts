/**
 * What a database said when a step, a drill's check, an alert rule or an outcome rule of the configuration was tried on it. Nothing was
 * read for it: the server only told how it would answer. What is well is not told.
 */
export type ConditionTrial = {
  readonly app: string;
  /** Where it stands in the configuration, outermost first. */
  readonly path: readonly (string | number)[];
} & (
  | {
      /** The server would not answer: an unknown name, a mistake, no right to read. */
      readonly kind: 'refused';
      /** Its own words, redacted. */
      readonly detail: string;
    }
  | {
      /** It would read all of a big table each time. */
      readonly kind: 'full-scan';
      readonly table: string;
      /** As the server estimates it. */
      readonly rows: number;
      /** For an alert rule, which would do so at every tick. */
      readonly eachTick?: true;
    }
);
