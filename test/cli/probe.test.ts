import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { FailureLevels, QueueLevel, Tick } from '../../src/alerts/measuring-ports.ts';
import { type ProbedApp, type ProbeReport, probe } from '../../src/alerts/probe.ts';
import { runCli } from '../../src/cli/run-cli.ts';
import type { AppDescription, QueueSlo } from '../../src/core/app-description.ts';
import type { MissingPart } from '../../src/core/reading.ts';
import { FakeBot, FakeTerminal, goodEnv } from './terminal.ts';

/** What the world says; undefined: it can't be known. */
interface Now {
  readonly slo?: QueueSlo;
  readonly due?: number | undefined;
  readonly counted?: QueueLevel['counted'];
  readonly oldest?: number | undefined;
  readonly failed?: number | undefined;
  readonly timeouts?: number;
  readonly redisDue?: number | undefined;
  readonly missing?: readonly MissingPart[];
  /** What waits says nothing of its age. */
  readonly ageless?: true;
  readonly noQueues?: true;
  readonly databaseDown?: true;
  /** So many looks before failures are counted to the end. */
  readonly looks?: number;
}
const levels: QueueSlo = { maxPending: 60, maxFailed: 10, maxOldestSeconds: 300, maxTimeouts: 2 };
const databaseDown: MissingPart = { part: 'database', name: 'fap', why: 'unreachable' };
const redisDown: MissingPart = { part: 'redis', name: 'fap', why: 'unreachable' };

function appOf(now: Now, ticks: Tick[]): ProbedApp {
  const level = (connection: string, name: string, due: number | undefined): QueueLevel => ({
    ...{ connection, name, due, counted: now.counted ?? 'exact', held: 0 },
    oldestSeconds: connection === 'redis' || now.ageless ? undefined : 'oldest' in now ? now.oldest : 0,
    ...(now.ageless ? { isAgeless: true } : {}),
  });
  const timeouts = now.timeouts ?? 0;
  const failures = (isComplete: boolean): FailureLevels => ({
    ...{ total: 0, notAccepted: 0, highestId: 0, isComplete, timeoutsKnown: isComplete, kinds: [] },
    byQueue: new Map(
      ['database:reports', 'redis:default'].map((label) => [
        label,
        {
          notAccepted: isComplete ? ('failed' in now ? now.failed : 0) : undefined,
          timeouts: { byClass: timeouts, byText: 0, either: timeouts },
          kinds: [],
        },
      ]),
    ),
  });
  const queues = [
    { name: 'reports', connection: 'database', jobs: [], costly: false, slo: now.slo ?? levels },
    { name: 'default', connection: 'redis', jobs: [], costly: false },
  ];
  let looks = 0;
  return {
    description: { name: 'fap', queues: now.noQueues ? [] : queues } as unknown as AppDescription, // the rest is not asked
    alerts: {
      queues: async (_, tick) => {
        ticks.push(tick);
        return {
          value: [
            ...(now.databaseDown ? [] : [level('database', 'reports', 'due' in now ? now.due : 0)]),
            level('redis', 'default', 'redisDue' in now ? now.redisDue : 0),
          ],
          missing: now.missing ?? [],
        };
      },
      failures: async () => {
        if (now.databaseDown) return { ok: false, missing: databaseDown };
        looks += 1;
        return { ok: true, value: failures(looks > (now.looks ?? 0)) };
      },
    },
  };
}

/** The exit code, what was said, and the report of `--json`. */
async function run(now: Now, ...options: readonly string[]) {
  const bot = new FakeBot();
  const ticks: Tick[] = [];
  const clock = { now: () => new Date('2026-11-26T12:00:00Z'), wait: async () => undefined };
  bot.probe = (ask) =>
    probe({ apps: [appOf(now, ticks)], accepted: async () => [], clock }, ask, new AbortController().signal);
  const terminal = new FakeTerminal(goodEnv, (path) => readFileSync(path, 'utf8'), bot);
  const code = await runCli(['probe', ...options], terminal);
  const said = [...terminal.written, ...terminal.complained].join('');
  return { code, said, ticks, report: (): ProbeReport => JSON.parse(terminal.written.join('')) };
}

describe('probe', () => {
  const atMost: Now = { due: 60, failed: 10, oldest: 300, timeouts: 2 };

  it('passes at every threshold, strict or not, since a value that equals its threshold is no breach', async () => {
    for (const options of [[], ['--strict']]) {
      const { code, report } = await run(atMost, ...options, '--json');
      expect(code).toBe(0);
      expect(report()).toMatchObject({
        ...{ timestamp: '2026-11-26T12:00:00.000Z', pass: true, violations: [], missing: [] },
        queues: [
          {
            ...{ app: 'fap', queue: 'database:reports', utilization: 1, unreadable: [] },
            values: { pending: 60, failed: 10, oldest: 300, timeouts: 2 },
            thresholds: { pending: 60, failed: 10, oldest: 300, timeouts: 2 },
          },
          {
            ...{ queue: 'redis:default', utilization: null, unreadable: [] },
            values: { pending: 0, failed: 10, oldest: null, timeouts: null },
            thresholds: { pending: null, failed: null, oldest: null, timeouts: null },
          },
        ],
      });
    }
  });

  it.each([
    ['pending', { due: 61 }, 61, 60],
    ['failed', { failed: 11 }, 11, 10],
    ['oldest', { oldest: 301 }, 301, 300],
    ['timeouts', { timeouts: 3 }, 3, 2],
  ] as const)('one above the threshold of %s is a breach, and a failure with --strict', async (...row) => {
    const [metric, more, value, threshold] = row;
    const relaxed = await run({ ...atMost, ...more }, '--json');
    expect(relaxed.code).toBe(0);
    expect(relaxed.report().pass).toBe(false);
    expect(relaxed.report().violations).toEqual([
      { app: 'fap', queue: 'database:reports', metric, value, threshold },
    ]);
    expect((await run({ ...atMost, ...more }, '--strict')).code).toBe(1);
  });

  it('allows nothing where the threshold is 0', async () => {
    const slo = { ...levels, maxFailed: 0 };
    const none = await run({ slo }, '--strict', '--json');
    expect([none.code, none.report().queues[0]?.utilization]).toEqual([0, 0]);
    const one = await run({ slo, failed: 1 }, '--json');
    expect([one.code, one.report().queues[0]?.utilization]).toEqual([0, null]);
    expect(one.report().violations).toMatchObject([{ metric: 'failed', value: 1, threshold: 0 }]);
    expect((await run({ slo, failed: 1 }, '--strict')).code).toBe(1);
  });

  it('shows a queue without levels, and judges nothing of it', async () => {
    const { code, said } = await run({ redisDue: 9_000 }, '--queues', 'default', '--strict');
    expect(code).toBe(0);
    expect(said).toBe('fap redis:default: pending 9000, failed 0, no levels\nPass: 1 queues.\n');
  });

  it.each([[[]], [['--strict']]])('fails when the database is down, with %j', async (options) => {
    const { code, report } = await run(
      { databaseDown: true, missing: [databaseDown] },
      ...[...options, '--json'],
    );
    expect(code).toBe(1);
    expect(report()).toMatchObject({
      ...{ pass: false, violations: [], missing: [databaseDown] },
      queues: [
        { queue: 'database:reports', unreadable: ['pending', 'failed', 'oldest', 'timeouts'] },
        { queue: 'redis:default', unreadable: ['failed'] },
      ],
    });
  });

  it.each([[[]], [['--strict']]])('fails when Redis is down, with %j, and names it', async (options) => {
    const { code, said } = await run({ redisDue: undefined, missing: [redisDown] }, ...options);
    expect(code).toBe(1);
    expect(said).toContain('Not known: fap redis:default: pending could not be read.');
    expect(said).toContain('Not looked at: Redis of fap can not be reached.');
    expect((await run({ redisDue: undefined, missing: [redisDown] }, '--queues', 'reports')).code).toBe(0);
  });

  it('fails for a single metric that is not known, and takes "so many or more" only where that is enough', async () => {
    expect((await run({ oldest: undefined })).code).toBe(1);
    expect((await run({ due: 50, counted: 'least' })).code).toBe(1);
    const many = await run({ due: 120, counted: 'least' }, '--json');
    expect([many.code, many.report().violations.length]).toEqual([0, 1]);
  });

  it('never takes for well what can not be measured, and says why and what to do', async () => {
    const { code, said } = await run({ ageless: true });
    expect(code).toBe(1);
    expect(said).toContain("fap database:reports: oldest (s) can't be measured, because jobs in Redis");
    expect(said).toContain("Take max_oldest out of the queue's slo, or upgrade.");
    expect(said).toContain('No pass: 0 breached, 1 queues not known.');
    const { report } = await run({ ageless: true }, '--json');
    expect(report()).toMatchObject({
      ...{ pass: false, violations: [] },
      queues: [
        { unreadable: ['oldest'], immeasurable: ['oldest'] },
        { unreadable: [], immeasurable: [] },
      ],
    });
    // Nothing waits there, or nobody asks for it.
    const { maxOldestSeconds: _, ...slo } = levels;
    expect((await run({ ageless: true, slo }, '--strict')).code).toBe(0);
  });

  it('never takes nothing for well', async () => {
    const { code, said } = await run({ noQueues: true });
    expect([code, said]).toEqual([1, 'No pass: no queue is described, so nothing was looked at.\n']);
    expect((await run({ noQueues: true }, '--json')).report().pass).toBe(false);
  });

  it('looks again until failures are counted to the end', async () => {
    expect((await run({ looks: 5 })).code).toBe(0);
    expect((await run({ looks: 1_000 })).code).toBe(1);
  });

  it('counts failures by timeout over the asked window', async () => {
    const { ticks } = await run({}, '--window-minutes', '15');
    expect(ticks.map(({ timeoutWindowSeconds }) => timeoutWindowSeconds)).toEqual([900]);
    expect((await run({})).ticks[0]?.timeoutWindowSeconds).toBe(3_600);
  });

  it('asks for the named queues alone', async () => {
    const { report } = await run({}, '--queues', 'database:reports', '--json');
    expect(report().queues.map(({ queue }) => queue)).toEqual(['database:reports']);
  });

  it.each([
    [['--queues', 'report'], 'No app has a queue "report". Did you mean reports?'],
    [['--queues'], '--queues needs a value.'],
    [['--window-minutes', '0'], '--window-minutes takes a whole number from 1 to 1440.'],
    [['--window-minutes', 'x'], '--window-minutes takes a whole number'],
    [['--strickt'], 'There is no option --strickt. Did you mean --strict?'],
    [['--strict=1'], 'There is no option --strict'],
    [['reports'], '"probe" takes no further words.'],
  ])('says what is wrong with %j, and 2', async (options, said) => {
    const told = await run({}, ...options);
    expect(told.code).toBe(2);
    expect(told.said).toContain(said);
  });

  it('ends with 2 for a configuration at fault, and with 1 where it can not measure at all', async () => {
    const bad = new FakeTerminal({ QUEUEKEEPER_CONFIG: '/nowhere.yml' }, (path) =>
      readFileSync(path, 'utf8'),
    );
    expect(await runCli(['probe'], bad)).toBe(2);
    const bot = new FakeBot();
    bot.probe = () => Promise.reject(new Error('broken'));
    const broken = new FakeTerminal(goodEnv, (path) => readFileSync(path, 'utf8'), bot);
    expect(await runCli(['probe'], broken)).toBe(1);
  });

  it('keeps its options to itself', async () => {
    const terminal = new FakeTerminal(goodEnv, (path) => readFileSync(path, 'utf8'));
    expect(await runCli(['check', '--strict'], terminal)).toBe(2);
  });
});
