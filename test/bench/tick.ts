import { readFileSync } from 'node:fs';
import { fillBigWorld } from '../../demo/world/fill.ts';
import { createMeasurer } from '../../src/alerts/measurer.ts';
import type { AlertReader, Tick } from '../../src/alerts/measuring-ports.ts';
import { loadConfiguration } from '../../src/config/load.ts';
import type { AlertRule } from '../../src/core/alert-description.ts';
import { Secret } from '../../src/core/secret.ts';
import { createAlertReader } from '../../src/laravel/alert-reader.ts';
import { createAppDatabase } from '../../src/laravel/database.ts';
import { createAppRedis } from '../../src/laravel/redis-client.ts';
import { redisQueues } from '../../src/laravel/redis-queues.ts';
import { recordStatements, runBare } from './bare-sql.ts';
import { type Bench, type Line, median, milliseconds, pause, timed, times } from './bench.ts';
import { onScene, type Scene } from './scene.ts';

const rounds = 8;
/** The first count of the failures goes on in the background. */
const countedWithinMs = 120_000;

/** One tick over all rules of the example in the big world, beside its own statements run by the `mariadb` client. */
export const tickBench: Bench = {
  name: 'tick',
  about: 'one tick of the alerts over all rules in the big world, buffer pool 128 MB',
  run: (say) =>
    onScene({ bufferPool: '128M', workers: [] }, async (scene) => {
      const { ms } = await timed(() => fillBigWorld(scene.world));
      say(`filled in ${milliseconds(ms)}`);
      return measureTicks(scene, say);
    }),
};

function exampleRules(): readonly AlertRule[] {
  const file = new URL('../../docs/queuekeeper.example.yml', import.meta.url).pathname;
  const loaded = loadConfiguration({
    file,
    env: {
      ...{ QUEUEKEEPER_STORE_URL: 'mysql://a:b@c/d', QUEUEKEEPER_AUDIT_KEY: '0123456789abcdef' },
      ...{ FAP_DATABASE_URL: 'mysql://a:b@c/d', FAP_DATABASE_WRITE_URL: 'mysql://a:b@c/d' },
      FAP_REDIS_URL: 'redis://c',
    },
    readFile: (path) => readFileSync(path, 'utf8'),
  });
  if (!loaded.ok) throw new Error('the example is good');
  return loaded.configuration.alerts.rules;
}

interface Seen {
  readonly ms: number;
  readonly slowest: { readonly name: string; readonly ms: number };
  readonly unknown: readonly string[];
}

async function measureTicks({ world, config }: Scene, say: (text: string) => void): Promise<readonly Line[]> {
  const loaded = loadConfiguration({
    ...{ file: config, env: { ...world.env }, readFile: (path) => readFileSync(path, 'utf8') },
  });
  if (!loaded.ok) throw new Error('the world writes a good configuration');
  const [app] = loaded.configuration.apps;
  if (app === undefined) throw new Error('it has an app');
  const { description } = app;
  const rules = exampleRules();
  const database = createAppDatabase(new Secret(world.mariadb.url('qk_read', 'fap')), 'fap', {
    maxConnections: 1,
  });
  const client = app.redis && createAppRedis(app.redis.url, 'fap');
  const lists = app.redis && client && redisQueues(client, app.redis.prefix, description);
  const { reader, stop } = createAlertReader({
    ...{ database, description },
    ...(lists === undefined ? {} : { redis: lists }),
  });
  try {
    const look = (): Promise<Seen> => tickOf(reader, rules, description);
    const first = await look();
    say(
      `the first tick: ${milliseconds(first.ms)}, slowest ${first.slowest.name} ${milliseconds(first.slowest.ms)}`,
    );
    await untilCounted(reader, say);
    const seen: Seen[] = [];
    for (let n = 0; n < rounds; n += 1) {
      await pause(1_000);
      seen.push(await look());
    }
    for (const { ms, slowest, unknown } of seen)
      say(
        `${milliseconds(ms)}, slowest ${slowest.name} ${milliseconds(slowest.ms)}, unknown: ${unknown.join(', ')}`,
      );
    await world.sql.query('DELETE FROM fap.failed_jobs WHERE id % 7 = 0 AND id < 20000');
    const compared = await look();
    say(
      `after 2,857 failures were retried: ${milliseconds(compared.ms)}, ${compared.slowest.name} ${milliseconds(compared.slowest.ms)}`,
    );
    const statements = await recordStatements(world, look);
    const bare = median([
      await runBare(world, statements),
      await runBare(world, statements),
      await runBare(world, statements),
    ]);
    return linesOf(first, seen, compared, bare);
  } finally {
    stop();
    client?.close();
    await database.close();
  }
}

async function tickOf(
  reader: AlertReader,
  rules: readonly AlertRule[],
  description: Parameters<typeof createAlertReader>[0]['description'],
): Promise<Seen> {
  const statements: { name: string; ms: number }[] = [];
  const noting = (tick: Tick): Tick => ({
    signal: tick.signal,
    cost: (name, ms) => void statements.push({ name, ms }),
  });
  const alerts: AlertReader = {
    queues: (rows, tick) => reader.queues(rows, noting(tick)),
    failures: (accepted, tick) => reader.failures(accepted, noting(tick)),
    stale: (ask, tick) => reader.stale(ask, noting(tick)),
    surge: (ask, tick) => reader.surge(ask, noting(tick)),
    traffic: (ask, tick) => reader.traffic(ask, noting(tick)),
  };
  const measurer = createMeasurer({
    apps: [{ description, alerts, workers: { list: async () => ({ value: [], missing: [] }) } }],
    kept: { samples: async () => [], incidents: async () => [] },
    ...{
      stepSeconds: 30,
      log: { debug() {}, info() {}, warn() {}, error: (fields, text) => console.error(text, fields) },
    },
  });
  const memory = { now: new Date(), accepted: [], open: new Map() };
  const { ms, value } = await timed(() => measurer.measure(rules, new AbortController().signal, memory));
  const slowest = statements.reduce((a, b) => (b.ms > a.ms ? b : a), { name: 'none', ms: 0 });
  const unknown = value.measured.flatMap(({ of }) =>
    of.flatMap(({ fingerprint, judgement }) =>
      judgement.kind === 'unknown' ? [`${fingerprint} ${judgement.why}`] : [],
    ),
  );
  return { ms, slowest, unknown };
}

async function untilCounted(reader: AlertReader, say: (text: string) => void): Promise<void> {
  const began = performance.now();
  for (;;) {
    const read = await reader.failures([], { signal: new AbortController().signal, cost: () => undefined });
    if (read.ok && read.value.isComplete) break;
    if (performance.now() - began > countedWithinMs) throw new Error('the failures were not counted');
    await pause(500);
  }
  say(`all failures counted in the background within ${milliseconds(performance.now() - began)}`);
}

function linesOf(first: Seen, seen: readonly Seen[], compared: Seen, bare: number): readonly Line[] {
  const line = (what: string, ms: number, limitMs?: number): Line => ({
    ...{ what, ours: milliseconds(ms), rival: '', ratio: '' },
    ...(limitMs === undefined
      ? { asked: '', holds: undefined }
      : { asked: `≤ ${milliseconds(limitMs)}`, holds: ms <= limitMs }),
  });
  const ticks = seen.map(({ ms }) => ms);
  return [
    line(`one alert tick over all rules in the big world, slowest of ${rounds}`, Math.max(...ticks), 1_000),
    {
      ...line('the same, median', median(ticks)),
      ...{
        rival: `its statements, mariadb client ${milliseconds(bare)}`,
        ratio: `${times(median(ticks) / bare)} its time`,
      },
    },
    line('its slowest statement', Math.max(...seen.map(({ slowest }) => slowest.ms)), 300),
    line('the first tick after a start', first.ms),
    line('the tick after 2,857 failures were retried', compared.ms, 1_000),
  ];
}
