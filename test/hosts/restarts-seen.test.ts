import { expect, it } from 'vitest';
import { createRestartsSeen } from '../../src/hosts/restarts-seen.ts';
import type { WorkerProcess } from '../../src/operations/ports.ts';

const start = Date.UTC(2026, 10, 26);
const at = (state: WorkerProcess['state']): WorkerProcess => ({
  ...{
    host: 'api-1',
    name: 'fap-queue-ops',
    state,
    pid: undefined,
    uptimeSeconds: undefined,
    description: '',
  },
});

it('knows for how long a process was starting or backing off at every look', () => {
  let now = start;
  const seen = createRestartsSeen({ now: () => new Date(now) });
  const look = (state: WorkerProcess['state'], afterMs: number): number | undefined => {
    now += afterMs;
    seen.saw([at(state)]);
    return seen.restlessSeconds(at(state));
  };
  expect(look('RUNNING', 0)).toBeUndefined();
  expect(look('STARTING', 5_000)).toBe(0);
  expect(look('BACKOFF', 5_000)).toBe(5);
  expect(look('STARTING', 5_000)).toBe(10);
  expect(look('RUNNING', 5_000)).toBeUndefined();
  expect(look('STARTING', 5_000)).toBe(0);
});
