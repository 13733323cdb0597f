import { describe, expect, it } from 'vitest';
import type { RunContext } from '../../../src/core/operation.ts';
import type { TargetState } from '../../../src/core/request.ts';
import { followBulk } from '../../../src/operations/bulk/follow-bulk.ts';
import type { World } from '../../../src/operations/world.ts';
import { type BulkStage, setBulk } from './stage.ts';

/** Everything is pushed and has its outcome; what becomes of it is watched. */
async function pushedAll(count: number, options: Parameters<typeof setBulk>[1] = {}): Promise<BulkStage> {
  const stage = await setBulk(count, options);
  await stage.run();
  return stage;
}
const states = (stage: BulkStage, count: number): readonly (TargetState | undefined)[] =>
  Array.from({ length: count }, (_, index) => stage.state(index + 1));
const follow = async (stage: BulkStage, change: Partial<RunContext<World>> = {}): Promise<void> =>
  followBulk({ ...stage.context, ...change }, await stage.view());

describe('pushed jobs, watched', () => {
  it('have left their queue when seen absent three times, or failed again as another number', async () => {
    const stage = await pushedAll(3);
    stage.becomes = (id) => (id === 2 ? 'fails' : 'leaves');
    await follow(stage);
    expect(states(stage, 3)).toEqual(['left', 'failed_again', 'left']);
    const progress = (await stage.view()).execution?.progress;
    expect(progress?.['again']).toEqual([{ name: 'RuntimeException: broke', count: 1 }]);
  });

  it('failed again, although the host stood still between the end of the job and its record', async () => {
    const stage = await pushedAll(2);
    stage.becomes = (id) => (id === 1 ? 'fails late' : 'leaves');
    await follow(stage);
    expect(states(stage, 2)).toEqual(['failed_again', 'left']);
  });

  it('are called waiting after ten minutes, and watched on for an hour', async () => {
    const stage = await pushedAll(2);
    stage.becomes = () => 'waits';
    await follow(stage);
    expect(states(stage, 2)).toEqual(['waiting', 'waiting']);
    const minutes = stage.clock.waited.reduce((sum, ms) => sum + ms, 0) / 60_000;
    expect(minutes).toBeGreaterThanOrEqual(70);
    expect(stage.clock.waited.length).toBeLessThan(1_000);
  });

  it('are found done when they leave later than that', async () => {
    const stage = await pushedAll(1);
    let looks = 0;
    stage.becomes = () => {
      looks += 1;
      return looks < 320 ? 'waits' : 'leaves';
    };
    await follow(stage);
    expect(looks).toBe(320);
    expect(states(stage, 1)).toEqual(['left']);
  });

  it.each([
    ['was kept from workers, so that it would be recorded', {}, 'ended_quietly'],
    ['could fail before its old row was gone', { noPause: true }, 'vanished'],
  ] as const)('whose business row is not good %s: %s', async (_, options, expected) => {
    const stage = await pushedAll(2, { ...options, outcomes: new Set(['K-1']) });
    stage.takeAll();
    await follow(stage);
    expect(states(stage, 2)).toEqual(['done', expected]);
  });

  it('are left to the next process when this one ends', async () => {
    const stage = await pushedAll(2);
    stage.becomes = () => 'waits';
    const closing = new AbortController();
    closing.abort(new Error('closing'));
    await follow(stage, { signal: closing.signal });
    expect(states(stage, 2)).toEqual(['pushed', 'pushed']);
    stage.becomes = () => 'leaves';
    await follow(stage);
    expect(states(stage, 2)).toEqual(['left', 'left']);
  });
});
