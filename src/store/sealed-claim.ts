import type { Log } from '../core/log.ts';
import type { Secret } from '../core/secret.ts';
import { readRequest } from './approval-row.ts';
import { isAsAsked } from './approval-votes.ts';
import { findSealed } from './sealed.ts';
import type { Row, Sql } from './sql.ts';

/**
 * An execution that another process left behind is gone on with only where its sealed CLAIMED row is there, for the request
 * as it was asked: a row that somebody wrote into `executions` runs nothing. It keeps its slot, and a person has to look.
 */
export function createClaimCheck(key: Secret, log: Log): (sql: Sql, row: Row) => Promise<boolean> {
  const told = new Set<string>();
  return async (sql, row) => {
    const executionId = String(row['execution_id']);
    if (await isClaimed(sql, key, row)) return true;
    if (!told.has(executionId)) {
      told.add(executionId);
      log.error(
        { request: Number(row['number']), executionId },
        'an execution has no sealed claim: it is left alone',
      );
    }
    return false;
  };
}

/** `row`: a request's, with its execution's id beside. */
async function isClaimed(sql: Sql, key: Secret, row: Row): Promise<boolean> {
  const sealed = await findSealed(sql, key, String(row['id']), ['REQUESTED', 'CLAIMED']);
  const claim = sealed.find(({ event }) => event === 'CLAIMED');
  const isThis =
    claim?.runId === String(row['execution_id']) &&
    claim.verb === String(row['verb']) &&
    claim.app === String(row['app']) &&
    claim.detail['digest'] === String(row['digest']);
  if (!isThis) return false;
  const request = await readRequest(sql, String(row['id']));
  const asked = sealed.find(({ event }) => event === 'REQUESTED');
  return request === undefined || (asked !== undefined && isAsAsked(request, asked));
}
