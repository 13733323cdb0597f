import type { FileProblem, Unread } from './environment.ts';

/** Where something stands in the configuration: keys and list positions, outermost first. */
export type ConfigPath = readonly (string | number)[];

/**
 * What is wrong at one place of the configuration or the environment: what was expected there and what came instead.
 * Sentences are made of it in `src/text/config.ts`. A secret never gets into one: see `Came`.
 */
export interface ConfigFault {
  readonly path: ConfigPath;
  /** Line in the file, from 1; undefined where the file has no such line (a variable of the environment). */
  readonly line?: number;
  readonly expected: Expectation;
  /** Names that would have been right, or the variable or path that the expectation speaks of. */
  readonly names?: readonly string[];
  readonly came: Came;
  /** The known name that was probably meant. */
  readonly nearest?: string;
}

/** What came. Values of secrets are `hidden`; a value out of the environment is shown as the file writes it: `${NAME}`. */
export type Came =
  | { readonly kind: 'missing' }
  | { readonly kind: 'empty' }
  | { readonly kind: 'hidden'; readonly problem?: SecretProblem }
  | { readonly kind: 'value'; readonly text: string }
  | { readonly kind: 'mapping' | 'list' }
  /** The file as a whole could not be read. */
  | { readonly kind: `file-${Unread}` }
  /** The place itself is at fault, not its value: a key that nobody knows, or one that stands there twice. */
  | { readonly kind: 'key' | 'twice' | 'both' };

/** What is wrong with a secret, without saying what it is. */
export type SecretProblem =
  | 'not-a-url'
  | 'other-scheme'
  | 'no-host'
  | 'no-user'
  | 'no-database'
  | 'has-spaces'
  | FileProblem;

/** A closed set: each has its sentence in every language. */
export type Expectation =
  | 'readable-file'
  | 'yaml'
  | 'one-document'
  | 'shallow'
  | 'key-once'
  | 'known-key'
  | 'variable-set'
  | 'variable-syntax'
  | 'inline-or-file'
  | 'mapping'
  | 'list'
  | 'not-empty-list'
  | 'not-empty-mapping'
  | 'text'
  | 'text-or-languages'
  | 'boolean'
  | 'positive-integer'
  | 'integer'
  | 'share'
  | 'number'
  | 'port'
  | 'duration'
  | 'duration-or-zero'
  | 'one-of'
  | 'time-of-day'
  | 'timezone'
  | 'user-id'
  | 'group-or-user-id'
  | 'channel-id'
  | 'several-accounts'
  | 'in-one-list'
  | 'listed-once'
  | 'identifier'
  | 'property'
  | 'class-name'
  | 'sql-condition'
  | 'mysql-url'
  | 'redis-url'
  | 'web-url'
  | 'api-url'
  | 'secret'
  | 'app-name'
  | 'name'
  | 'connection-name'
  | 'queue-name'
  | 'group-name'
  | 'host-address'
  | 'user-name'
  | 'path'
  | 'absolute-path'
  | 'log-path'
  | 'host-key'
  | 'argv'
  | 'argument'
  | 'program'
  | 'known-connection'
  | 'known-host'
  | 'known-app'
  | 'known-queue'
  | 'known-group'
  | 'known-step'
  | 'queue-once'
  | 'redis-configured'
  | 'page-target'
  | 'one-step'
  | 'something-asked'
  | 'since-needed'
  | 'newer-above-older'
  | 'log-configured'
  | 'drill-command'
  | 'ssh-or-local'
  | 'distinct-ports'
  | 'log-level';

/** Something that works but is probably not meant. */
export interface ConfigWarning {
  readonly path: ConfigPath;
  readonly line?: number;
  readonly warning:
    | 'audit-key-short'
    | 'host-key-placeholder'
    | 'nobody-operates'
    | 'nobody-approves'
    | 'quorum-out-of-reach'
    | 'no-supervisor'
    | 'same-account-for-migrations'
    | 'no-alerts-channel'
    | 'rule-without-levels'
    | 'rule-without-workers'
    | 'rule-key-unused'
    | 'step-without-effect'
    | 'page-without-targets'
    | 'page-unused';
}

/** `apps.fap.queues.reports.connection`, `people.same_person[0][1]`. */
export const pathText = (path: ConfigPath): string =>
  path.reduce<string>(
    (text, part) => (typeof part === 'number' ? `${text}[${part}]` : text === '' ? part : `${text}.${part}`),
    '',
  );
