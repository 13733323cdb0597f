/**
 * What the command line needs of the assembled bot, and what it hands over for building it. `src/app.ts` exports
 * `buildBot`; nothing here starts anything.
 */
import type { Clock } from '../core/clock.ts';
import type { Configuration } from '../core/configuration.ts';
import type { Log } from '../core/log.ts';
import type { Locale } from '../core/people.ts';
import type { Reply } from '../core/reply.ts';
import type { Secret } from '../core/secret.ts';

/** How Slack is reached, from the environment. Socket Mode when there is an app token, else signed HTTP. */
export type SlackSettings = SlackConnection & {
  readonly botToken: Secret;
  /** Slack's own or a simulator's, ending in `/api/`. */
  readonly apiUrl: string;
};

export type SlackConnection =
  | { readonly kind: 'socket'; readonly appToken: Secret }
  | { readonly kind: 'http'; readonly signingSecret: Secret; readonly port: number };

export interface BotParts {
  readonly configuration: Configuration;
  /** Undefined for the verbs that never talk to Slack (`run`, `audit`, `migrate`); `start` always has it. */
  readonly slack: SlackSettings | undefined;
  readonly clock: Clock;
  readonly log: Log;
  /** Of package.json. */
  readonly version: string;
  /** Tells this process from its replicas in audit rows and leases: host name, process id and a random part. */
  readonly instance: string;
}

/** Builds the bot without opening a connection: that is `start`, or the first `runReading`, `verifyAudit` or `migrate`. */
export type BuildBot = (parts: BotParts) => Bot;

export interface Bot {
  /** Migrates the store, connects to Slack and listens. Resolves when commands are taken; rejects when that can't be. */
  start(): Promise<void>;
  /**
   * Takes nothing new, lets short work end, hands leases back and closes every connection. Ends by itself well within
   * 25 s; also after a `start` that failed or never was.
   */
  stop(): Promise<void>;
  /** How it stands now, from what the parts know; asks nobody and returns at once. */
  readiness(): Readiness;
  /** One reading verb, as typed after `/queue`, for a shell without a person. `ok` is false for a refusal. */
  runReading(words: string, locale: Locale): Promise<{ readonly reply: Reply; readonly ok: boolean }>;
  /** Walks the whole audit chain and compares it with its head and the anchors. Rejects when the store is away. */
  verifyAudit(): Promise<AuditVerdict>;
  /** Brings the store's tables up to date; names of the migrations that ran, in order. Rejects when that can't be. */
  migrate(): Promise<readonly string[]>;
}

/** Everything that must be true before commands are taken. */
export interface Readiness {
  readonly ready: boolean;
  readonly checks: readonly ReadinessCheck[];
}

export interface ReadinessCheck {
  /** `store`, `audit`, `slack`: stable, since monitors match on it. */
  readonly name: string;
  readonly ok: boolean;
  /** Short, English, without secrets: `socket connected`, `migrations pending`. */
  readonly detail: string;
}

export type AuditVerdict =
  | { readonly ok: true; readonly rows: number; readonly lastSeq: number; readonly lastHash: string }
  | {
      readonly ok: false;
      readonly rows: number;
      /** The first row at which the chain does not hold; undefined when what is wrong is no row (head, count, anchor). */
      readonly seq: number | undefined;
      readonly problem: AuditProblem;
      /** One English sentence for the log: what was expected and what was found. */
      readonly detail: string;
    };

/**
 * `hash`: the row does not match its hash. `link`: it does not follow the row before it. `gap`: a number is missing.
 * `head`: the head names another end than the last row. `cut`: an anchor names a row that is not there or is another one.
 */
export type AuditProblem = 'hash' | 'link' | 'gap' | 'head' | 'cut';
