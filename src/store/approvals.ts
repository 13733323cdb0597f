import type { Approvals, Asked, Claimed, Decided, Decision } from '../core/approval-ports.ts';
import type { AuditEntry } from '../core/audit.ts';
import type { RequestId } from '../core/ids.ts';
import type { RequestView } from '../core/request.ts';
import type { Secret } from '../core/secret.ts';
import { AuditNotWritable, StoreUnavailable } from '../core/store-ports.ts';
import { askWithin, NotAsked } from './approval-ask.ts';
import { isItsCard } from './approval-cards.ts';
import { claimWithin, NotClaimed } from './approval-claim.ts';
import { decideWithin, NotDecided } from './approval-decide.ts';
import { freezeRows, readFrozen, sweepFrozen } from './approval-freeze.ts';
import { listOpen, listRequests } from './approval-list.ts';
import { createSweeper } from './approval-sweep.ts';
import type { Seal, StoreAuditLog } from './audit-log.ts';
import type { StoreDatabase } from './database.ts';
import { findView } from './request-view.ts';
import type { Sql } from './sql.ts';

export interface ApprovalsParts {
  readonly database: StoreDatabase;
  readonly audit: StoreAuditLog;
  readonly key: Secret;
  /** Ends an execution that must not begin. */
  readonly finish: (execution: Extract<Claimed, { readonly ok: true }>['execution']) => Promise<void>;
}

/** The life of a request from the question to the claim, in the store. */
export function createApprovals(parts: ApprovalsParts): Approvals {
  const { database, audit, key } = parts;
  const sweeper = createSweeper({ database, audit });
  const view = async (sql: Sql, id: RequestId): Promise<RequestView> => {
    const found = await findView(sql, { id });
    if (found === undefined) throw new Error('a request that was just looked at is not there');
    return found;
  };

  /** The clock has decided; whether its record can be sealed now changes nothing of the answer. */
  const tidy = async (id: RequestId): Promise<void> => {
    await sweeper.expire(id).catch(() => undefined);
  };

  return {
    freeze: (id, rows) => freezeRows(database, id, rows),

    async ask(request, limits) {
      if (!Number.isInteger(request.quorum) || request.quorum < 1) throw new Error('a quorum is 1 at least');
      audit.demandWhole();
      const frozen = await readFrozen(database, request.id);
      if (
        frozen.count !== request.count ||
        frozen.digest !== request.digest ||
        frozen.highest !== request.highest
      )
        throw new Error('what is asked is not what was frozen');
      const asking = { request, limits, batches: frozen.batches };
      const ask = (): Promise<Asked> =>
        audit
          .sealing(async (sql, seal): Promise<Asked> => {
            await askWithin(sql, seal, key, asking);
            return { ok: true, view: await view(sql, request.id) };
          })
          .catch((error: unknown) => {
            if (error instanceof NotAsked) return error.why;
            throw error;
          });
      const asked = await ask();
      // What is over by the clock stands in nobody's way, whether or not it was tidied.
      if (asked.ok || asked.why !== 'open' || !(await sweeper.expireNumber(asked.number))) return asked;
      return ask();
    },

    async decide(decision) {
      try {
        return await decideSealed(parts, decision, view);
      } catch (error) {
        if (!(error instanceof NotDecided)) throw error;
        if (error.why === 'no-request' || error.why === 'not-its-card') return { ok: false, why: error.why };
        if (error.why === 'too-late') await tidy(decision.requestId);
        const stands = await database.query((sql) => view(sql, decision.requestId));
        return { ok: false, why: error.why, view: stands };
      }
    },

    isItsCard: (id, pressed) => database.transaction((sql) => isItsCard(sql, id, pressed)),
    approved: (limit) => database.query((sql) => listOpen(sql, 'approved', limit)),

    async claim(of, checks) {
      audit.demandWhole();
      let claimed: Claimed | undefined;
      try {
        return await audit.sealing(async (sql, seal) => {
          claimed = undefined;
          claimed = await claimWithin(sql, seal, key, { view: of, checks });
          return claimed;
        });
      } catch (error) {
        if (error instanceof NotClaimed) {
          if (error.why.why === 'expired') await tidy(of.id);
          return error.why;
        }
        // Committed, and its anchor not written: nothing of it may reach a host.
        if (error instanceof AuditNotWritable && claimed?.ok) await parts.finish(claimed.execution);
        throw error;
      }
    },

    invalidate: (of, why, detail) => sweeper.invalidate(of.id, of.version, { ...detail, why }),
    sweep: async () => {
      await sweeper.sweep();
      await sweepFrozen(database);
    },
    list: (app, limit) => database.query((sql) => listRequests(sql, app, limit)),
  };
}

/** What only ends a request works without the audit log too: its record is noted, and sealed when the log is back. */
async function decideSealed(
  { database, audit, key }: ApprovalsParts,
  decision: Decision,
  view: (sql: Sql, id: RequestId) => Promise<RequestView>,
): Promise<Decided> {
  const decide = async (sql: Sql, seal: Seal): Promise<Decided> => {
    await decideWithin(sql, seal, key, decision);
    return { ok: true, view: await view(sql, decision.requestId) };
  };
  const isBrake = decision.kind === 'reject' || decision.kind === 'cancel';
  if (!isBrake) audit.demandWhole();
  try {
    return await audit.sealing(decide);
  } catch (error) {
    const isRefused = error instanceof AuditNotWritable || error instanceof StoreUnavailable;
    if (!isBrake || !isRefused) throw error;
  }
  return withoutSeal({ database, audit }, decide);
}

/** The same work with its records noted instead of sealed. */
export async function withoutSeal<T>(
  { database, audit }: Pick<ApprovalsParts, 'database' | 'audit'>,
  work: (sql: Sql, seal: Seal) => Promise<T>,
): Promise<T> {
  let entries: AuditEntry[] = [];
  const result = await database.transaction((sql) => {
    entries = [];
    return work(sql, async (more) => {
      entries.push(...more);
      return [];
    });
  });
  for (const entry of entries) audit.note(entry);
  return result;
}
