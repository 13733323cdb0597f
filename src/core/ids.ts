/** Ids that look alike and must not be mixed up. A brand costs nothing at run time. */
declare const brand: unique symbol;
type Branded<Value, Name extends string> = Value & { readonly [brand]: Name };

/** `failed_jobs.id`: the only identity of a failure. A retried job that fails again gets a new one. */
export type FailedJobId = Branded<number, 'FailedJobId'>;

/** `failed_jobs.uuid`: identity of the job, shared by all its failures. Lower-case, 36 characters. */
export type JobUuid = Branded<string, 'JobUuid'>;

/** A ULID; the opaque name of a request, the only thing that a request's button carries. */
export type RequestId = Branded<string, 'RequestId'>;

/** A ULID; one per request that came to run. */
export type ExecutionId = Branded<string, 'ExecutionId'>;

/** A ULID, the same as the episode's: one episode of one rule is one incident. */
export type IncidentId = string & { readonly incident: unique symbol };

/** A ULID: the one root below which many incidents that began at the same time are told. */
export type GatheringId = string & { readonly gathering: unique symbol };

/** `<execution id>-<chunk number>`: one artisan call. */
export type RunId = Branded<string, 'RunId'>;

const uuidPattern = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const decimalPattern = /^[1-9][0-9]{0,15}$/;

/** A failed job as a person names it: by its number or by its uuid. */
export type JobReference =
  | { readonly kind: 'id'; readonly id: FailedJobId }
  | { readonly kind: 'uuid'; readonly uuid: JobUuid };

/** Reads `123` or a uuid in any letter case; undefined for everything else, so that no other text can reach artisan. */
export function parseJobReference(word: string): JobReference | undefined {
  if (decimalPattern.test(word)) return { kind: 'id', id: Number(word) as FailedJobId };
  const lower = word.toLowerCase();
  if (uuidPattern.test(lower)) return { kind: 'uuid', uuid: lower as JobUuid };
  return undefined;
}

/** Brands a number that came out of `failed_jobs.id`. */
export const failedJobId = (id: number): FailedJobId => id as FailedJobId;

/** Brands a uuid that came out of the data; undefined when it is not one. */
export function findJobUuid(text: string | null | undefined): JobUuid | undefined {
  return text != null && uuidPattern.test(text) ? (text as JobUuid) : undefined;
}
