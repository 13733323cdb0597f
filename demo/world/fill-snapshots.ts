import type { World } from './world.ts';

/** How many of the snapshots are in which state, by the thousand; the others are ready. */
const perThousand = { failed: 20, pending: 4, running: 1 } as const;
const rowsAtOnce = 20_000;
const reportBytes = 900;

/**
 * Adds `count` rows to `report_snapshots`, made over the last 90 days: most are ready, 2 % failed with one of eight
 * errors, every 200th waits or runs, and half of those for longer than five minutes. About 1.1 KB each.
 */
export async function fillSnapshots(world: World, count: number): Promise<void> {
  const connection = await world.sql.getConnection();
  try {
    await connection.query('SET SESSION unique_checks = 0');
    for (let from = 1; from <= count; from += rowsAtOnce) {
      await connection.query(insertSnapshots(from, Math.min(count, from + rowsAtOnce - 1), count));
    }
  } finally {
    connection.destroy();
  }
  await world.sql.query('ANALYZE TABLE fap.report_snapshots');
}

/** The same for each number, and spread like chance from 0 to below 1. */
const chance = (what: string): string => `(CONV(LEFT(MD5(CONCAT('${what}', seq)), 8), 16, 10) / 4294967296)`;

const { failed, pending, running } = perThousand;
const states = [failed, failed + pending, failed + pending + running];

/** Attempts come in the order of the key that the table is stored by, or a fill would take half an hour. */
const insertSnapshots = (from: number, to: number, count: number): string => `
  INSERT INTO fap.report_snapshots
    (org_id, attempt_id, scale_code, pack_id, dir_version, report_json, status, last_error, created_at, updated_at)
  SELECT MOD(seq, 50), attempt, 'BIG5_OCEAN', 'big5-2026', 'v3',
    JSON_OBJECT('attempt', attempt, 'scores', JSON_ARRAY(1, 2, 3), 'text', REPEAT('r', ${reportBytes})),
    state, IF(state = 'failed', CONCAT('RuntimeException: provider said no, kind ', MOD(seq, 8)), NULL),
    created, created + INTERVAL 20 SECOND
  FROM (SELECT seq, attempt,
      CASE WHEN state < ${states[0]} THEN 'failed' WHEN state < ${states[1]} THEN 'pending'
        WHEN state < ${states[2]} THEN 'running' ELSE 'ready' END AS state,
      NOW() - INTERVAL IF(state < ${states[2]} AND state >= ${states[0]}, FLOOR(age * 600), FLOOR(age * 7776000)) SECOND
        AS created
    FROM (SELECT seq, ${chance('state')} * 1000 AS state, ${chance('age')} AS age,
        CONCAT(LPAD(HEX(FLOOR(seq * 4294967295 / ${count})), 8, '0'),
          REGEXP_REPLACE(MD5(CONCAT('attempt', seq, RAND())), '^(.{4})(.{3})(.{3})(.{12}).*', '-\\\\1-4\\\\2-8\\\\3-\\\\4')) AS attempt
      FROM fap.seq_${from}_to_${to}) numbers) rows_to_be`;
