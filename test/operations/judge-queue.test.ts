import { describe, expect, it } from 'vitest';
import type { QueueDescription } from '../../src/core/app-description.ts';
import { exact, unknownCount } from '../../src/core/reading.ts';
import { judgeQueue, judgeQueues } from '../../src/operations/judge-queue.ts';
import type { QueueSizes, WorkerGroup } from '../../src/operations/ports.ts';

const reports: QueueDescription = {
  ...{ name: 'reports', connection: 'database', jobs: [], costly: false },
  workers: { group: 'fap-queue-reports', hosts: ['api-1'] },
  slo: { maxPending: 60, maxFailed: 10, maxOldestSeconds: 300 },
};
const sizes = (change: Partial<QueueSizes> = {}): QueueSizes => ({
  ...{ connection: 'database', name: 'reports', configured: true, driver: 'database' },
  ...{ pending: exact(0), delayed: exact(0), reserved: exact(0), stuck: exact(0), failed: exact(0) },
  ...{ oldestSeconds: undefined, ...change },
});
const group = (alive: number | undefined, expected = 2): WorkerGroup => ({
  ...{ group: 'fap-queue-reports', queues: [], alive, expected, processes: [] },
  unknownHosts: alive === undefined ? ['api-1'] : [],
});
const judge = (change: Partial<QueueSizes>, workers: WorkerGroup | undefined = group(2)) =>
  judgeQueue(sizes(change), [reports], workers === undefined ? undefined : [workers], undefined);

describe('a queue', () => {
  it('is fine when its workers live and nothing waits too long', () => {
    expect(judge({ pending: exact(3), oldestSeconds: 2 })).toMatchObject({ severity: 'fine', findings: [] });
  });

  it('is broken when work waits and nobody is alive', () => {
    expect(judge({ pending: exact(1) }, group(0)).findings).toContain('no-workers');
    expect(judge({ pending: exact(1) }, group(0)).severity).toBe('broken');
  });

  it('is not called fine where nobody knows what failed', () => {
    expect(judge({ failed: unknownCount })).toMatchObject({
      severity: 'unknown',
      findings: ['failures-unread'],
    });
  });

  it('is only suspicious when nobody is alive and nothing waits', () => {
    expect(judge({}, group(0))).toMatchObject({ severity: 'suspicious', findings: ['workers-missing'] });
  });

  it('is never called without workers when a host could not be asked', () => {
    const judged = judge({ pending: exact(40) }, group(undefined));
    expect(judged.findings).not.toContain('no-workers');
    expect(judged).toMatchObject({ severity: 'unknown', findings: ['workers-unread'] });
  });

  it('is broken when jobs are held past retry_after', () => {
    expect(judge({ stuck: exact(1) })).toMatchObject({ severity: 'broken', findings: ['stuck'] });
  });

  it('is over its service level only above the limit, strictly', () => {
    expect(judge({ pending: exact(60), oldestSeconds: 1 }).findings).toEqual(['near-slo']);
    expect(judge({ pending: exact(61), oldestSeconds: 1 }).findings).toEqual(['over-slo']);
  });

  it('counts jobs held too long as work due', () => {
    expect(judge({ pending: exact(50), stuck: exact(11) }).findings).toContain('over-slo');
  });

  it('is suspicious when it has failures', () => {
    expect(judge({ failed: exact(1) })).toMatchObject({ severity: 'suspicious', findings: ['failures'] });
  });

  it('is unknown, not fine, when it could not be read', () => {
    expect(judge({ pending: unknownCount })).toMatchObject({ severity: 'unknown', findings: ['unread'] });
  });

  it('says when it is paused', () => {
    const condition = { maintenance: false, paused: [{ connection: 'database', name: 'reports' }] };
    expect(judgeQueue(sizes(), [reports], [group(2)], condition).findings).toEqual(['paused']);
  });
});

describe('queues', () => {
  it('stand worst first, then by what waits', () => {
    const calm = sizes({ name: 'calm', pending: exact(500) });
    const busy = sizes({ name: 'busy', pending: exact(900) });
    const stuck = sizes({ name: 'stuck', stuck: exact(1) });
    const judged = judgeQueues([calm, busy, stuck], [], [], undefined);
    expect(judged.map(({ sizes: { name } }) => name)).toEqual(['stuck', 'busy', 'calm']);
  });
});
