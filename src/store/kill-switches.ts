import type { Freeze, KillSwitches } from '../core/approval-ports.ts';
import type { AuditActor, AuditEntry } from '../core/audit.ts';
import { canonicalJson } from '../core/canonical.ts';
import { within } from '../core/within.ts';
import type { StoreAuditLog } from './audit-log.ts';
import type { StoreDatabase } from './database.ts';
import { actorOf, instantOf } from './rows.ts';
import type { Sql } from './sql.ts';

/** A brake does not wait for its record longer than this. */
const sealLimitMs = 2_000;
/** In characters, over all that froze it. */
const longestReason = 2_000;

export interface KillSwitchParts {
  readonly database: StoreDatabase;
  /** The same store through connections that nobody else holds. */
  readonly brakes: StoreDatabase;
  readonly audit: StoreAuditLog;
}

/** The kill switch of each app: one row while it is frozen, none otherwise. */
export function createKillSwitches({ database, brakes, audit }: KillSwitchParts): KillSwitches {
  /** Sealed if the log takes it now, else noted: it is written when the log takes records again. */
  const record = async (entry: AuditEntry): Promise<void> => {
    const sealed = audit.append(entry).catch(() => audit.note(entry));
    await within(sealed, sealLimitMs, undefined);
  };

  return {
    find: (app) => database.query((sql) => findFreeze(sql, app)),

    async freeze(app, reason, actor) {
      const freeze = await brakes.transaction((sql) => throwSwitch(sql, app, reason, actor));
      const detail = { since: freeze.at.toISOString(), by: freeze.by.userId };
      await record({ ...entryOf(app, actor, 'frozen', detail), reason });
      return freeze;
    },

    async unfreeze(app, actor) {
      audit.demandWhole();
      return audit.sealing(async (sql, seal) => {
        const freeze = await lockFreeze(sql, app);
        if (freeze === undefined) return false;
        await sql.run('DELETE FROM kill_switches WHERE app = ?', [app]);
        const detail = { since: freeze.at.toISOString(), by: freeze.by.userId, reason: freeze.reason };
        await seal([entryOf(app, actor, 'unfrozen', detail)]);
        return true;
      });
    },
  };
}

/** Undefined: it is not frozen. One that is thrown after this was read stops a run before its next chunk. */
export async function findFreeze(sql: Sql, app: string): Promise<Freeze | undefined> {
  const [row] = await sql.all('SELECT * FROM kill_switches WHERE app = ?', [app]);
  if (row === undefined) return undefined;
  return {
    ...{ app: String(row['app']), reason: String(row['reason']) },
    ...{ by: actorOf(row['actor']), at: instantOf(row['at']) },
  };
}

async function throwSwitch(sql: Sql, app: string, reason: string, actor: AuditActor): Promise<Freeze> {
  await sql.run(
    'INSERT IGNORE INTO kill_switches (app, reason, actor, at) VALUES (?, ?, ?, UTC_TIMESTAMP(6))',
    [app, capped(reason), canonicalJson(actor)],
  );
  const freeze = await lockFreeze(sql, app);
  if (freeze === undefined) throw new Error('a switch that was just thrown is not there');
  if (freeze.reason.split('; ').includes(reason)) return freeze;
  const both = capped(`${freeze.reason}; ${reason}`);
  await sql.run('UPDATE kill_switches SET reason = ? WHERE app = ?', [both, app]);
  return { ...freeze, reason: both };
}

const capped = (reason: string): string => [...reason].slice(0, longestReason).join('');

async function lockFreeze(sql: Sql, app: string): Promise<Freeze | undefined> {
  await sql.all('SELECT app FROM kill_switches WHERE app = ? FOR UPDATE', [app]);
  return findFreeze(sql, app);
}

function entryOf(
  app: string,
  actor: AuditActor,
  outcome: 'frozen' | 'unfrozen',
  detail: Readonly<Record<string, unknown>>,
): AuditEntry {
  const verb = outcome === 'frozen' ? 'freeze' : 'unfreeze';
  return { event: 'KILL_SWITCH', actor, verb, app, target: `app=${app}`, outcome, detail };
}
