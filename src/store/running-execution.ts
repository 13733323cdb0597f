import type { AuditEntry, AuditEvent } from '../core/audit.ts';
import { canonicalJson } from '../core/canonical.ts';
import { LeaseLost, type Requests, type RunningExecution } from '../core/store-ports.ts';
import { addNotice } from './approval-ends.ts';
import { archiveRows } from './archive.ts';
import { pieceIdOf } from './archive-pages.ts';
import type { Seal, StoreAuditLog } from './audit-log.ts';
import { markDoubleRisks } from './double-risk.ts';
import { beginFollow } from './follow-leases.ts';
import { type HeldExecution, lockOwn } from './leases.ts';
import { demandSlot, freeSlot } from './slots.ts';
import type { Sql } from './sql.ts';
import { changeTargets, growVersion } from './targets.ts';

type Writes = Pick<Requests, 'intend' | 'record' | 'setTargets' | 'suspect' | 'finish' | 'archive'>;

/**
 * What a running execution writes. Each write is one transaction that first locks the execution's row and checks the
 * lease, so a process that was thought dead can write nothing more; its record in the audit log commits with it.
 */
export function createRunningExecution(audit: StoreAuditLog): Writes {
  const underLease = <T>(
    execution: RunningExecution,
    work: (sql: Sql, seal: Seal, held: HeldExecution) => Promise<T>,
  ): Promise<T> =>
    audit.sealing(async (sql, seal) => {
      const held = await lockOwn(sql, execution);
      return work(sql, seal, held);
    });

  /** The same for what only a live execution may do. */
  const whileRunning = <T>(
    execution: RunningExecution,
    work: (sql: Sql, seal: Seal) => Promise<T>,
  ): Promise<T> =>
    underLease(execution, (sql, seal, { ended }) => {
      if (ended) throw new LeaseLost(`request #${execution.number} has its outcome already`);
      return work(sql, seal);
    });

  return {
    intend: (execution, call) =>
      whileRunning(execution, async (sql, seal) => {
        await demandSlot(sql, execution);
        const { runId, argv, countsBefore, lifeSeconds } = call;
        await sql.run(
          `INSERT INTO artisan_calls (run_id, execution_id, failed_ids, state, intended_at, life_ends_at, counts_before, output)
           VALUES (?, ?, ?, 'intended', UTC_TIMESTAMP(6), UTC_TIMESTAMP(6) + INTERVAL ? SECOND, ?, '')`,
          [runId, execution.executionId, call.failedIds.join(','), lifeSeconds, canonicalJson(countsBefore)],
        );
        await seal([
          entryOf(execution, 'INTENT', { runId, detail: { argv, before: countsBefore, lifeSeconds } }),
        ]);
      }),

    record: (execution, result) =>
      whileRunning(execution, async (sql, seal) => {
        const { runId, state, rc, durationMs, countsAfter } = result;
        const output = outputOf(result);
        const { changed } = await sql.run(
          `UPDATE artisan_calls SET state = ?, rc = ?, counts_after = ?, output = ? WHERE run_id = ? AND state = 'intended'`,
          [state, rc, canonicalJson(countsAfter), output, runId],
        );
        // Recorded before, by a commit whose answer was lost.
        if (changed === 0) return;
        const detail = { rc, output, durationMs, after: countsAfter };
        await seal([entryOf(execution, 'RESULT', { runId, outcome: state, detail })]);
      }),

    setTargets: (execution, states) =>
      whileRunning(execution, async (sql) => {
        const risky = [...states].filter(([, { state }]) => state === 'double_risk').map(([id]) => id);
        await markDoubleRisks(sql, execution, risky);
        if (await changeTargets(sql, execution.requestId, states)) {
          await growVersion(sql, execution.requestId);
        }
      }),

    suspect: (execution, why) =>
      whileRunning(execution, async (sql) => {
        const { changed } = await sql.run(
          "UPDATE executions SET state = 'unknown', was_suspect = 1, detail = ? WHERE id = ? AND state = 'executing'",
          [canonicalJson({ why }), execution.executionId],
        );
        if (changed === 1) await growVersion(sql, execution.requestId);
      }),

    finish: (execution, state, detail) =>
      underLease(execution, async (sql, seal, held) => {
        // Finished before, by a commit whose answer was lost.
        if (held.ended) return;
        await sql.run(
          'UPDATE executions SET state = ?, detail = ?, finished_at = UTC_TIMESTAMP(6) WHERE id = ?',
          [state, canonicalJson(detail), execution.executionId],
        );
        await growVersion(sql, execution.requestId);
        await endTerms(sql, execution);
        await freeSlot(sql, execution, execution.executionId);
        const outcome = { runId: execution.executionId, outcome: state, detail };
        const reconciled = execution.takenOver || held.suspect;
        await seal([
          ...(reconciled ? [entryOf(execution, 'RECONCILED', outcome)] : []),
          entryOf(execution, 'OUTCOME', outcome),
        ]);
      }),

    async archive(execution, rows) {
      // Also where there are no rows, a process that lost its lease must hear of it.
      await whileRunning(execution, async () => undefined);
      return archiveRows(rows, execution.requestId, (work) =>
        whileRunning(execution, async (sql, seal) => {
          const piece = await work(sql);
          if (piece === undefined) return;
          // A row's id is archived once in a request, so the first one names the piece.
          const runId = pieceIdOf(execution.executionId, piece.ids);
          await seal([entryOf(execution, 'ARCHIVED', { runId, detail: piece })]);
        }),
      );
    },
  };
}

export function entryOf(
  execution: RunningExecution,
  event: AuditEvent,
  rest: Pick<AuditEntry, 'runId' | 'detail'> & { readonly outcome?: string },
): AuditEntry {
  const { requester: actor, verb, app, host, requestId } = execution;
  return { event, actor, verb, app, target: host === '' ? `app=${app}` : `host=${host}`, requestId, ...rest };
}

/** Of a request that others voted on: the same may be asked again, its requester is told, and its jobs are watched. */
async function endTerms(sql: Sql, execution: RunningExecution): Promise<void> {
  await sql.run('UPDATE approval_terms SET open_target = NULL WHERE request_id = ?', [execution.requestId]);
  await beginFollow(sql, execution);
  await addNotice(sql, execution.requestId, 'outcome');
}

/** Redacted already; both streams, at most 2,000 characters. */
function outputOf({ stdout, stderr }: { readonly stdout: string; readonly stderr: string }): string {
  const text = [stdout, stderr].filter((part) => part !== '').join('\n');
  return Buffer.from([...text.trim()].slice(0, 2_000).join('')).toString();
}
