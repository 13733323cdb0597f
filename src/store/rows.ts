/** From the driver's rows to core's types. The store wrote these values itself, so a cast names what it wrote. */
import type { AuditActor } from '../core/audit.ts';
import type { Digested } from '../core/digest.ts';
import { type ExecutionId, failedJobId, findJobUuid, type RunId } from '../core/ids.ts';
import type { ArtisanCallRecord, Place, TargetRecord, TargetState } from '../core/request.ts';
import type { Row } from './sql.ts';

/** From `2026-11-25 03:00:00.123456`, UTC; microseconds are cut. */
export const instantOf = (value: unknown): Date =>
  new Date(`${String(value).slice(0, 23).replace(' ', 'T')}Z`);

export const optionalText = (value: unknown): string | null => (value === null ? null : String(value));

export const executionIdOf = (value: unknown): ExecutionId => String(value) as ExecutionId;

export const actorOf = (json: unknown): AuditActor => JSON.parse(String(json)) as AuditActor;

export const factsOf = (json: unknown): Readonly<Record<string, unknown>> =>
  JSON.parse(String(json)) as Readonly<Record<string, unknown>>;

export const placeOf = (row: Row): Place => ({
  teamId: String(row['team_id']),
  channel: String(row['channel']),
  ...(row['thread_ts'] === null ? {} : { threadTs: String(row['thread_ts']) }),
});

/** What of a target its request's digest covers. */
export const digestedOf = (row: Row): Digested => ({
  failedId: failedJobId(Number(row['failed_id'])),
  uuid: findJobUuid(optionalText(row['uuid'])) ?? null,
  connection: String(row['connection']),
  queue: String(row['queue']),
  payloadSha256: String(row['payload_sha256']),
});

export const targetOf = (row: Row): TargetRecord => ({
  ...digestedOf(row),
  jobUuid: findJobUuid(optionalText(row['job_uuid'])) ?? null,
  jobClass: String(row['job_class']),
  businessKey: optionalText(row['business_key']),
  state: String(row['state']) as TargetState,
  failedAgainAs: row['failed_again_as'] === null ? null : failedJobId(Number(row['failed_again_as'])),
});

export const callOf = (row: Row): ArtisanCallRecord => ({
  runId: String(row['run_id']) as RunId,
  executionId: executionIdOf(row['execution_id']),
  failedIds: String(row['failed_ids'])
    .split(',')
    .filter((id) => id !== '')
    .map((id) => failedJobId(Number(id))),
  state: String(row['state']) as ArtisanCallRecord['state'],
  lifeEndsAt: instantOf(row['life_ends_at']),
  rc: row['rc'] === null ? null : Number(row['rc']),
  output: String(row['output']),
});
