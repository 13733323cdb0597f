import { readFileSync } from 'node:fs';
import { fillBigWorld } from '../../demo/world/fill.ts';
import { fillPayments } from '../../demo/world/fill-payments.ts';
import { fillSnapshots } from '../../demo/world/fill-snapshots.ts';
import { createMeasurer } from '../../src/alerts/measurer.ts';
import type { AlertReader, MeasuredApp, Tick } from '../../src/alerts/measuring-ports.ts';
import { loadConfiguration } from '../../src/config/load.ts';
import type { AlertRule } from '../../src/core/alert-description.ts';
import { systemClock } from '../../src/core/clock.ts';
import { Secret } from '../../src/core/secret.ts';
import { createSshHost } from '../../src/hosts/ssh-host.ts';
import { createWorkers } from '../../src/hosts/supervisor.ts';
import { createAlertReader } from '../../src/laravel/alert-reader.ts';
import { createAppDatabase } from '../../src/laravel/database.ts';
import { createAppRedis } from '../../src/laravel/redis-client.ts';
import { redisQueues } from '../../src/laravel/redis-queues.ts';
import { recordStatements, runBare } from './bare-sql.ts';
import { type Bench, type Line, median, milliseconds, pause, timed, times } from './bench.ts';
import { onScene, type Scene } from './scene.ts';

const rounds = 8;
const snapshots = 1_000_000;
const payments = 300_000;
/** The first count of the failures goes on in the background. */
const countedWithinMs = 120_000;

/** One tick over all rules of the example in the big world, beside its own statements run by the `mariadb` client. */
export const tickBench: Bench = {
  name: 'tick',
  about: 'one tick of the alerts over all rules in the big world, buffer pool 128 MB',
  run: (say) =>
    onScene({ bufferPool: '128M', workers: [] }, async (scene) => {
      const { world } = scene;
      const big = await timed(() => fillBigWorld(world));
      say(`filled in ${milliseconds(big.ms)}`);
      const lines = await measureTicks(scene, say);
      const tables = await timed(async () => {
        await fillSnapshots(world, snapshots);
        await fillPayments(world, payments);
      });
      say(
        `${snapshots.toLocaleString('en')} snapshots and ${payments.toLocaleString('en')} payment events added in ${milliseconds(tables.ms)}`,
      );
      return [...lines, ...(await measureBesideTables(scene, say))];
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

type Look = () => Promise<Seen>;

/** As the bot wires it: one connection to the database, Redis, and Supervisor over SSH. */
async function onReader<T>(
  { world, config }: Scene,
  work: (look: Look, reader: AlertReader) => Promise<T>,
): Promise<T> {
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
  const hosts = new Map(
    [...loaded.configuration.hosts].flatMap(([name, host]) =>
      host.kind === 'ssh' ? [[name, { runner: createSshHost(host), supervisorctl: host.supervisorctl }]] : [],
    ),
  );
  // What was read a moment ago is remembered, which a tick of every 30 s never meets: so new ones each time.
  const workers = (): MeasuredApp['workers'] => createWorkers(description, hosts, systemClock);
  try {
    return await work(() => tickOf({ description, alerts: reader, workers: workers() }, rules), reader);
  } finally {
    stop();
    for (const { runner } of hosts.values()) runner.close();
    client?.close();
    await database.close();
  }
}

async function repeat(look: Look, say: (text: string) => void): Promise<readonly Seen[]> {
  const seen: Seen[] = [];
  for (let n = 0; n < rounds; n += 1) {
    await pause(1_000);
    seen.push(await look());
  }
  for (const { ms, slowest, unknown } of seen)
    say(
      `${milliseconds(ms)}, slowest ${slowest.name} ${milliseconds(slowest.ms)}, unknown: ${unknown.join(', ')}`,
    );
  return seen;
}

const measureTicks = (scene: Scene, say: (text: string) => void): Promise<readonly Line[]> =>
  onReader(scene, async (look, reader) => {
    const { world } = scene;
    const first = await look();
    say(
      `the first tick: ${milliseconds(first.ms)}, slowest ${first.slowest.name} ${milliseconds(first.slowest.ms)}`,
    );
    await untilCounted(reader, say);
    const seen = await repeat(look, say);
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
  });

/** The tables that rules ask by the operator's own condition, without an index that fits. */
const measureBesideTables = (scene: Scene, say: (text: string) => void): Promise<readonly Line[]> =>
  onReader(scene, async (look, reader) => {
    const first = await look();
    say(
      `the first tick: ${milliseconds(first.ms)}, slowest ${first.slowest.name} ${milliseconds(first.slowest.ms)}`,
    );
    await untilCounted(reader, say);
    const seen = await repeat(look, say);
    const beside = `with ${snapshots.toLocaleString('en')} snapshots and ${payments.toLocaleString('en')} payment events besides`;
    return [
      line(`a tick ${beside}, slowest of ${rounds}`, Math.max(...seen.map(({ ms }) => ms)), 1_000),
      line('the same, median', median(seen.map(({ ms }) => ms))),
      line('its slowest statement', Math.max(...seen.map(({ slowest }) => slowest.ms)), 300),
      line('the first tick after a start', first.ms),
    ];
  });

async function tickOf(app: MeasuredApp, rules: readonly AlertRule[]): Promise<Seen> {
  const reader = app.alerts;
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
    apps: [{ ...app, alerts }],
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

const line = (what: string, ms: number, limitMs?: number): Line => ({
  ...{ what, ours: milliseconds(ms), rival: '', ratio: '' },
  ...(limitMs === undefined
    ? { asked: '', holds: undefined }
    : { asked: `≤ ${milliseconds(limitMs)}`, holds: ms <= limitMs }),
});
