import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Scene, setScene } from './scene.ts';

/** In Socket Mode, where no signature hides a wrong clock. */
let scene: Scene;

beforeAll(async () => {
  scene = await setScene({ socket: true, clock: true });
});
afterAll(() => scene?.stage.stop());
beforeEach(() => scene.clean());

const minutes = 60_000;

describe('12. a click around the expiry', () => {
  it.each([-10, 10])('with the bot’s clock %d minutes off: the store’s clock decides', async (off) => {
    const { clock } = scene.stage.world;
    // A jump of its clock would drop the bot's line, so it wakes up with it.
    await scene.stage.bot.kill();
    await clock.bot.offset(off * minutes);
    await scene.stage.restart();
    await scene.failures(1);
    const card = await scene.pending();
    await clock.store.advance(31 * minutes);
    await scene.stage.slack.as('U0BO').click(card, 'Approve');
    await scene.untilState(card, 'expired');
    const fresh = await scene.pending();
    await clock.store.advance(29 * minutes);
    await scene.stage.slack.as('U0BO').click(fresh, 'Approve');
    expect(await scene.untilState(fresh, 'consumed', 'expired')).toBe('consumed');
  });
});

describe('20. one app token in several processes', () => {
  it('a click that arrives twice, at two of them: one vote and one run', async () => {
    await scene.failures(2);
    const card = await scene.pending();
    const laptop = await scene.stage.another({ socket: true });
    scene.stage.slack.faults.setDelivery('interactive', { kind: 'twice' }, 1);
    await scene.stage.slack.as('U0BO').click(card, 'Approve');
    expect(await scene.outcome(card)).toBe('succeeded');
    expect(await scene.waiting()).toBe(2);
    expect((await scene.events(card)).filter((event) => event === 'VOTED')).toHaveLength(1);
    await laptop.kill();
  });
});
