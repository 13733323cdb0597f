import type { RowDataPacket } from 'mysql2/promise';
import type { Stage } from './stage.ts';

/** An artisan that has pushed a job and waits for a lock before it forgets it: for as long as a test wants, not for a moment. */
export interface HeldArtisan {
  /** Resolves when it waits there. */
  waits(): Promise<void>;
  /** It goes on; resolves at once. */
  letGo(): Promise<void>;
  /** Its statement fails, as after a lock wait or a failover: artisan ends there, and its row stays. */
  fails(): Promise<void>;
}

const forgetting = "info LIKE 'delete from `failed_jobs`%'";

/** Holds whoever wants to forget this failure next. Only while no lock wait of the server was shortened. */
export async function holdArtisan(
  { world, untilRow }: Pick<Stage, 'world' | 'untilRow'>,
  failedId: number | undefined,
): Promise<HeldArtisan> {
  const lock = await world.sql.getConnection();
  await lock.query('START TRANSACTION');
  await lock.query('SELECT id FROM fap.failed_jobs WHERE id = ? LOCK IN SHARE MODE', [failedId]);
  const statement = (): Promise<RowDataPacket> =>
    untilRow(`SELECT id FROM information_schema.processlist WHERE ${forgetting}`);
  const letGo = async (): Promise<void> => {
    await lock.query('ROLLBACK');
    lock.release();
  };
  return {
    waits: async () => void (await statement()),
    letGo,
    async fails() {
      const { id } = await statement();
      await world.sql.query('KILL QUERY ?', [id]);
      await untilEnded({ untilRow });
      await letGo();
    },
  };
}

/**
 * As if so much time had passed that no lease is held and nothing of a call can live any more. Only where that is so: every
 * bot that was at work is dead, and this waits until artisan has ended. Nothing else of the application may be running.
 */
export async function outlive({ untilRow, rows }: Pick<Stage, 'untilRow' | 'rows'>): Promise<void> {
  await untilEnded({ untilRow });
  // Longer ago than any lock wait.
  await rows('UPDATE queuekeeper.artisan_calls SET life_ends_at = UTC_TIMESTAMP(6) - INTERVAL 2 MINUTE');
  await rows('UPDATE queuekeeper.executions SET lease_until = UTC_TIMESTAMP(6)');
}

/** An artisan that waited was connected, so it has ended when nobody is. */
const untilEnded = ({ untilRow }: Pick<Stage, 'untilRow'>): Promise<unknown> =>
  untilRow(
    "SELECT 1 FROM (SELECT COUNT(*) AS n FROM information_schema.processlist WHERE user = 'fap_app') t WHERE n = 0",
  );
