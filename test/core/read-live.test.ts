import { describe, expect, it } from 'vitest';
import type { Surface } from '../../src/core/invocation.ts';
import { type Picture, type Show, sealLive } from '../../src/core/operation.ts';
import { accept, type Judged, refuse } from '../../src/core/refusal.ts';
import type { Reply } from '../../src/core/reply.ts';
import { StoreUnavailable } from '../../src/core/store-ports.ts';
import type { World } from '../../src/operations/world.ts';
import { type Bench, type BenchOptions, createBench, refusals } from './bench.ts';

const picture =
  (name: string): Picture =>
  (locale) => ({ heading: `${name} in ${locale}`, mood: 'working', parts: [] });

interface Stand {
  readonly bench: Bench;
  /** What stands in the visible message, by turns. */
  readonly seen: string[];
}

function stand(
  watch: (show: Show) => Promise<Judged<Picture>> = async () => accept(picture('answer')),
  options: BenchOptions = {},
  opens = true,
): Stand {
  const seen: string[] = [];
  const stare = sealLive<null, World>({
    ...{ verb: 'stare', typed: ['stare'], usage: '', who: 'everybody', filters: [], effect: 'read' },
    parse: () => accept(null),
    target: () => 'a point',
    watch: (_, __, show) => watch(show),
  });
  const see = (reply: Reply): void => void seen.push(String(reply.heading));
  const open: Surface['open'] = async (reply) => {
    if (!opens) return undefined;
    see(reply);
    return {
      async draw(next) {
        see(next);
        return { kind: 'drawn' };
      },
    };
  };
  return { bench: createBench({ ...options, operations: [stare], surface: { open } }), seen };
}

const slowly = async (show: Show): Promise<Judged<Picture>> => {
  show(picture('first'));
  for (let turn = 0; turn < 20; turn += 1) await new Promise<void>((resolve) => setImmediate(resolve));
  return accept(picture('answer'));
};

describe('what is watched while it looks', () => {
  it('is one message for all in the language of the channel, with one READ row', async () => {
    const { bench, seen } = stand(slowly);
    await bench.say('stare', { who: 'U0CHEN' });
    expect(seen).toEqual(['first in en', 'answer in en']);
    expect(bench.answers).toEqual([]);
    expect(bench.notes).toMatchObject([
      { event: 'READ', verb: 'stare', target: 'a point', outcome: 'shown' },
    ]);
  });

  it('is said to the person alone, in their language, where nothing can be posted', async () => {
    const { bench } = stand(slowly, {}, false);
    await bench.say('stare', { who: 'U0CHEN' });
    expect(bench.answers).toMatchObject([{ reply: { heading: 'answer in zh-CN' }, locale: 'zh-CN' }]);
    expect(bench.notes).toMatchObject([{ event: 'READ', outcome: 'answered' }]);
  });

  it('is only answered in a direct message', async () => {
    const { bench, seen } = stand(slowly, { channel: { kind: 'direct-message' } });
    await bench.say('stare', { channel: 'D0ANNA', source: 'mention' });
    expect(seen).toEqual([]);
    expect(bench.answers).toMatchObject([{ reply: { heading: 'answer in en' } }]);
  });

  it('is shown once when it is delivered twice, and also where the store can not say', async () => {
    const twice = stand(slowly, { claim: async () => false });
    await twice.bench.say('stare');
    expect(twice.seen).toEqual([]);
    const away = stand(slowly, { claim: () => Promise.reject(new StoreUnavailable('away')) });
    await away.bench.say('stare');
    expect(away.seen.at(-1)).toBe('answer in en');
  });

  it('ends as what it was refused for, rather than looking for ever', async () => {
    const { bench, seen } = stand(async (show) => {
      show(picture('first'));
      await new Promise<void>((resolve) => setTimeout(resolve, 5));
      return refuse({ code: 'nothing-to-do', verb: 'stare', leftOut: 0 });
    });
    await bench.say('stare');
    expect(seen.at(-1)).not.toContain('first');
    expect(refusals(bench)).toEqual(['refused:nothing-to-do']);
  });

  it('ends with a number for the log when there is a bug', async () => {
    const { bench, seen } = stand(async (show) => {
      show(picture('first'));
      throw new Error('a bug');
    });
    await bench.say('stare');
    expect(seen.at(-1)).toMatch(/went wrong/);
    expect(bench.answers).toEqual([]);
  });

  it('tells the person alone what it was refused for where nothing can be posted', async () => {
    const { bench } = stand(async () => refuse({ code: 'store-unreachable' }), {}, false);
    await bench.say('stare');
    expect(bench.answers).toHaveLength(1);
    expect(refusals(bench)).toEqual(['refused:store-unreachable']);
  });
});
