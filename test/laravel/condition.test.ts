import { describe, expect, it } from 'vitest';
import { createCondition } from '../../src/laravel/condition.ts';
import type { AppRedis } from '../../src/laravel/redis-client.ts';
import { createFakeClock, description } from '../fakes/world.ts';

const { signal } = new AbortController();
const label = 'illuminate:queue:paused:database:reports';

function stage() {
  const keys = new Set<string>();
  const clock = createFakeClock();
  let looks = 0;
  const cache: Pick<AppRedis, 'read'> = {
    async read(_, work) {
      looks += 1;
      const client = { exists: async (key: string) => (keys.has(key) ? 1 : 0) };
      return { ok: true, value: await work(client as unknown as Parameters<typeof work>[0]) }; // all that is asked of it
    },
  };
  const condition = createCondition({
    ...{
      description: { ...description, cache: { redisDatabase: 1, prefix: 'c:' } },
      clock,
      redisPrefix: 'fap-',
    },
    cache: { ...cache, close: () => undefined },
    maintenanceMark: async () => ({ ok: true, value: false }),
  });
  const paused = async () => (await condition.read(signal)).value.paused?.map(({ name }) => name);
  return { keys, clock, condition, paused, looks: () => looks };
}

describe('the condition of an application', () => {
  it('is looked at once in five seconds for all who ask', async () => {
    const { keys, clock, paused, looks } = stage();
    expect(await paused()).toEqual([]);
    keys.add(`fap-c:${label}`);
    expect(await paused()).toEqual([]);
    expect(looks()).toBe(1);
    await clock.wait(5_001);
    expect(await paused()).toEqual(['reports']);
  });

  it('says at once what whoever paused a queue has just seen', async () => {
    const { keys, clock, condition, paused } = stage();
    expect(await paused()).toEqual([]);
    keys.add(`fap-c:${label}`);
    await clock.wait(100);
    expect(await condition.pausedNow(signal)).toMatchObject({ value: [{ name: 'reports' }] });
    expect(await paused()).toEqual(['reports']);
    keys.clear();
    await clock.wait(5_001);
    expect(await paused()).toEqual([]);
  });
});
