import { describe, expect, it } from 'vitest';
import { createScene, type SceneHands } from '../../../demo/panel/scene.ts';
import type { Situation } from '../../../demo/world/situations/situation.ts';

const one = (id: string): Situation => ({
  ...{ id, title: { en: id, 'zh-CN': id }, queue: 'reports', concludes: { cause: id } },
  ...{ make: async () => ({}), mend: async () => ({}) },
});
const sceneWith = (done: string[], change: Partial<SceneHands> = {}) =>
  createScene(
    [one('a'), one('b')],
    {
      play: async ({ id }) => done.push(`play ${id}`),
      end: async ({ id }) => done.push(`end ${id}`),
      ...change,
    },
    () => undefined,
  );

describe('the scene', () => {
  it('mends the last situation before the next one', async () => {
    const done: string[] = [];
    const scene = sceneWith(done);
    await scene.play('a');
    expect(scene.now()).toEqual({ playing: 'a', isBusy: false, failed: undefined });
    await scene.play('b');
    await scene.end();
    expect(done).toEqual(['play a', 'end a', 'play b', 'end b']);
    expect(scene.now().playing).toBeUndefined();
  });

  it('can mend what was made only half, and says why', async () => {
    const done: string[] = [];
    const scene = sceneWith(done, { play: async () => Promise.reject(new Error('no such worker')) });
    await scene.play('a');
    expect(scene.now()).toEqual({ playing: 'a', isBusy: false, failed: 'no such worker' });
    await scene.end();
    expect(done).toEqual(['end a']);
    expect(scene.now()).toEqual({ playing: undefined, isBusy: false, failed: undefined });
  });

  it('keeps what could not be mended, so that it can be tried again', async () => {
    const scene = sceneWith([], { end: async () => Promise.reject(new Error('not yet')) });
    await scene.play('a');
    await scene.play('b');
    expect(scene.now()).toMatchObject({ playing: 'a', failed: 'not yet' });
  });

  it('does one thing at a time, and knows its situations', async () => {
    const scene = sceneWith([], { play: () => new Promise(() => undefined) });
    expect(await scene.play('c')).toBe(false);
    void scene.play('a');
    expect(scene.now().isBusy).toBe(true);
    expect(await scene.play('b')).toBe(false);
    expect(await scene.end()).toBe(false);
  });
});
