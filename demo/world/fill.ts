import type { PoolConnection } from 'mysql2/promise';
import { type FailureTemplate, takeFailureTemplates } from './failure-templates.ts';
import { resizeTrace } from './traces.ts';
import type { World } from './world.ts';

export interface FillFailures {
  /** Mean of payload and exception together; left out: as real workers leave them and two of 40 KB, about 8 KB. */
  readonly bytes?: number;
  /** The failures are spread over so many days until now. 7 */
  readonly days?: number;
}

/** The big world of DESIGN.md: start it with `startWorld({ bufferPool: '128M' })`. */
export const bigWorld = { jobs: 500_000, failures: 150_000, failureBytes: 8_000 } as const;

const rowsAtOnce = 10_000;
const mainShare = 0.8;
const delayedShare = 0.05;
const jobBytes = 1_000;

/** Adds `count` rows to `failed_jobs`: 50 exceptions, 8 classes, each row with a uuid and a business key of its own. */
export async function fillFailures(world: World, count: number, options: FillFailures = {}): Promise<void> {
  const templates = await takeFailureTemplates(world);
  const sized = options.bytes === undefined ? templates : resize(templates, options.bytes);
  await onConnection(world, async (connection) => {
    await bringTemplates(connection, sized);
    await inPieces(count, (from, to) =>
      connection.query(insertFailures(from, to), {
        ...{ salt: saltOf(count), templates: sized.length },
        secondsAgo: (options.days ?? 7) * 86_400,
        count,
      }),
    );
  });
  await world.sql.query('ANALYZE TABLE fap.failed_jobs');
}

/** Adds `count` rows to `jobs`: 80 % in `reports`, the others in ops, content and commerce; every twentieth is delayed. */
export async function fillJobs(world: World, count: number): Promise<void> {
  const templates = (await takeFailureTemplates(world)).filter(({ connection }) => connection === 'database');
  const main = templates.filter(({ queue }) => queue === 'reports');
  const others = templates.filter(({ queue }) => queue !== 'reports');
  const padded = [...main, ...others].map((one) => ({ ...one, payload: pad(one.payload) }));
  await onConnection(world, async (connection) => {
    await bringTemplates(connection, padded);
    await inPieces(count, (from, to) =>
      connection.query(insertJobs(from, to), {
        ...{ salt: saltOf(count), main: main.length, others: others.length },
        ...{ mainShare, delayedShare, count },
      }),
    );
  });
  await world.sql.query('ANALYZE TABLE fap.jobs');
}

/** Failures first: whoever fills them works off what waits. */
export async function fillBigWorld(world: World): Promise<void> {
  await fillFailures(world, bigWorld.failures, { bytes: bigWorld.failureBytes });
  await fillJobs(world, bigWorld.jobs);
}

function resize(templates: readonly FailureTemplate[], bytes: number): readonly FailureTemplate[] {
  const mean = (of: (template: FailureTemplate) => number): number =>
    templates.reduce((sum, template) => sum + of(template), 0) / templates.length;
  const share = (bytes - mean(({ payload }) => payload.length)) / mean(({ exception }) => exception.length);
  return templates.map((template) => ({
    ...template,
    exception: resizeTrace(template.exception, Math.round(template.exception.length * share)),
  }));
}

/** Fields beside Laravel's own are what its hooks add, e.g. `Context`. */
function pad(payload: string): string {
  const context = (text: string): string =>
    `${payload.slice(0, -1)},"illuminate:log:context":{"data":{"trace":"s:0:\\"${text}\\";"},"hidden":[]}}`;
  return context('f'.repeat(Math.max(0, jobBytes - context('').length)));
}

async function onConnection(
  world: World,
  work: (connection: PoolConnection) => Promise<void>,
): Promise<void> {
  const connection = await world.sql.getConnection();
  connection.config.namedPlaceholders = true;
  try {
    await connection.query('SET SESSION unique_checks = 0, foreign_key_checks = 0');
    await work(connection);
  } finally {
    connection.destroy();
  }
}

/** In a table that only this connection sees; the server then makes the rows itself, so none crosses the wire. */
async function bringTemplates(
  connection: PoolConnection,
  templates: readonly FailureTemplate[],
): Promise<void> {
  await connection.query(`CREATE TEMPORARY TABLE fap.templates (n int PRIMARY KEY, connection text, queue text,
    uuid char(36), business varchar(64), payload longtext, exception longtext)`);
  for (const [n, one] of templates.entries()) {
    await connection.execute('INSERT INTO fap.templates VALUES (?, ?, ?, ?, ?, ?, ?)', [
      ...[n, one.connection, one.queue, one.uuid, one.key, one.payload, one.exception],
    ]);
  }
}

async function inPieces(
  count: number,
  insert: (from: number, to: number) => Promise<unknown>,
): Promise<void> {
  for (let from = 1; from <= count; from += rowsAtOnce) {
    await insert(from, Math.min(count, from + rowsAtOnce - 1));
  }
}

/** Two fills of one world must not make the same uuids. */
const saltOf = (count: number): string => `${count}:${performance.now()}`;

/** A uuid (version 4 by its looks) out of a number. */
const uuidSql = (what: string): string =>
  `REGEXP_REPLACE(MD5(CONCAT(:salt, '${what}', seq)), '^(.{8})(.{4}).(.{3}).(.{3})', '\\\\1-\\\\2-4\\\\3-8\\\\4-')`;

/** The same for each number, and spread like chance from 0 to below 1. */
const chance = (what: string): string => `(CONV(LEFT(MD5(CONCAT('${what}', seq)), 8), 16, 10) / 4294967296)`;

const insertFailures = (from: number, to: number): string => `
  INSERT INTO fap.failed_jobs (uuid, connection, queue, payload, exception, failed_at)
  SELECT STRAIGHT_JOIN r.uuid, t.connection, t.queue,
    REPLACE(REPLACE(t.payload, t.uuid, r.uuid), t.business, r.business),
    REPLACE(t.exception, t.business, r.business),
    NOW() - INTERVAL FLOOR(:secondsAgo * (:count - r.seq) / :count) SECOND
  FROM (SELECT seq, ${uuidSql('job')} AS uuid, ${uuidSql('row')} AS business,
      FLOOR(${chance('template')} * :templates) AS n FROM fap.seq_${from}_to_${to}) r
  JOIN fap.templates t ON t.n = r.n`;

const insertJobs = (from: number, to: number): string => `
  INSERT INTO fap.jobs (queue, payload, attempts, reserved_at, available_at, created_at)
  SELECT STRAIGHT_JOIN t.queue, REPLACE(REPLACE(t.payload, t.uuid, r.uuid), t.business, r.business), 0, NULL,
    r.created + IF(r.isDelayed, 3600 + MOD(r.seq, 86400), 0), r.created
  FROM (SELECT seq, ${uuidSql('job')} AS uuid, ${uuidSql('row')} AS business,
      UNIX_TIMESTAMP() - FLOOR(7200 * (:count - seq) / :count) AS created,
      ${chance('delay')} < :delayedShare AS isDelayed,
      IF(${chance('queue')} < :mainShare, FLOOR(${chance('template')} * :main),
        :main + FLOOR(${chance('template')} * :others)) AS n
    FROM fap.seq_${from}_to_${to}) r
  JOIN fap.templates t ON t.n = r.n`;
