import { describe, expect, it } from 'vitest';
import type { Redrawn } from '../../src/core/invocation.ts';
import { createLiveMessage, type LiveMessage } from '../../src/core/live-message.ts';
import type { Picture } from '../../src/core/operation.ts';
import { createFakeClock } from '../fakes/world.ts';

const picture =
  (name: string): Picture =>
  (locale) => ({ heading: `${name} in ${locale}`, mood: 'working', parts: [] });

interface Stand {
  readonly message: LiveMessage;
  readonly shown: string[];
  readonly clock: ReturnType<typeof createFakeClock>;
}

/** A place whose answers are told beforehand; it takes everything after that. */
function stand(answers: readonly Redrawn[] = [], opens = true, onDraw: () => void = () => undefined): Stand {
  const clock = createFakeClock();
  const shown: string[] = [];
  const left = [...answers];
  const message = createLiveMessage({
    ...{ clock, locale: 'zh-CN' },
    async open(reply) {
      if (!opens) return undefined;
      shown.push(`posted ${reply.heading}`);
      return {
        async draw(next) {
          onDraw();
          const redrawn = left.shift() ?? { kind: 'drawn' };
          shown.push(`${redrawn.kind} ${next.heading}`);
          return redrawn;
        },
      };
    },
  });
  return { message, shown, clock };
}

const turns = async (): Promise<void> => {
  for (let turn = 0; turn < 20; turn += 1) await new Promise<void>((resolve) => setImmediate(resolve));
};

describe('a live message', () => {
  it('is posted at its first picture and drawn again at the next ones, the last one included', async () => {
    const { message, shown } = stand();
    void message.begin();
    message.show(picture('first'));
    await turns();
    message.show(picture('second'));
    await turns();
    expect(await message.end(picture('last'))).toBe(true);
    expect(shown).toEqual(['posted first in zh-CN', 'drawn second in zh-CN', 'drawn last in zh-CN']);
  });

  it('is posted once, and whole, when it ends at once', async () => {
    const { message, shown } = stand();
    message.show(picture('first'));
    void message.begin();
    expect(await message.end(picture('last'))).toBe(true);
    expect(shown).toEqual(['posted last in zh-CN']);
  });

  it('leaves out pictures that are overtaken, edits soon after it was posted, and rests between two edits', async () => {
    const { message, shown, clock } = stand();
    void message.begin();
    message.show(picture('first'));
    await turns();
    for (const name of ['a', 'b', 'c']) message.show(picture(name));
    await turns();
    expect(clock.waited).not.toContain(1_100);
    for (const name of ['d', 'e']) message.show(picture(name));
    await turns();
    expect(clock.waited).toContain(1_100);
    expect(await message.end(picture('last'))).toBe(true);
    expect(shown).toEqual([
      ...['posted first in zh-CN', 'drawn c in zh-CN', 'drawn e in zh-CN', 'drawn last in zh-CN'],
    ]);
  });

  it('draws soon what comes long after the last edit, and what is last without any rest', async () => {
    const { message, shown, clock } = stand();
    void message.begin();
    message.show(picture('first'));
    await turns();
    await clock.wait(2_400);
    message.show(picture('second'));
    await turns();
    await clock.wait(400);
    expect(await message.end(picture('last'))).toBe(true);
    expect(shown).toHaveLength(3);
    expect(clock.waited.slice(1)).toEqual([2_400, 100, 400, 100]);
  });

  it('waits as long as Slack says, and draws the last picture then', async () => {
    const { message, shown, clock } = stand([
      { kind: 'later', milliseconds: 7_000 },
      { kind: 'later', milliseconds: 1_000 },
    ]);
    void message.begin();
    message.show(picture('first'));
    await turns();
    expect(await message.end(picture('last'))).toBe(true);
    expect(shown.slice(1)).toEqual(['later last in zh-CN', 'later last in zh-CN', 'drawn last in zh-CN']);
    expect(clock.waited).toContain(7_000);
  });

  it('gives up in the end where Slack never takes it', async () => {
    const { message } = stand(Array<Redrawn>(99).fill({ kind: 'later', milliseconds: 5_000 }));
    void message.begin();
    message.show(picture('first'));
    await turns();
    expect(await message.end(picture('last'))).toBe(false);
  });

  it('says so where nothing could be posted, or it was deleted meanwhile', async () => {
    const closed = stand([], false);
    const posting = closed.message.begin();
    closed.message.show(picture('first'));
    expect(await posting).toBe(false);
    expect(await closed.message.end(picture('last'))).toBe(false);
    const deleted = stand([{ kind: 'gone' }]);
    void deleted.message.begin();
    deleted.message.show(picture('first'));
    await turns();
    expect(await deleted.message.end(picture('last'))).toBe(false);
  });
});
