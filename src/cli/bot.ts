/**
 * What the command line needs of the assembled bot, and what it hands over for building it. `src/app.ts` exports
 * `buildBot`; nothing here starts anything.
 */
import type { ProbeAsk, ProbeReport } from '../alerts/probe.ts';
import type { SlackEnvironment } from '../config/process-settings.ts';
import type { AuditHead, ChainFault } from '../core/audit-chain.ts';
import type { Clock } from '../core/clock.ts';
import type { ConditionTrial } from '../core/condition-trial.ts';
import type { Configuration } from '../core/configuration.ts';
import type { HostTrial } from '../core/host-trial.ts';
import type { Log } from '../core/log.ts';
import type { Locale } from '../core/people.ts';
import type { Gathered } from '../core/reading.ts';
import type { Reply } from '../core/reply.ts';

/** How Slack is reached, from the environment. Socket Mode when there is an app token, else signed HTTP. */
export type SlackSettings = SlackEnvironment;

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

/** `max_oldest` of a queue whose jobs don't say when they were made. `version`: the application's Laravel. */
export interface AgelessLevel {
  readonly path: readonly (string | number)[];
  readonly queue: string;
  readonly version: string;
}

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
  /**
   * Asks each app's database how it would answer what the configuration says in SQL; reads nothing. Databases that can't
   * be reached are missing. Ends within 4 s.
   */
  tryConditions(): Promise<Gathered<readonly ConditionTrial[]>>;
  /** Asks each host for next to nothing; those that don't answer are missing. Ends within 4 s. */
  tryHosts(): Promise<Gathered<readonly HostTrial[]>>;
  /** Buttons that the configuration gives its verdicts, and that would be refused whoever presses them. Asks nobody. */
  strangeWords(): readonly StrangeWords[];
  /** Levels of age that the application's Laravel can't be measured by; none where its version is not known within 4 s. */
  findAgeless(): Promise<readonly AgelessLevel[]>;
  /** One measurement of the service levels; what could not be read is told in it. Ends within 30 s. */
  probe(ask: ProbeAsk): Promise<ProbeReport>;
  /** Brings the store's tables up to date; names of the migrations that ran, in order. Rejects when that can't be. */
  migrate(): Promise<readonly string[]>;
}

export interface StrangeWords {
  /** Where they stand in the configuration, outermost first. */
  readonly path: readonly (string | number)[];
  readonly words: string;
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

/** `fault` names the first row at which the chain does not hold, and what is wrong with it. */
export type AuditVerdict =
  | { readonly ok: true; readonly rows: number; readonly last: AuditHead }
  | { readonly ok: false; readonly rows: number; readonly fault: ChainFault };
