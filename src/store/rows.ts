/** From the driver's rows to core's types. The store wrote these values itself, so a cast names what it wrote. */
import type { AuditActor } from '../core/audit.ts';
import { type ExecutionId, failedJobId, findJobUuid, type RequestId, type RunId } from '../core/ids.ts';
import type {
  ArtisanCallRecord,
  ExecutionState,
  RequestState,
  RequestView,
  TargetRecord,
  TargetState,
} from '../core/request.ts';
import type { Row } from './database.ts';

/** `2026-11-25 03:00:00.123456`, UTC. */
export const instantOf = (value: unknown): Date =>
  new Date(`${String(value).slice(0, 23).replace(' ', 'T')}Z`);

const optional = (value: unknown): string | null => (value === null ? null : String(value));

export const actorOf = (json: unknown): AuditActor => JSON.parse(String(json)) as AuditActor;

export const factsOf = (json: unknown): Readonly<Record<string, unknown>> =>
  JSON.parse(String(json)) as Readonly<Record<string, unknown>>;

export const placeOf = (row: Row): RequestView['place'] => ({
  teamId: String(row['team_id']),
  channel: String(row['channel']),
  ...(row['thread_ts'] === null ? {} : { threadTs: String(row['thread_ts']) }),
});

export const targetOf = (row: Row): TargetRecord => ({
  failedId: failedJobId(Number(row['failed_id'])),
  uuid: findJobUuid(optional(row['uuid'])) ?? null,
  connection: String(row['connection']),
  queue: String(row['queue']),
  payloadSha256: String(row['payload_sha256']),
  jobClass: String(row['job_class']),
  businessKey: optional(row['business_key']),
  state: String(row['state']) as TargetState,
  failedAgainAs: row['failed_again_as'] === null ? null : failedJobId(Number(row['failed_again_as'])),
});

export const callOf = (row: Row): ArtisanCallRecord => ({
  runId: String(row['run_id']) as RunId,
  executionId: String(row['execution_id']) as ExecutionId,
  failedIds: String(row['failed_ids'])
    .split(',')
    .map((id) => failedJobId(Number(id))),
  state: String(row['state']) as ArtisanCallRecord['state'],
  lifeEndsAt: instantOf(row['life_ends_at']),
  rc: row['rc'] === null ? null : Number(row['rc']),
  output: String(row['output']),
});

/** `row`: approvals joined with its execution, whose columns begin with `e_`. */
export function viewOf(row: Row, targets: readonly TargetRecord[], counts: readonly Row[]): RequestView {
  const countsByState = Object.fromEntries(
    counts.map((count) => [String(count['state']), Number(count['n'])]),
  );
  return {
    id: String(row['id']) as RequestId,
    number: Number(row['number']),
    ...{
      verb: String(row['verb']),
      words: String(row['words']),
      app: String(row['app']),
      host: String(row['host']),
    },
    requester: actorOf(row['requester']),
    reason: optional(row['reason']),
    place: placeOf(row),
    digest: String(row['digest']),
    facts: factsOf(row['facts']),
    count: Number(row['count']),
    state: String(row['state']) as RequestState,
    version: Number(row['version']),
    requestedAt: instantOf(row['requested_at']),
    execution:
      row['e_id'] === null
        ? null
        : {
            id: String(row['e_id']) as ExecutionId,
            state: String(row['e_state']) as ExecutionState,
            startedAt: instantOf(row['e_started_at']),
            finishedAt: row['e_finished_at'] === null ? null : instantOf(row['e_finished_at']),
            detail: factsOf(row['e_detail']),
          },
    targets,
    countsByState,
  };
}
