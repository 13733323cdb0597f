import { describe, expect, it } from 'vitest';
import { renderReply } from '../../src/cli/render-text.ts';
import type { PressContext } from '../../src/core/operation.ts';
import type { RequestState, RequestView } from '../../src/core/request.ts';
import { StoreUnavailable } from '../../src/core/store-ports.ts';
import { approve } from '../../src/operations/presses/approve.ts';
import type { World } from '../../src/operations/world.ts';
import { anna } from '../alerts/evaluating.ts';
import { createFakeRequests } from '../fakes/requests.ts';
import { createFakeApp, createFakeClock, createFakeWorld } from '../fakes/world.ts';

type Find = World['switches']['find'];
const frozen: Find = async () => ({ app: 'fap', reason: 'a release', by: anna, at: new Date(0) });

/** What whoever pressed Approve hears besides the card. */
async function heard(find: Find, state: RequestState = 'approved', locale: 'en' | 'zh-CN' = 'en') {
  const plain = createFakeWorld(createFakeApp().app, createFakeRequests(), createFakeClock());
  const view = { app: 'fap', number: 7, state, runBy: new Date(60_000) } as unknown as RequestView;
  const pressed = await approve.press(view, {
    ...{ locale, world: { ...plain, switches: { ...plain.switches, find } } },
    approvals: { decide: async () => ({ ok: true, view }) },
  } as unknown as PressContext<World>); // what a press of Approve asks of it
  if (!pressed.ok) throw new Error(pressed.refusal.code);
  return pressed.value === undefined ? undefined : renderReply(pressed.value);
}

describe('an approval', () => {
  it('that was the last one while changes are frozen tells who gave it what it waits for, and for how long', async () => {
    const said = await heard(frozen);
    expect(said).toContain('#7 is approved and starts when the freeze is lifted; unless that is by');
    expect(said).toContain('a release');
    expect(await heard(frozen, 'approved', 'zh-CN')).toContain('#7 已获批准，解除冻结后开始执行');
  });

  it('says nothing besides the card where nothing is frozen, another vote lacks, or the store does not say', async () => {
    expect(await heard(async () => undefined)).toBeUndefined();
    expect(await heard(frozen, 'pending')).toBeUndefined();
    expect(await heard(() => Promise.reject(new StoreUnavailable('away')))).toBeUndefined();
  });
});
