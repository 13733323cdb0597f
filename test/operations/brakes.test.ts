import { describe, expect, it } from 'vitest';
import { renderReply } from '../../src/cli/render-text.ts';
import type { Freeze, Membership, Notice } from '../../src/core/approval-ports.ts';
import type { AuditActor } from '../../src/core/audit.ts';
import type { RequestId } from '../../src/core/ids.ts';
import type { ReadContext } from '../../src/core/operation.ts';
import type { Locale } from '../../src/core/people.ts';
import type { Reply } from '../../src/core/reply.ts';
import type { RequestView } from '../../src/core/request.ts';
import { StoreUnavailable } from '../../src/core/store-ports.ts';
import { parseWords, type Words } from '../../src/core/words.ts';
import { approvals } from '../../src/operations/approvals.ts';
import { freeze } from '../../src/operations/freeze.ts';
import { createSay } from '../../src/operations/say-notice.ts';
import { status } from '../../src/operations/status.ts';
import { unfreeze } from '../../src/operations/unfreeze.ts';
import { whoami } from '../../src/operations/whoami.ts';
import type { World } from '../../src/operations/world.ts';
import { createFakeRequests } from '../fakes/requests.ts';
import { createFakeApp, createFakeClock, createFakeWorld } from '../fakes/world.ts';

const anna: AuditActor = { person: 'U0ANNA', teamId: 'T0HOME', userId: 'U0ANNA', name: 'Anna' };
const at = new Date('2026-11-25T03:00:00Z');
const thrown: Freeze = { app: 'fap', reason: 'the provider is down', by: anna, at };

const createWorld = (change: Partial<World> = {}): World => ({
  ...createFakeWorld(createFakeApp().app, createFakeRequests(), createFakeClock()),
  ...change,
});
const contextOf = (world: World, locale: Locale = 'en', userId = 'U0ANNA'): ReadContext<World> => ({
  ...{ world, locale, signal: AbortSignal.timeout(60_000) },
  asker: { teamId: 'T0HOME', userId, name: 'Anna', operator: true, approver: true },
});
function words(text: string): Words {
  const cut = parseWords(text);
  if (!cut.ok) throw new Error(cut.problem.code);
  return cut.words;
}
const text = (reply: Reply | undefined): string => (reply === undefined ? '' : renderReply(reply));
const answer = async (
  operation: typeof approvals,
  world: World,
  locale: Locale = 'en',
  userId = 'U0ANNA',
  typed = '',
): Promise<string> => {
  const parsed = operation.parse(words(typed), world);
  const judged = parsed.ok ? await parsed.value.answer(contextOf(world, locale, userId)) : parsed;
  if (!judged.ok) throw new Error(judged.refusal.code);
  return text(judged.value);
};

const switches = (found: Freeze | undefined): World['switches'] => ({
  find: async () => found,
  freeze: async (app, reason, by) => ({ app, reason, by, at }),
  unfreeze: async () => found !== undefined,
});

describe('freeze', () => {
  const planned = async (typed: string, world = createWorld()) => {
    const parsed = freeze.parse(words(typed), world);
    return parsed.ok ? parsed.value.plan(contextOf(world)) : parsed;
  };

  it('takes no slot, no host and no job, and keeps the reason', async () => {
    expect(await planned('the provider is down')).toMatchObject({
      value: {
        request: { host: '', takesSlot: false, targets: [], reason: 'the provider is down', app: 'fap' },
      },
    });
  });

  it('is a brake: it is put on before its request, and can be told without it', async () => {
    const judged = await planned('the provider is down');
    if (!judged.ok || judged.value.brake === undefined) throw new Error('it is no brake');
    const reply = await judged.value.brake({ world: createWorld(), locale: 'en', actor: anna });
    expect(text(reply)).toContain('could not be recorded');
  });

  it.each(['', '   '])('wants a reason (%j)', async (typed) => {
    expect(await planned(typed)).toMatchObject({ refusal: { code: 'reason-missing' } });
  });
});

describe('unfreeze', () => {
  const planned = async (world: World) => {
    const parsed = unfreeze.parse(words(''), world);
    return parsed.ok ? parsed.value.plan(contextOf(world)) : parsed;
  };

  it('keeps on its card what it lifts', async () => {
    expect(await planned(createWorld({ switches: switches(thrown) }))).toMatchObject({
      value: { request: { facts: { by: 'U0ANNA', reason: 'the provider is down' } } },
    });
  });

  it('has nothing to lift where nothing is frozen', async () => {
    expect(await planned(createWorld())).toMatchObject({ refusal: { code: 'not-frozen' } });
  });

  it('is not for a replica whose policy is not in force, nor without the store', async () => {
    const world = createWorld({ switches: switches(thrown), policyVersion: 'another' });
    expect(await planned(world)).toMatchObject({ refusal: { code: 'policy-outdated' } });
    const away = {
      ...switches(thrown),
      find: () => Promise.reject(new StoreUnavailable('away')),
    };
    expect(await planned(createWorld({ switches: away }))).toMatchObject({
      refusal: { code: 'store-unreachable' },
    });
  });
});

describe('status', () => {
  it('says first that changes are frozen, by whom and why', async () => {
    const said = await answer(status, createWorld({ switches: switches(thrown) }));
    expect(said.split('\n')[0]).toContain('Changes are frozen.');
    expect(said).toContain('the provider is down');
  });

  it('names the store where it does not say whether it is frozen', async () => {
    const away = { ...switches(thrown), find: () => Promise.reject(new StoreUnavailable('away')) };
    const said = await answer(status, createWorld({ switches: away }), 'en', 'U0ANNA', 'reports');
    expect(said).toContain("Queuekeeper's own store");
  });
});

describe('whoami', () => {
  const roster = { operators: [], approvers: ['U0BO', 'S0LEADS', 'S0OTHER'], samePerson: [] };
  const said = (member: Membership | undefined, userId = 'U0ANNA') => {
    const membership = async (group: string) => (group === 'S0LEADS' ? member : undefined);
    const keeper = { ...createWorld().keeper, membership };
    return answer(whoami, createWorld({ roster, keeper }), 'en', userId);
  };
  const until = new Date('2026-11-26T03:00:00Z');

  it('says from when on the votes of a new member count', async () => {
    const young = await said({ since: at, settledAt: until, settled: false });
    expect(young).toContain('not yet');
    expect(young).toContain('S0LEADS');
    expect(young).toContain('2026-11-26');
    expect(young).not.toContain('approve requests of others');
  });

  it.each([
    ['was there from the start', { since: null, settledAt: null, settled: true }, 'U0ANNA'],
    ['has been there for long', { since: at, settledAt: until, settled: true }, 'U0ANNA'],
    ['is named in the configuration', undefined, 'U0BO'],
  ])('says that who %s may approve', async (_, member, userId) => {
    expect(await said(member, userId)).toContain('approve requests of others');
  });

  it('says of who was never seen that a day has to pass', async () => {
    expect(await said(undefined)).toContain('has not seen you');
  });
});

const viewOf = (change: Partial<RequestView>): RequestView => ({
  ...{ id: '01R' as RequestId, number: 12, verb: 'retry-all', words: 'retry all queue=reports', app: 'fap' }, // made up
  ...{ host: 'api-1', requester: anna, reason: 'the pack is mended', digest: 'd', facts: {}, count: 40 },
  ...{ place: { teamId: 'T0HOME', channel: 'C0OPS' }, state: 'pending', version: 1, requestedAt: at },
  ...{ quorum: 1, expiresAt: new Date('2026-11-25T03:30:00Z'), runBy: null, votes: [], preapproval: null },
  ...{ decision: {}, policyVersion: 'p1', takesSlot: true, template: 'retry', execution: null, targets: [] },
  ...{ countsByState: { frozen: 40 }, restored: 0 },
  ...change,
});
const ended = (state: 'succeeded' | 'partial' | 'executing'): RequestView['execution'] => ({
  ...{ id: '01E' as NonNullable<RequestView['execution']>['id'], state, startedAt: at, finishedAt: at }, // made up
  ...{ detail: {}, progress: {}, stoppedBy: null, followed: false },
});

describe('approvals', () => {
  it('lists what is open before what was decided, with who, until when and how many votes', async () => {
    const list = async () => [
      viewOf({ number: 13 }),
      viewOf({ number: 12, state: 'rejected', decision: { by: { userId: 'U0BO' } } }),
      viewOf({
        ...{ number: 11, state: 'consumed', execution: ended('partial') },
        countsByState: { done: 38, failed_again: 2 },
      }),
    ];
    const said = await answer(approvals, createWorld({ approvals: { list } }));
    expect(said.split('\n')[0]).toContain('1 open request');
    expect(said).toMatch(/#13[\s\S]*0 of 1 vote[\s\S]*Decided lately[\s\S]*#12[\s\S]*rejected by[\s\S]*#11/);
    expect(said).toContain('38 done, 2 failed again');
  });

  it('is whole in Chinese, too', async () => {
    const list = async () => [viewOf({}), viewOf({ state: 'expired', number: 11 })];
    const said = await answer(approvals, createWorld({ approvals: { list } }), 'zh-CN');
    expect(said).toContain('1 个进行中的请求');
    expect(said).toContain('已过期');
  });
});

describe('a notice', () => {
  const notice = {
    ...{ id: 'n1', lane: 'approvals' as const, requestId: '01R' as RequestId, channel: 'C0APPROVE' }, // made up
    ...{ threadTs: undefined, underCard: true, attempted: false, detail: {} },
  } satisfies Omit<Notice, 'kind'>;
  const noIncidents = { say: async () => undefined };
  const say = (view: RequestView | undefined, kind: 'reminder' | 'outcome') =>
    createSay({
      requests: { find: async () => view },
      worlds: new Map([['fap', createWorld()]]),
      ...{ incidents: noIncidents, locale: 'en' },
    })({ ...notice, kind }).then(text);

  it('reminds who may approve, but not the requester, until it is decided', async () => {
    const roster = {
      operators: [],
      approvers: ['U0BO', 'S0LEADS', 'U0ANNA2'],
      samePerson: [['U0ANNA', 'U0ANNA2']],
    };
    const worlds = new Map([['fap', createWorld({ roster })]]);
    const requests = { find: async () => viewOf({}) };
    const remind = createSay({ requests, worlds, incidents: noIncidents, locale: 'en' });
    const said = text(await remind({ ...notice, kind: 'reminder' }));
    expect(said).toContain('U0BO');
    expect(said).toContain('S0LEADS');
    expect(said).not.toContain('U0ANNA');
    expect(await say(viewOf({ state: 'approved' }), 'reminder')).toBe('');
    expect(await say(undefined, 'reminder')).toBe('');
  });

  it.each([
    ['rejected', viewOf({ state: 'rejected', decision: { by: { userId: 'U0BO' } } }), 'rejected by'],
    ['expired', viewOf({ state: 'expired' }), 'expired'],
    ['cancelled', viewOf({ state: 'cancelled' }), 'cancelled'],
    ['void', viewOf({ state: 'invalidated' }), 'void'],
    [
      'done',
      viewOf({ state: 'consumed', execution: ended('succeeded'), countsByState: { done: 40 } }),
      '40 done',
    ],
  ])('tells the requester that it was %s', async (_, view, part) => {
    const said = await say(view, 'outcome');
    expect(said).toContain('U0ANNA');
    expect(said).toContain(part);
  });

  it('tells who came into a group, and of one that may approve when their votes count', async () => {
    const approvers = createWorld({ roster: { operators: [], approvers: ['S0LEADS'], samePerson: [] } });
    const told = createSay({
      requests: { find: async () => undefined },
      worlds: new Map([['fap', approvers]]),
      incidents: noIncidents,
      locale: 'en',
    });
    const roster = (group: string) =>
      told({ ...notice, kind: 'roster', detail: { group, joined: ['U0DORA'], left: ['U0BO'] } }).then(text);
    expect(await roster('S0LEADS')).toMatch(/U0DORA.*24 h[\s\S]*U0BO/);
    expect(await roster('S0ONCALL')).not.toContain('24 h');
  });

  it('tells no outcome before there is one', async () => {
    expect(await say(viewOf({}), 'outcome')).toBe('');
    expect(await say(viewOf({ state: 'consumed', execution: ended('executing') }), 'outcome')).toBe('');
  });
});
