import { describe, expect, it } from 'vitest';
import type { Preapproval, PreapprovalTerms } from '../../src/core/approval-ports.ts';
import type { AuditActor } from '../../src/core/audit.ts';
import type { RequestId } from '../../src/core/ids.ts';
import type { PressContext, ReadContext } from '../../src/core/operation.ts';
import { parseWords, type Words } from '../../src/core/words.ts';
import { preapprove } from '../../src/operations/preapprove.ts';
import { withdrawPreapproval } from '../../src/operations/withdraw-preapproval.ts';
import type { World } from '../../src/operations/world.ts';
import { createFakeRequests } from '../fakes/requests.ts';
import { createFakeApp, createFakeClock, createFakeWorld, description } from '../fakes/world.ts';

const policy = { longestSeconds: 12 * 3_600, most: 500 };

function createWorld(change: Partial<World> = {}): World {
  const world = createFakeWorld(createFakeApp().app, createFakeRequests(), createFakeClock());
  return { ...world, policy: { ...world.policy, preapproval: policy }, ...change };
}

/** What stands after the verb. */
function words(text: string): Words {
  const cut = parseWords(text);
  if (!cut.ok) throw new Error(cut.problem.code);
  return cut.words;
}

const contextOf = (world: World): ReadContext<World> => ({
  ...{ world, locale: 'en', signal: AbortSignal.timeout(60_000) },
  asker: { teamId: 'T0HOME', userId: 'U0CHEN', name: 'Chen', operator: false, approver: true },
});

async function typed(text: string, world = createWorld()) {
  const parsed = preapprove.parse(words(text), world);
  return parsed.ok ? parsed.value.plan(contextOf(world)) : parsed;
}
const codeOf = async (text: string, world?: World) => {
  const judged = await typed(text, world);
  return judged.ok ? undefined : judged.refusal;
};

describe('preapproving', () => {
  it('keeps the filter, the number and the reason as they are signed', async () => {
    const judged = await typed('queue=reports error="pack unreadable" max=50 2h the pack is rebuilt tonight');
    if (!judged.ok) throw new Error(judged.refusal.code);
    expect(judged.value.request).toMatchObject({
      ...{ app: 'fap', host: '', takesSlot: false, targets: [], reason: 'the pack is rebuilt tonight' },
      facts: {
        filter: { queue: { connection: 'database', name: 'reports' }, error: 'pack unreadable' },
        ...{ most: 50, leftOut: [] },
      },
    });
  });

  it('allows as many as the configuration does where none is said', async () => {
    const judged = await typed('class=GenerateReportJob 90s tonight');
    expect(judged).toMatchObject({ value: { request: { facts: { most: 500 } } } });
  });

  it('leaves costly queues out, and says so, where it names no queue', async () => {
    const judged = await typed('1h tonight');
    expect(judged).toMatchObject({ value: { request: { facts: { leftOut: ['database:commerce'] } } } });
  });

  it.each([
    ['nothing', '', { code: 'missing-argument' }],
    ['no duration', 'tonight', { code: 'not-a-duration', typed: 'tonight' }],
    ['no reason', '2h', { code: 'reason-missing' }],
    ['a reason without end', `2h ${'x'.repeat(501)}`, { code: 'too-long' }],
    ['longer than is allowed', '13h tonight', { code: 'no-preapproval', why: 'too-long' }],
    ['more than are allowed', 'max=501 2h tonight', { code: 'no-preapproval', why: 'too-many' }],
    ['no number', 'max=many 2h tonight', { code: 'not-a-number', key: 'max' }],
    ['zero', 'max=0 2h tonight', { code: 'not-a-number', key: 'max' }],
    ['a negative number', 'max=-1 2h tonight', { code: 'not-a-number', key: 'max' }],
    ['other digits', 'max=٥ 2h tonight', { code: 'not-a-number', key: 'max' }],
    ['no queue of ours', 'queue=nowhere 2h tonight', { code: 'unknown-queue' }],
    ['a costly queue', 'queue=commerce 2h tonight', { code: 'no-preapproval', why: 'costly' }],
  ])('refuses %s', async (_, text, refusal) => {
    expect(await codeOf(text)).toMatchObject(refusal);
  });

  it('refuses a class whose jobs are all costly', async () => {
    const [app, queues] = [createFakeApp().app, description.queues];
    const world = createWorld({
      app: {
        ...app,
        description: {
          ...description,
          queues: queues.map((queue) =>
            queue.costly ? { ...queue, jobs: ['App\\Jobs\\RefundOrderJob'] } : queue,
          ),
        },
      },
    });
    expect(await codeOf('class=refundorderjob 2h tonight', world)).toMatchObject({ why: 'costly' });
    expect(await codeOf('class=GenerateReportJob 2h tonight', world)).toBeUndefined();
  });

  it('refuses where none are configured', async () => {
    const { preapproval: _, ...without } = createWorld().policy;
    expect(await codeOf('2h tonight', createWorld({ policy: without }))).toMatchObject({
      ...{ code: 'no-preapproval', why: 'not-configured' },
    });
  });
});

const chen: AuditActor = { person: 'U0CHEN', teamId: 'T0HOME', userId: 'U0CHEN', name: 'Chen' };
const terms: PreapprovalTerms = { filter: {}, most: 5, seconds: 60, reason: 'tonight' };
const standing: Preapproval = {
  ...{ ...terms, id: '01P' as RequestId, number: 7, app: 'fap', signer: chen, used: 0 }, // the test's own id
  ...{ place: { teamId: 'T0HOME', channel: 'C0OPS' }, policyVersion: '', endsAt: new Date(0), over: false },
  ...{ withdrawnAt: null, withdrawnBy: null },
};

describe('withdrawing a preapproval', () => {
  const press = (userId: string, approver: boolean, found: Preapproval | null = standing, done = true) => {
    const by: AuditActor[] = [];
    const preapprovals = {
      ...createWorld().preapprovals,
      find: async () => found ?? undefined,
      withdraw: async (_: RequestId, actor: AuditActor) => {
        by.push(actor);
        return done;
      },
    };
    const context = {
      ...contextOf(createWorld({ preapprovals })),
      ...{ actor: { ...chen, person: userId, userId }, changed: () => undefined },
      asker: { teamId: 'T0HOME', userId, name: '', operator: true, approver },
    } as unknown as PressContext<World>; // it asks for nothing else
    const view = { id: '01P', number: 7 } as Parameters<typeof withdrawPreapproval.press>[0]; // nor of this
    return { by, judged: withdrawPreapproval.press(view, context) };
  };

  it('is its signer’s, whatever rights are left', async () => {
    const { by, judged } = press('U0CHEN', false);
    expect(await judged).toMatchObject({ ok: true });
    expect(by).toMatchObject([{ userId: 'U0CHEN' }]);
  });

  it('is another approver’s', async () => {
    expect(await press('U0BO', true).judged).toMatchObject({ ok: true });
  });

  it('is nobody else’s', async () => {
    const { by, judged } = press('U0ANNA', false);
    expect(await judged).toMatchObject({ refusal: { code: 'needs-role', role: 'approver' } });
    expect(by).toEqual([]);
  });

  it('is too late where it is over or withdrawn', async () => {
    expect(await press('U0BO', true, standing, false).judged).toMatchObject({
      refusal: { code: 'request-moved-on', state: 'expired' },
    });
    const gone = { ...standing, withdrawnAt: new Date(0) };
    expect(await press('U0BO', true, gone, false).judged).toMatchObject({ refusal: { state: 'withdrawn' } });
  });

  it('is not of other requests', async () => {
    const { judged } = press('U0BO', true, null);
    expect(await judged).toMatchObject({ refusal: { code: 'unknown-request' } });
  });
});
