import type { JobUuid, RequestId } from '../core/ids.ts';
import type {
  ExecutionState,
  PreapprovedView,
  RequestState,
  RequestView,
  TargetRecord,
  TargetState,
  VoteView,
} from '../core/request.ts';
import type { EarlierRequest } from '../core/store-ports.ts';
import { pauseViewOf } from './pauses.ts';
import { actorOf, executionIdOf, factsOf, instantOf, optionalText, placeOf, targetOf } from './rows.ts';
import type { Row, Sql } from './sql.ts';

const targetsInView = 50;

/** What a card is drawn from. The version is read first: states that are newer still are drawn again. */
export async function findView(
  sql: Sql,
  reference: { readonly id: RequestId } | { readonly number: number },
): Promise<RequestView | undefined> {
  const [column, value] = 'id' in reference ? ['id', reference.id] : ['number', reference.number];
  const [row] = await sql.all(
    `SELECT a.*, e.id AS e_id, e.state AS e_state, e.started_at AS e_started_at, e.finished_at AS e_finished_at,
       e.detail AS e_detail, r.progress AS r_progress, r.stopped_by AS r_stopped_by, r.follow_state AS r_follow_state,
       t.decision AS t_decision, t.preapproval_id AS t_preapproval_id, p.number AS p_number,
       s.most AS s_most, s.used AS s_used, s.ends_at AS s_ends_at, s.ends_at <= UTC_TIMESTAMP(6) AS s_over,
       s.withdrawn_by AS s_withdrawn_by, q.began_at AS q_began_at, q.until_at AS q_until_at, q.ended_at AS q_ended_at,
       q.ended AS q_ended, q.ended_number AS q_ended_number, q.ended_by AS q_ended_by
     FROM approvals a LEFT JOIN executions e ON e.request_id = a.id
     LEFT JOIN execution_runs r ON r.execution_id = e.id LEFT JOIN approval_terms t ON t.request_id = a.id
     LEFT JOIN preapprovals p ON p.id = t.preapproval_id LEFT JOIN preapprovals s ON s.id = a.id
     LEFT JOIN queue_pauses q ON q.request_id = a.id WHERE a.${column} = ?`,
    [value],
  );
  if (row === undefined) return undefined;
  const id = String(row['id']);
  const targets = await sql.all(
    'SELECT * FROM approval_targets WHERE request_id = ? ORDER BY failed_id LIMIT ?',
    [id, targetsInView],
  );
  const counts = await countByState(sql, id);
  const votes = await sql.all(
    "SELECT * FROM approval_votes WHERE request_id = ? AND decision <> 'withdrawn' ORDER BY audit_seq",
    [id],
  );
  return viewOf(row, targets.map(targetOf), counts, votes.map(voteOf));
}

/** Off an index, so that a card can be drawn every second of a request with 100,000 targets. */
export async function countByState(sql: Sql, requestId: string): Promise<RequestView['countsByState']> {
  const counts = await sql.all(
    `SELECT state, COUNT(*) AS n FROM approval_targets FORCE INDEX (approval_targets_state)
     WHERE request_id = ? GROUP BY state`,
    [requestId],
  );
  return Object.fromEntries(counts.map((count) => [String(count['state']), Number(count['n'])]));
}

/** All targets, by id. */
export async function listTargets(sql: Sql, requestId: RequestId): Promise<readonly TargetRecord[]> {
  const rows = await sql.all('SELECT * FROM approval_targets WHERE request_id = ? ORDER BY failed_id', [
    requestId,
  ]);
  return rows.map(targetOf);
}

/** The newest ten requests that touched this job. */
export async function listEarlier(sql: Sql, app: string, uuid: JobUuid): Promise<readonly EarlierRequest[]> {
  const rows = await sql.all(
    `SELECT a.number, a.verb, a.requester, a.requested_at, t.state
     FROM approval_targets t JOIN approvals a ON a.id = t.request_id
     WHERE t.uuid = ? AND a.app = ? ORDER BY a.number DESC LIMIT 10`,
    [uuid, app],
  );
  return rows.map((row) => ({
    number: Number(row['number']),
    verb: String(row['verb']),
    requesterUserId: actorOf(row['requester']).userId,
    at: instantOf(row['requested_at']),
    targetState: String(row['state']) as TargetState, // this room wrote it
  }));
}

/** `row`: approvals joined with its execution, whose columns begin with `e_`. */
function viewOf(
  row: Row,
  targets: readonly TargetRecord[],
  countsByState: RequestView['countsByState'],
  votes: readonly VoteView[],
): RequestView {
  return {
    id: String(row['id']) as RequestId, // this room wrote it, like the states below
    number: Number(row['number']),
    ...{ verb: String(row['verb']), words: String(row['words']), app: String(row['app']) },
    ...{
      host: String(row['host']),
      requester: actorOf(row['requester']),
      reason: optionalText(row['reason']),
    },
    ...{ place: placeOf(row), digest: String(row['digest']), facts: factsOf(row['facts']) },
    count: Number(row['count']),
    state: String(row['state']) as RequestState,
    version: Number(row['version']),
    requestedAt: instantOf(row['requested_at']),
    quorum: Number(row['quorum']),
    ...{ expiresAt: optionalInstant(row['expires_at']), runBy: optionalInstant(row['run_by']), votes },
    preapproval:
      row['t_preapproval_id'] === null
        ? null
        : { id: String(row['t_preapproval_id']), number: Number(row['p_number']) },
    ...(row['s_most'] === null ? {} : { preapproved: preapprovedOf(row) }),
    ...(row['q_began_at'] === null ? {} : { pause: pauseViewOf(row) }),
    decision: row['t_decision'] === null ? {} : factsOf(row['t_decision']),
    ...{ policyVersion: String(row['policy_version']), template: String(row['template']) },
    takesSlot: Number(row['takes_slot']) === 1,
    execution: row['e_id'] === null ? null : executionOf(row),
    targets,
    countsByState,
    restored: Number(row['restored']),
  };
}

const executionOf = (row: Row): RequestView['execution'] => ({
  id: executionIdOf(row['e_id']),
  state: String(row['e_state']) as ExecutionState, // this room wrote it
  startedAt: instantOf(row['e_started_at']),
  finishedAt: row['e_finished_at'] === null ? null : instantOf(row['e_finished_at']),
  detail: factsOf(row['e_detail']),
  progress: row['r_progress'] === null ? {} : factsOf(row['r_progress']),
  stoppedBy: row['r_stopped_by'] === null ? null : actorOf(row['r_stopped_by']),
  followed: row['r_follow_state'] === 'following',
});

/** For people; what counts is read from the sealed rows. */
const preapprovedOf = (row: Row): PreapprovedView => ({
  ...{ most: Number(row['s_most']), used: Number(row['s_used']), endsAt: instantOf(row['s_ends_at']) },
  over: Number(row['s_over']) === 1,
  withdrawnBy: row['s_withdrawn_by'] === null ? null : actorOf(row['s_withdrawn_by']),
});

const optionalInstant = (value: unknown): Date | null => (value === null ? null : instantOf(value));

const voteOf = (row: Row): VoteView => ({
  person: String(row['person']),
  actor: actorOf(row['actor']),
  decision: String(row['decision']) as VoteView['decision'], // this room wrote it
  at: instantOf(row['at']),
  voided: Number(row['voided']) === 1,
});
