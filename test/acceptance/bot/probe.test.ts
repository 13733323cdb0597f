import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ConfigChange } from '../../../demo/world/config.ts';
import { startWorld, type World } from '../../../demo/world/world.ts';
import type { ProbeReport } from '../../../src/alerts/probe.ts';
import { buildBot } from '../../../src/app.ts';
import { runCli } from '../../../src/cli/run-cli.ts';
import { FakeTerminal } from '../../cli/terminal.ts';

/** `probe` as CI runs it, on real databases and without Slack. Each case makes its own world, in whatever order they run. */
let world: World;
beforeAll(async () => {
  world = await startWorld({});
});
beforeEach(async () => {
  for (const proxy of [world.proxies.database, world.proxies.redis]) proxy.set('pass');
  await world.sql.query('DELETE FROM fap.jobs');
  await world.sql.query('DELETE FROM fap.failed_jobs');
  await world.redis.client.del('fap:queues:insights');
});
afterAll(() => world?.stop());

const wait = (queue: string, count: number, seconds = 1) =>
  world.sql.query(
    `INSERT INTO fap.jobs (queue, payload, attempts, reserved_at, available_at, created_at)
     SELECT ?, '{}', 0, NULL, UNIX_TIMESTAMP() - ?, 0 FROM fap.seq_1_to_${count}`,
    [queue, seconds],
  );

async function probe(options: readonly string[], change?: ConfigChange) {
  const env = { ...(world.env as Record<string, string>), QUEUEKEEPER_CONFIG: await world.config(change) };
  const terminal = new FakeTerminal(env, (path) => readFileSync(path, 'utf8'));
  terminal.loadBot = async () => buildBot;
  const code = await runCli(['probe', ...options], terminal);
  const said = terminal.written.join('');
  return { code, said, report: (): ProbeReport => JSON.parse(said) };
}

describe('probe', () => {
  it('passes at a level and not above it, by the data alone, and writes nothing', async () => {
    await wait('reports', 60);
    const at = await probe(['--strict', '--json']);
    expect([at.code, at.report().pass, at.report().queues.length]).toEqual([0, true, 7]);
    await wait('reports', 1);
    expect((await probe([])).code).toBe(0);
    const above = await probe(['--strict', '--json']);
    expect(above.code).toBe(1);
    expect(above.report()).toMatchObject({
      ...{ pass: false, missing: [] },
      violations: [{ queue: 'database:reports', metric: 'pending', value: 61, threshold: 60 }],
    });
    const [tables] = await world.sql.query(
      "SELECT COUNT(*) AS n FROM information_schema.tables WHERE table_schema = 'queuekeeper'",
    );
    expect(tables).toEqual([{ n: 0 }]);
  });

  it('never passes where it can not look: the database, Redis, an age that nobody can tell', async () => {
    world.proxies.redis.set('refuse');
    const redis = await probe([]);
    expect(redis.code).toBe(1);
    expect(redis.said).toContain('Not known: fap redis:insights: pending could not be read.');
    world.proxies.redis.set('pass');
    await world.redis.client.rpush('fap:queues:insights', '{}');
    const levels = { apps: { fap: { queues: { insights: { slo: { max_oldest: '300s' } } } } } };
    const ageless = await probe(['--queues', 'insights'], levels);
    expect(ageless.code).toBe(1);
    expect(ageless.said).toContain("redis:insights: oldest (s) can't be measured");
    world.proxies.database.set('refuse');
    const database = await probe(['--json']);
    expect(database.code).toBe(1);
    expect(database.report().missing).toContainEqual(expect.objectContaining({ part: 'database' }));
    expect(database.report().pass).toBe(false);
  });
});
