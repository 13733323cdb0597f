import type { World } from './world.ts';

const rowsAtOnce = 20_000;
const payloadBytes = 500;

/**
 * Adds `count` rows to `payment_events`, made over the last 90 days: every hundredth failed, of those every fifth when it
 * was tried again. About 700 bytes each.
 */
export async function fillPayments(world: World, count: number): Promise<void> {
  const connection = await world.sql.getConnection();
  try {
    await connection.query('SET SESSION unique_checks = 0');
    for (let from = 1; from <= count; from += rowsAtOnce) {
      await connection.query(insertPayments(from, Math.min(count, from + rowsAtOnce - 1), count));
    }
  } finally {
    connection.destroy();
  }
  await world.sql.query('ANALYZE TABLE fap.payment_events');
}

/** Ids come in the order of the key that the table is stored by, or a fill would take long. */
const insertPayments = (from: number, to: number, count: number): string => `
  INSERT INTO fap.payment_events
    (id, provider, provider_event_id, order_no, payload_json, signature_ok, status, handle_status, created_at, updated_at)
  SELECT id, IF(MOD(seq, 3) = 0, 'wechat', 'stripe'), CONCAT('evt_', id), CONCAT('order-', seq),
    JSON_OBJECT('text', REPEAT('p', ${payloadBytes})), 1, 'processed',
    CASE WHEN MOD(seq, 500) = 7 THEN 'reprocess_failed' WHEN MOD(seq, 100) = 7 THEN 'failed' ELSE 'processed' END,
    made, made
  FROM (SELECT seq, NOW() - INTERVAL FLOOR(7776000 * (${count} - seq) / ${count}) SECOND AS made,
      CONCAT(LPAD(HEX(FLOOR(seq * 4294967295 / ${count})), 8, '0'),
        REGEXP_REPLACE(MD5(CONCAT('payment', seq, RAND())), '^(.{4})(.{3})(.{3})(.{12}).*', '-\\\\1-4\\\\2-8\\\\3-\\\\4')) AS id
    FROM fap.seq_${from}_to_${to}) rows_to_be`;
