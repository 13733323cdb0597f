import { failedJobId } from '../../src/core/ids.ts';
import { exact, type Gathered, type MissingPart, type Read } from '../../src/core/reading.ts';
import type {
  FailureGroup,
  InspectedGroup,
  QueueSizes,
  ReservedJob,
  WaitingJob,
} from '../../src/operations/ports.ts';
import type { RunbookApp, StepContext } from '../../src/runbook/ports.ts';
import { createFakeApp, createFakeClock, description } from '../fakes/world.ts';

export const ok = <T>(value: T): Read<T> => ({ ok: true, value });
export const whole = <T>(value: T, missing: readonly MissingPart[] = []): Gathered<T> => ({ value, missing });

export const away = (part: MissingPart['part'], name = 'fap'): MissingPart => ({
  ...{ part, name, why: 'unreachable' },
});

export const queue = { connection: 'database', name: 'reports' } as const;

export const sizes = (change: Partial<QueueSizes> = {}): QueueSizes => ({
  ...{ ...queue, configured: true, driver: 'database', pending: exact(0), delayed: exact(0) },
  ...{ reserved: exact(0), stuck: exact(0), oldestSeconds: undefined, failed: exact(0) },
  ...change,
});

export const waiting = (key: string, ageSeconds: number | undefined): WaitingJob => ({
  ...{ ...queue, key, uuid: undefined, jobClass: 'App\\Jobs\\MakeReport', attempts: 0, ageSeconds },
});

export const held = (heldSeconds: number): ReservedJob => ({
  ...{ ...queue, key: '1', uuid: undefined, jobClass: 'App\\Jobs\\MakeReport', attempts: 1, heldSeconds },
  ...{ retryAfterSeconds: 90, timeoutSeconds: undefined, overdue: heldSeconds >= 90 },
});

export const group = (change: Partial<InspectedGroup> = {}): InspectedGroup => ({
  ...{ group: 'fap-queue-reports', queues: [queue], alive: 2, expected: 2, processes: [], traps: [] },
  unknownHosts: [],
  ...change,
});

/** `agoSeconds`: its newest and its oldest failure. */
export const failure = (
  exceptionClass: string,
  count: number,
  agoSeconds: readonly [number, number],
  now: Date,
  change: Partial<FailureGroup> = {},
): FailureGroup => ({
  ...{ ...queue, jobClass: 'App\\Jobs\\MakeReport', exceptionClass, fingerprint: 'it broke', count },
  ...{ newestId: failedJobId(count), newestAt: new Date(now.getTime() - agoSeconds[0] * 1000) },
  oldestAt: new Date(now.getTime() - agoSeconds[1] * 1000),
  ...change,
});

/** An application in memory of which a test changes what it is about. */
export function createStand(change: Partial<RunbookApp> = {}): StepContext & {
  readonly clock: ReturnType<typeof createFakeClock>;
} {
  const { app } = createFakeApp();
  const queues = description.queues.map((one) =>
    one.name === 'reports'
      ? { ...one, workers: { group: 'fap-queue-reports', hosts: ['api-1'] }, slo: { maxPending: 60 } }
      : one,
  );
  return {
    app: { ...app, description: { ...description, queues }, ...change },
    ...{ queue, clock: createFakeClock(), signal: AbortSignal.timeout(60_000) },
  };
}
