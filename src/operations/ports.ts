/**
 * What operations need of the world, as small as they use it. `src/laravel`, `src/hosts`, `src/store` and `src/slack`
 * provide it; `src/app.ts` puts it together. Every call takes a signal and ends within its own time limit; what could
 * not be read is a value (`Read`, `Gathered`), a broken promise is a bug.
 */
import type { AppDescription } from '../core/app-description.ts';
import type { FailedJobId, JobReference, JobUuid, RunId } from '../core/ids.ts';
import type { Count, Gathered, Read } from '../core/reading.ts';
import type { FailedRow, FrozenTarget } from '../core/request.ts';
import type { LogReader, RowsReader } from './runbook-ports.ts';

/** One configured application with everything that can be asked of it. */
export interface App {
  readonly description: AppDescription;
  readonly queues: QueueReader;
  readonly failures: FailureReader;
  readonly business: BusinessReader;
  readonly rows: RowsReader;
  readonly workers: WorkerReader;
  readonly logs: LogReader;
  readonly supervisor: SupervisorControl;
  readonly condition: ConditionReader;
  readonly facts: AppFactsReader;
  readonly artisan: Artisan;
  readonly cuts: FlushCuts;
  /** Left out: no account is configured that may write `failed_jobs`. */
  readonly writer?: FailureWriter;
}

// ── Queues (src/laravel) ─────────────────────────────────────────────────────────────────────────────────────────

export interface QueueReader {
  /**
   * All configured queues, and those that merely hold jobs or failures. Database and Redis are read side by side; a
   * table shared by several connections is counted once, under the connection whose workers are configured. `about` is
   * among them too, whoever configured it; only with its store missing may it be left out.
   */
  sizes(signal: AbortSignal, about?: QueueName): Promise<Gathered<readonly QueueSizes[]>>;
  /** The jobs that workers would take next, oldest due first; payload heads only. */
  next(queue: QueueName, limit: number, signal: AbortSignal): Promise<Read<readonly WaitingJob[]>>;
  /** The same with what only a whole payload tells. */
  upcoming(queue: QueueName, limit: number, signal: AbortSignal): Promise<Read<readonly UpcomingJob[]>>;
  /** What workers hold now, over all queues or one. At most `limit` a store. */
  reserved(
    queue: QueueName | undefined,
    limit: number,
    signal: AbortSignal,
  ): Promise<Gathered<readonly ReservedJob[]>>;
  /**
   * Where the jobs of these uuids are now, looking only at the newest part of each queue (see `mark`). `seen`: what one who
   * looks again and again keeps between two looks, so that jobs are found too when others have pushed much since.
   */
  locate(
    mark: QueueMark,
    jobs: readonly LocatedBy[],
    signal: AbortSignal,
    seen?: Map<string, string>,
  ): Promise<Read<ReadonlyMap<JobUuid, 'waiting' | 'reserved'>>>;
  /**
   * Those of these jobs that wait in their queues or are being run, looked for in the whole of them: it takes its time, and
   * ends as missing rather than with half an answer.
   */
  queued(jobs: readonly LocatedBy[], signal: AbortSignal): Promise<Read<ReadonlySet<JobUuid>>>;
  /** Noted before pushing, so that what was pushed can be found again without a scan. */
  mark(queues: readonly QueueName[], signal: AbortSignal): Promise<Read<QueueMark>>;
  /** Looks for a text in the payloads of the newest waiting jobs of each queue, bounded in rows and time. */
  search(
    text: string,
    signal: AbortSignal,
  ): Promise<Gathered<{ readonly found: readonly WaitingJob[]; readonly searched: number }>>;
}

export interface QueueName {
  readonly connection: string;
  readonly name: string;
}

/** Positions noted before a push: newest `jobs.id` per table, length per Redis list. */
export interface QueueMark {
  readonly tables: ReadonlyMap<string, number>;
  readonly lists: ReadonlyMap<string, number>;
}

export interface LocatedBy extends QueueName {
  readonly uuid: JobUuid;
}

export interface QueueSizes extends QueueName {
  /** False: nobody configured it, but there are jobs or failures. */
  readonly configured: boolean;
  readonly driver: 'database' | 'redis';
  /** Due now and not held by a worker; overdue delayed jobs count, since only a worker's pop moves them. */
  readonly pending: Count;
  /** Not yet due. */
  readonly delayed: Count;
  /** Held by a worker within retry_after. */
  readonly reserved: Count;
  /** Held for longer than retry_after: the worker died or the job is too slow; any worker may take them. */
  readonly stuck: Count;
  /** Age of the oldest due job; undefined when there is none or it can't be known. */
  readonly oldestSeconds: number | undefined;
  /** Why `oldestSeconds` is undefined although jobs are pending. */
  readonly oldestUnknown?: 'timeout' | 'no-timestamp';
  readonly failed: Count;
}

/** What is known of a job in a queue, from its payload's head. */
export interface JobSketch {
  /** `jobs.id`, or Redis's own job id. */
  readonly key: string;
  readonly uuid: JobUuid | undefined;
  /** See `DecodedPayload.jobClass`. */
  readonly jobClass: string;
  readonly attempts: number;
}

export interface WaitingJob extends JobSketch, QueueName {
  /** Since it became due (negative: seconds until then); undefined when the payload has no time. */
  readonly ageSeconds: number | undefined;
}

export interface UpcomingJob extends WaitingJob {
  /** The job's own limit; 0: none; undefined: the worker's counts. */
  readonly timeoutSeconds: number | undefined;
  /** See `FrozenTarget.businessKey`. */
  readonly businessKey: string | null;
}

export interface ReservedJob extends JobSketch, QueueName {
  readonly heldSeconds: number;
  readonly retryAfterSeconds: number;
  /** The job's own timeout in its payload, if it has one. */
  readonly timeoutSeconds: number | undefined;
  /** Held past retry_after. */
  readonly overdue: boolean;
}

// ── Failures (src/laravel) ───────────────────────────────────────────────────────────────────────────────────────

export interface FailureReader {
  /** Newest first, keyset paged; reads heads of exceptions and payloads, never whole rows. */
  page(filter: FailureFilter, signal: AbortSignal): Promise<Read<FailurePage>>;
  /** Failures by class and exception, kept by `id > last seen`; `of` says how many rows the groups cover. */
  groups(filter: FailureFilter, signal: AbortSignal): Promise<Read<FailureGroups>>;
  /** Everything about one failure; undefined when there is no such row. Payload capped at 256 KiB, exception at 64 KiB. */
  find(reference: JobReference, signal: AbortSignal): Promise<Read<FailedJob | undefined>>;
  /** The rows of these references, ready to be frozen, with what forbids retrying them; missing ones are absent. */
  targets(
    references: readonly JobReference[],
    signal: AbortSignal,
  ): Promise<Read<readonly TargetCandidate[]>>;
  /**
   * A whole set in id order, ready to be frozen, in batches cut by what they weigh. New failures don't join: the highest
   * id is read first. Throws `PartMissing`, e.g. when a statement can't be answered in time.
   */
  candidates(selection: FailureSelection, signal: AbortSignal): AsyncIterable<CandidateBatch>;
  /** Of these ids those that are still present, with uuid and payload hash as they are now. */
  present(
    ids: readonly FailedJobId[],
    signal: AbortSignal,
  ): Promise<Read<ReadonlyMap<FailedJobId, PresentRow>>>;
  /** The same, after a read that waits for the locks of statements still under way on these rows. */
  presentAfterLocks(
    ids: readonly FailedJobId[],
    signal: AbortSignal,
  ): Promise<Read<ReadonlyMap<FailedJobId, PresentRow>>>;
  /** The server's `innodb_lock_wait_timeout`: a statement whose client is gone may live so long. */
  lockWaitSeconds(signal: AbortSignal): Promise<Read<number>>;
  /** Failures newer than `after` with one of these uuids: the retried job failed again. */
  failedAgain(
    uuids: readonly JobUuid[],
    after: FailedJobId,
    signal: AbortSignal,
  ): Promise<Read<ReadonlyMap<JobUuid, FailedJobId>>>;
  /** Failures newer than `after` in id order, at most `limit`: what jobs that were pushed come back as. */
  newer(after: FailedJobId, limit: number, signal: AbortSignal): Promise<Read<readonly NewFailure[]>>;
  /** Highest `failed_jobs.id`, 0 in an empty table. */
  highest(signal: AbortSignal): Promise<Read<FailedJobId>>;
  /** Whole rows for the archive, streamed in id order in batches of at most 4 MB. */
  rows(ids: readonly FailedJobId[], signal: AbortSignal): AsyncIterable<readonly FailedRow[]>;
  /** Looks for a text in the newest failures (payload and exception), bounded in rows and time. */
  search(
    text: string,
    signal: AbortSignal,
  ): Promise<
    Read<{ readonly found: readonly FailureSummary[]; readonly searched: number; readonly complete: boolean }>
  >;
}

export interface FailureFilter {
  readonly queue?: QueueName;
  /** Short or full class name, compared without letter case. */
  readonly jobClass?: string;
  /** Text that the exception contains, compared without letter case. */
  readonly error?: string;
  readonly sinceSeconds?: number;
  /** Keyset: only ids below this one. */
  readonly before?: FailedJobId;
  readonly limit: number;
}

export interface FailureSummary extends QueueName {
  readonly id: FailedJobId;
  readonly uuid: JobUuid | null;
  /** True class, or what the job is (see `DecodedPayload`). */
  readonly jobClass: string;
  /** Short class of the exception and the first line of its message, as in the row. */
  readonly exceptionClass: string;
  readonly exceptionMessage: string;
  /** Naive text in the application's zone, as stored. */
  readonly failedAt: string;
  /** The instant meant by it, by full zone rules. */
  readonly failedInstant: Date;
  readonly ageSeconds: number;
}

export interface FailurePage {
  readonly rows: readonly FailureSummary[];
  /** Pass as `before` for the next page; undefined on the last one. */
  readonly next: FailedJobId | undefined;
  /** All failures in the table. */
  readonly total: Count;
  /** False: the time limit came before the filter had looked at all rows down to the oldest. */
  readonly complete: boolean;
  readonly searched: number;
}

export interface FailureGroups {
  readonly groups: readonly FailureGroup[];
  /** Rows that the groups cover. */
  readonly of: Count;
  readonly asOf: Date;
}

export interface FailureGroup extends QueueName {
  readonly jobClass: string;
  readonly exceptionClass: string;
  /** Message with numbers, ids and quoted values taken out. */
  readonly fingerprint: string;
  readonly count: number;
  readonly newestId: FailedJobId;
  readonly newestAt: Date;
  /** Of those that were counted. */
  readonly oldestAt: Date;
}

/** A payload in words. Nothing in it was unserialised as PHP objects. */
export interface DecodedPayload {
  readonly kind:
    | 'job'
    | 'listener'
    | 'mailable'
    | 'notification'
    | 'closure'
    | 'batch'
    | 'chain'
    | 'encrypted'
    | 'raw'
    | 'broken'
    | 'foreign-serializer';
  /** The true class: of the listener, mailable or notification where the job only wraps it; else what it says. */
  readonly jobClass: string;
  readonly uuid: JobUuid | undefined;
  readonly maxTries: number | undefined;
  readonly timeoutSeconds: number | undefined;
  readonly attempts: number | undefined;
  readonly createdAt: Date | undefined;
  readonly batchId: string | undefined;
  /** Classes that follow in a chain, short. */
  readonly chained: readonly string[];
  /** The job's own properties, redacted, values at most 500 characters; nested ones as JSON. Empty where encrypted. */
  readonly properties: ReadonlyMap<string, string>;
}

export interface FailedJob extends FailureSummary {
  readonly payload: DecodedPayload;
  /** The payload, redacted and pretty-printed, at most 8,000 characters. */
  readonly payloadText: string;
  readonly payloadBytes: number;
  /** First frames of the trace, the application's own first where known, redacted. */
  readonly trace: readonly string[];
  readonly exceptionBytes: number;
  /** How many rows share this uuid. */
  readonly uuidCount: number;
  readonly batchCancelled: boolean | undefined;
  readonly businessKey: string | null;
}

export interface TargetCandidate extends FrozenTarget {
  readonly uuidCount: number;
  readonly payloadKind: DecodedPayload['kind'];
  readonly batchCancelled: boolean;
  readonly exceptionClass: string;
  readonly failedInstant: Date;
  readonly timeoutSeconds: number | undefined;
}

/** Which failures an operation is about. */
export interface FailureSelection {
  readonly filter: Omit<FailureFilter, 'before' | 'limit'>;
  /** Instead of all: only these; missing ones are absent. */
  readonly ids?: readonly FailedJobId[];
  /** What failed later does not belong to it. */
  readonly upTo?: FailedJobId;
  /** Texts that are looked for in each exception besides, compared without letter case. */
  readonly texts?: readonly string[];
}

export interface CandidateBatch {
  readonly rows: readonly SelectedCandidate[];
  /** All rows up to this id have been looked at. */
  readonly upTo: FailedJobId;
  /** Rows looked at in this batch, fitting or not. */
  readonly looked: number;
}

export interface SelectedCandidate extends TargetCandidate {
  /** See `FailureGroup.fingerprint`. */
  readonly fingerprint: string;
  /** Those of the selection's texts that its exception contains. */
  readonly contains: ReadonlySet<string>;
}

export interface NewFailure {
  readonly id: FailedJobId;
  /** Of the payload, or of the row. */
  readonly uuid: JobUuid | undefined;
  readonly exceptionClass: string;
  readonly fingerprint: string;
}

export interface PresentRow {
  readonly uuid: string | null;
  readonly connection: string;
  readonly queue: string;
  readonly payloadSha256: string;
}

// ── Business rows, condition, workers, artisan (src/laravel, src/hosts) ───────────────────────────────────────────

export interface BusinessReader {
  /** Whether the outcome rule's row of this key is good; undefined where there is no row. */
  isGood(jobClass: string, key: string, signal: AbortSignal): Promise<Read<BusinessRow | undefined>>;
  /** Of these keys those whose row is good, many at once. A class without an outcome rule has none. */
  goodKeys(
    jobClass: string,
    keys: readonly string[],
    signal: AbortSignal,
  ): Promise<Read<ReadonlySet<string>>>;
  /** Rows of configured outcome tables whose key contains or equals the text. */
  search(text: string, signal: AbortSignal): Promise<Gathered<readonly FoundRow[]>>;
}

export interface BusinessRow {
  readonly table: string;
  readonly key: string;
  readonly good: boolean;
  /** Value of a `status`-like column named in the rule's condition, for people. */
  readonly shows: string;
}

export interface FoundRow {
  readonly table: string;
  readonly key: string;
  readonly shows: string;
}

export interface ConditionReader {
  /** Maintenance mode and pauses; each may be unknown. */
  read(signal: AbortSignal): Promise<Gathered<AppCondition>>;
  /** Which configured queues are paused at this moment, asked anew; undefined: no shared cache is configured. */
  pausedNow(signal: AbortSignal): Promise<Read<readonly QueueName[]> | undefined>;
}

export interface AppCondition {
  /** Undefined: could not be found out. */
  readonly maintenance: boolean | undefined;
  /** Queues that are paused; undefined: could not be found out (no shared cache configured, or Redis away). */
  readonly paused: readonly QueueName[] | undefined;
}

export interface AppFactsReader {
  /** Asked over the host, kept for a minute. Missing where artisan could not say its version and environment. */
  read(signal: AbortSignal): Promise<Read<AppFacts>>;
}

/** What the application says of itself, which need not be what the configuration says. */
export interface AppFacts {
  /** Laravel's version, `12.72.0`. */
  readonly laravel: string;
  /** `APP_ENV`. */
  readonly environment: string;
  /** Who runs artisan on its host; undefined: could not be found out. */
  readonly hostUser: string | undefined;
  /** The host's clock minus ours, to about a second; undefined: could not be found out. */
  readonly clockOffsetSeconds: number | undefined;
}

export interface WorkerReader {
  /** The workers of every configured group on each of its hosts, side by side. A host that can't be reached is missing, never 0. */
  list(signal: AbortSignal): Promise<Gathered<readonly WorkerGroup[]>>;
  /**
   * The same, and what their command lines, Supervisor's configuration and the release's files tell besides. Costs a few
   * commands more on each host; what these can't say is undefined, and never a trap.
   */
  inspect(signal: AbortSignal): Promise<Gathered<readonly InspectedGroup[]>>;
}

export interface WorkerGroup {
  readonly group: string;
  /** Queues that this group serves, by configuration. */
  readonly queues: readonly QueueName[];
  /** Undefined: a host could not be reached, so nobody knows. */
  readonly alive: number | undefined;
  readonly expected: number | undefined;
  readonly processes: readonly WorkerProcess[];
  /** Hosts of the group that could not be asked. */
  readonly unknownHosts: readonly string[];
}

export interface WorkerProcess {
  readonly host: string;
  /** `fap-queue-reports:fap-queue-reports_00` or a bare program name. */
  readonly name: string;
  readonly state:
    | 'STOPPED'
    | 'STARTING'
    | 'RUNNING'
    | 'BACKOFF'
    | 'STOPPING'
    | 'EXITED'
    | 'FATAL'
    | 'UNKNOWN';
  readonly pid: number | undefined;
  readonly uptimeSeconds: number | undefined;
  /** Supervisor's own words after the state, stripped. */
  readonly description: string;
}

/** A group and what is wrong with it, or may go wrong, although Supervisor calls it RUNNING. */
export interface InspectedGroup extends WorkerGroup {
  readonly processes: readonly InspectedProcess[];
  readonly traps: readonly WorkerTrap[];
}

export interface InspectedProcess extends WorkerProcess {
  /** Undefined: it runs something else, or nobody could read it. */
  readonly command: WorkerCommand | undefined;
  /** Undefined: Supervisor's configuration could not be read. */
  readonly settings: ProgramSettings | undefined;
  /** Undefined before its pid was seen twice by this replica. */
  readonly restarts: RestartsSeen | undefined;
  /** For how long this replica has seen it starting or backing off at every look; left out: it is not. */
  readonly restlessSeconds?: number;
}

/** What `artisan queue:work` (or `queue:listen`) was told. */
export interface WorkerCommand {
  /** Undefined: the application's default connection. */
  readonly connection: string | undefined;
  /** First ones first; undefined: the connection's own. */
  readonly queues: readonly string[] | undefined;
  /** 60 where it says none; 0: no limit. */
  readonly timeoutSeconds: number;
  readonly tries: number | undefined;
  readonly sleepSeconds: number | undefined;
  /** Ends by itself after so long, or after so many jobs. */
  readonly maxTimeSeconds: number | undefined;
  readonly maxJobs: number | undefined;
  readonly memoryMegabytes: number | undefined;
  /** Works in maintenance mode too. */
  readonly force: boolean;
}

/** A program of Supervisor's configuration, with Supervisor's own defaults. */
export interface ProgramSettings {
  /** Undefined: it is no worker, or could not be read. */
  readonly command: WorkerCommand | undefined;
  readonly processes: number;
  readonly autostart: boolean;
  /** `unexpected`: only after an exit code other than 0 (or as `exitcodes` says). */
  readonly autorestart: 'always' | 'unexpected' | 'never';
  /** RUNNING means that it has lived so long. */
  readonly startSeconds: number;
  /** From TERM to KILL. */
  readonly stopWaitSeconds: number;
  /** The login that it runs as; undefined: supervisord's own. */
  readonly user: string | undefined;
}

/** New pids seen while this replica watched; between two looks there may have been more. */
export interface RestartsSeen {
  readonly count: number;
  readonly sinceSeconds: number;
}

/** `where`: `fap-queue-reports:fap-queue-reports_00 @ api-1` of each process that it holds for. */
export type WorkerTrap = { readonly where: readonly string[] } & (
  | {
      /** A job that takes longer than `retry_after` is handed to a second worker while the first still runs it. */
      readonly kind: 'timeout-over-retry-after';
      readonly connection: string;
      /** 0: no limit. */
      readonly timeoutSeconds: number;
      readonly retryAfterSeconds: number;
    }
  /** Configured for this group, and not among the queues that these processes take jobs of. */
  | { readonly kind: 'queue-missing'; readonly queue: QueueName; readonly takes: readonly string[] }
  | {
      readonly kind: 'other-connection';
      /** Of the configuration. */
      readonly expected: string;
      readonly connection: string;
      /** Both read the same table, so jobs are taken; pauses and retry_after are those of `connection`. */
      readonly sameTable: boolean;
    }
  /** Supervisor kills it before the longest job is over: that job runs again after `retry_after`. */
  | {
      readonly kind: 'stop-kills-jobs';
      readonly stopWaitSeconds: number;
      readonly timeoutSeconds: number;
    }
  /** After `queue:restart`, `--max-time` or `--max-jobs` it ends with 0 and stays EXITED. */
  | { readonly kind: 'stays-exited'; readonly autorestart: 'unexpected' | 'never' }
  /** Starts and dies again; Supervisor will try once more. */
  | { readonly kind: 'backoff' }
  /** Supervisor has given up. */
  | { readonly kind: 'fatal' }
  /** Ended, and was not started again. */
  | { readonly kind: 'exited' }
  | { readonly kind: 'stopped' }
  /** Started before the newest change to what a release replaces: it runs the old code until it is restarted. */
  | {
      readonly kind: 'old-code';
      /** Age of the youngest of them. */
      readonly startedSecondsAgo: number;
      readonly changedSecondsAgo: number;
      /** What changed last, relative to the application's folder: `vendor/autoload.php`. */
      readonly file: string;
    }
);

// ── Supervisor (src/hosts) ───────────────────────────────────────────────────────────────────────────────────────

/** `supervisorctl` on one of the application's hosts. What it did is seen in `status`, never by its exit code. */
export interface SupervisorControl {
  /** Every process of that Supervisor, others' too, at this moment. */
  status(host: string, signal: AbortSignal): Promise<Read<readonly WorkerProcess[]>>;
  /** By program name; missing where Supervisor's configuration can't be read. */
  settings(host: string, signal: AbortSignal): Promise<Read<ReadonlyMap<string, ProgramSettings>>>;
  /** Stops and starts one member, e.g. `fap-queue-reports:fap-queue-reports_00`; waits for both. */
  restart(host: string, member: string, call: CallLimits): Promise<ControlResult>;
  /** Reads the configuration again and tells what differs from what runs; changes no process. */
  reread(host: string, call: CallLimits): Promise<RereadResult>;
  /** Adds, restarts and removes these groups as the configuration now has them. */
  update(host: string, groups: readonly string[], call: CallLimits): Promise<ControlResult>;
}

/** What any call on a host said; never proof of an effect. */
export type ControlResult = EndedCall | UnknownCall | NotStartedCall;

export interface EndedCall extends CallOutput {
  readonly kind: 'ended';
  readonly rc: number;
}

/** Contact was lost, or the host's limit struck: it may have run, in part or whole, and may run still. */
export interface UnknownCall extends CallOutput {
  readonly kind: 'unknown';
  readonly why: string;
}

/** Nothing was sent to the host, or the host's deadline check refused: it did not run. */
export interface NotStartedCall {
  readonly kind: 'not-started';
  readonly why: string;
}

interface CallOutput {
  /** Stripped and redacted, at most 2 KB a stream. */
  readonly stdout: string;
  readonly stderr: string;
  readonly durationMs: number;
}

export type RereadResult = ControlResult & {
  /** Undefined: it could not be read, or Supervisor refuses its configuration (`stdout` says why). */
  readonly announced?: readonly AnnouncedGroup[];
};

export interface AnnouncedGroup {
  readonly group: string;
  readonly what: 'available' | 'changed' | 'disappeared';
}

/** Artisan on the application's host. Arguments are checked against their pattern before anything is sent. */
export interface Artisan {
  readonly host: string;
  /** The host's own clock, read over the connection that will carry the call, so that deadlines need no two clocks. */
  retry(uuidsOrIds: readonly string[], call: CallLimits): Promise<ArtisanResult>;
  forget(uuidOrId: string, call: CallLimits): Promise<ArtisanResult>;
  /** Deletes what failed more than so many hours ago: 2 at least, and never without hours (Laravel 9 and later). */
  flush(hours: number, call: CallLimits): Promise<ArtisanResult>;
  /** `12.72.0`, as artisan says it. */
  version(signal: AbortSignal): Promise<Read<string>>;
  /** Runs one job of a configured queue by the daemon path, as its own workers would; ends where none is there. */
  workOne(queue: QueueName, worker: WorkerOptions, call: CallLimits): Promise<WorkResult>;
  /** Workers take no new job of a configured queue until it is resumed (Laravel 12.40 and later; older ones refuse it). */
  pause(queue: QueueName, call: CallLimits): Promise<ArtisanResult>;
  resume(queue: QueueName, call: CallLimits): Promise<ArtisanResult>;
  /** The configuration's own command that makes a failure of this queue for practice; its words are checked again. */
  drill(queue: string, words: readonly string[], call: CallLimits): Promise<ArtisanResult>;
  /**
   * Ids and uuids that `queue:failed` lists. It loads every row whole (1.76 GB for 100,000), so only for short tables.
   * Missing also where its answer can't be understood.
   */
  failed(signal: AbortSignal): Promise<Read<ReadonlySet<string>>>;
}

export interface WorkerOptions {
  /** 1 at least, like the timeout. */
  readonly tries: number;
  readonly timeoutSeconds: number;
  /** Left out: as whom artisan runs anyway. */
  readonly user?: string;
}

export type WorkResult = ArtisanResult & {
  /** The job that it says it ran; left out: none, or it did not say. */
  readonly worked?: Worked;
};

/** What a worker says of a job. */
export interface Worked {
  /** `JobSketch.key`, where it says it. */
  readonly key: string | undefined;
  readonly jobClass: string;
  /** `began`: and no end of it was seen. */
  readonly said: 'began' | 'done' | 'failed';
  readonly milliseconds: number | undefined;
}

export interface CallLimits {
  readonly runId: RunId;
  /** Nothing starts on the host later than so many seconds after the call was made. */
  readonly startWithinSeconds: number;
  /** The host ends artisan after so long (TERM, then KILL 10 s later). */
  readonly timeoutSeconds: number;
  readonly signal: AbortSignal;
}

/** The same, with what artisan's own text says of its jobs. */
export type ArtisanResult = EndedArtisan | UnknownCall | NotStartedCall;

export interface EndedArtisan extends EndedCall {
  /** Ids that artisan's text names as pushed or deleted. */
  readonly confirmed: ReadonlySet<string>;
  /** Ids for which its text says that there is no such job. */
  readonly notFound: ReadonlySet<string>;
  /** The id at which it stopped with an exception, if it did, and which kind of exception. */
  readonly stoppedAt?: { readonly id: string | undefined; readonly decoding: boolean };
}

// ── Flush and restore (src/laravel) ──────────────────────────────────────────────────────────────────────────────

/** What `queue:flush --hours=N` would take, which knows no ids. */
export interface FlushCuts {
  /**
   * The smallest N for which artisan takes rows of the frozen set alone, judged by all rows that are in the table now and
   * by the application's own clock and zone. Looks at the whole table.
   */
  choose(ask: CutAsk, signal: AbortSignal): Promise<Read<Cut>>;
  /** Now by the database's clock, and the highest id at this moment: what is above it comes in later. */
  mark(signal: AbortSignal): Promise<Read<SeenMark>>;
  /** How many failures are newer than this id. */
  newer(than: FailedJobId, signal: AbortSignal): Promise<Read<number>>;
}

export interface CutAsk {
  /** Ids of the frozen set, ascending. */
  readonly frozen: readonly FailedJobId[];
  /** 2 at least. */
  readonly leastHours: number;
  /** From now until artisan has surely looked at its clock. */
  readonly leadSeconds: number;
  /** What was seen before: a row that came in later and says it is older was written in another zone. */
  readonly seen: readonly SeenMark[];
}

export interface SeenMark {
  readonly at: Date;
  readonly highest: FailedJobId;
}

export type Cut =
  /** `takes`: frozen rows that it takes for certain, of `present` that are in the table. */
  | { readonly kind: 'hours'; readonly hours: number; readonly takes: number; readonly present: number }
  | {
      readonly kind: 'none';
      /** Nothing of the set is older than all that must stay; or times are written in another zone, or by a wrong clock. */
      readonly why: 'too-new' | 'other-zone';
      /** Rows that show it, at most 20. */
      readonly ids: readonly FailedJobId[];
      readonly present: number;
    };

/** The account that may insert into `failed_jobs`; connected when first used. */
export interface FailureWriter {
  /** Which of these rows' uuids and ids are in the table now. */
  taken(rows: readonly RowIdentity[], signal: AbortSignal): Promise<Read<Taken>>;
  /**
   * Inserts rows byte for byte: under the number given, else under a new one. Missing: nobody knows which of them are in.
   * A row whose uuid or number is taken meanwhile is left out of the answer.
   */
  insert(
    rows: readonly RowToInsert[],
    signal: AbortSignal,
  ): Promise<Read<ReadonlyMap<FailedJobId, FailedJobId>>>;
}

export interface RowIdentity {
  readonly id: FailedJobId;
  readonly uuid: string | null;
}

export interface Taken {
  readonly ids: ReadonlySet<FailedJobId>;
  readonly uuids: ReadonlySet<string>;
}

export interface RowToInsert extends FailedRow {
  readonly keepsId: boolean;
}
