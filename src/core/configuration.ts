import type { AlertsDescription } from './alert-description.ts';
import type { AppDescription } from './app-description.ts';
import type { HostDescription } from './host-description.ts';
import type { Locale, Roster } from './people.ts';
import type { DrillDescription, RunbookDescription } from './runbook-description.ts';
import type { Secret } from './secret.ts';

/** The whole configuration, checked and frozen. `src/config` makes it from the YAML file; nobody else reads that file. */
export interface Configuration {
  /** Language of what is posted in channels. */
  readonly locale: Locale;
  readonly store: { readonly url: Secret; readonly migrateUrl: Secret };
  readonly audit: {
    readonly key: Secret;
    readonly channel?: string;
    readonly file?: string;
    readonly spool?: string;
  };
  readonly slack: {
    readonly channels: {
      readonly alerts?: string;
      readonly approvals?: string;
      /** Undefined: every channel of the home workspace that is not shared. */
      readonly commands?: readonly string[];
    };
  };
  readonly people: Roster;
  readonly approvals: ApprovalPolicy;
  readonly hosts: ReadonlyMap<string, HostDescription>;
  /** In the order of the file; the first one is the default. At least one. */
  readonly apps: readonly AppConfiguration[];
  readonly alerts: AlertsDescription;
  /** By queue, in the order of the file. */
  readonly runbooks: ReadonlyMap<string, RunbookDescription>;
  readonly drills: ReadonlyMap<string, DrillDescription>;
  /** Hash of people, approvals and apps; lower-case hex. */
  readonly policyVersion: string;
}

export interface ApprovalPolicy {
  readonly expiresSeconds: number;
  readonly runWithinSeconds: number;
  /** Persons other than the requester, by verb; at least 1. */
  readonly quorum: Readonly<Record<'retry-all' | 'flush' | 'restore', number>>;
  readonly retryWithoutApproval: {
    readonly ids: number;
    readonly costly: number;
    readonly withinSeconds: number;
  };
  readonly page: boolean;
  readonly preapproval?: { readonly longestSeconds: number; readonly most: number };
}

export interface AppConfiguration {
  readonly description: AppDescription;
  readonly database: Secret;
  readonly databaseWrite?: Secret;
  readonly redis?: { readonly url: Secret; readonly prefix: string };
}
