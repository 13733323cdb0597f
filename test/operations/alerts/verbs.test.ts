import { describe, expect, it } from 'vitest';
import type { Form } from '../../../src/core/form.ts';
import { StoreUnavailable } from '../../../src/core/store-ports.ts';
import { refusals } from '../../core/bench.ts';
import { at, createStage } from './stage.ts';

const minutesAgo = (minutes: number): Date => new Date(at.getTime() - minutes * 60_000);
const root = '1700000000.000001';
const inThread = { source: 'mention', channel: 'C0ALERTS', threadTs: root } as const;
const events = (stage: ReturnType<typeof createStage>) => stage.alerts.events.map(({ event }) => event);
/** The alerts channel is one where words are answered. */
const createThreadStage = () => createStage({ commandChannels: ['C0OPS', 'C0ALERTS'] });

describe('ack', () => {
  it('takes an incident, once; whoever comes second is told who had it', async () => {
    const stage = createStage({ roster: { operators: ['U0ANNA', 'U0BO'] } });
    const number = await stage.open();
    await stage.say(`ack #${number}`);
    expect(stage.said()).toContain(`#${number} acknowledged: failed-jobs`);
    await stage.say(`ack ${number}`, { who: 'U0BO' });
    expect(stage.said()).toMatch(/already[\s\S]*U0ANNA/);
    expect(events(stage)).toEqual(['ALERT_FIRED', 'ACKNOWLEDGED']);
    expect(stage.posts).toEqual([]);
    expect(refusals(stage)).toEqual([]);
  });

  it('does the same from its button', async () => {
    const stage = createStage();
    await stage.open();
    await stage.say('ack #1', { source: 'button', messageTs: root });
    expect(await stage.alerts.find({ number: 1 })).toMatchObject({ state: 'acknowledged' });
  });

  it.each([
    ['ack', 'refused:missing-argument'],
    ['ack reports', 'refused:unknown-incident'],
    ['ack #99', 'refused:unknown-incident'],
    ['ack #1 #2', 'refused:too-many-arguments'],
    ['ack #1 app=nobody', 'refused:unknown-app'],
  ])('refuses %j', async (typed, outcome) => {
    const stage = createStage();
    await stage.open();
    await stage.say(typed);
    expect(refusals(stage)).toEqual([outcome]);
    expect(events(stage)).toEqual(['ALERT_FIRED']);
  });

  it('is for operators, and not in a direct message', async () => {
    const stage = createStage();
    await stage.open();
    await stage.say('ack #1', { who: 'U0CHEN' });
    await stage.say('ack #1', { who: 'U0BO' });
    expect(refusals(stage)).toEqual(['refused:needs-role', 'refused:needs-role']);
    const direct = createStage({ channel: { kind: 'direct-message' } });
    await direct.open();
    await direct.say('ack #1');
    expect(refusals(direct)).toEqual(['refused:not-in-direct-message']);
  });

  it('says of a request that it is one', async () => {
    const stage = createStage();
    await stage.say('retry 1');
    await stage.settled();
    await stage.say('ack #1');
    expect(stage.said()).toContain('#1 is a request, not an incident');
  });

  it('has nothing to take of what is over', async () => {
    const stage = createStage();
    await stage.open();
    const lease = await stage.alerts.takeLease('test');
    if (lease === undefined) throw new Error('nobody else evaluates here');
    const { id } = (await stage.alerts.find({ number: 1 })) ?? {};
    if (id === undefined) throw new Error('it was opened');
    const entries = [{ kind: 'resolved', at, facts: {} } as const];
    await stage.alerts.commit(lease, {
      ...{ at, states: [], samples: new Map(), opened: [], costMs: 1 },
      changed: [{ id, state: 'resolved', entries }],
    });
    await stage.say('ack #1');
    expect(refusals(stage)).toEqual(['refused:incident-resolved']);
  });

  it('does nothing while the store is away', async () => {
    const stage = createStage();
    await stage.open();
    stage.alerts.acknowledge = () => Promise.reject(new StoreUnavailable('away'));
    await stage.say('ack #1');
    expect(refusals(stage)).toEqual(['refused:store-unreachable']);
  });

  it('needs no number in the incident’s thread', async () => {
    const stage = createThreadStage();
    await stage.open();
    await stage.say('ack', inThread);
    expect(await stage.alerts.find({ number: 1 })).toMatchObject({ state: 'acknowledged' });
  });

  it('is taken there although words are answered elsewhere alone', async () => {
    const stage = createStage({ commandChannels: ['C0OPS'] });
    await stage.open();
    await stage.say('ack #1', { source: 'button', channel: 'C0ALERTS', messageTs: '1700000000.999999' });
    expect(refusals(stage)).toEqual(['refused:channel-not-allowed']);
    await stage.say('ack #1', { source: 'button', channel: 'C0ALERTS', messageTs: root });
    expect(await stage.alerts.find({ number: 1 })).toMatchObject({ state: 'acknowledged' });
  });

  it('needs one in any other thread', async () => {
    const stage = createThreadStage();
    await stage.open();
    await stage.say('ack', { ...inThread, threadTs: '1700000000.999999' });
    expect(refusals(stage)).toEqual(['refused:missing-argument']);
  });
});

describe('silence', () => {
  it('keeps a rule still, for all to see, with until, by and why', async () => {
    const stage = createStage();
    await stage.say('silence failed-jobs 2h provider "is down"');
    expect(stage.posted()).toMatch(/Silenced: failed-jobs[\s\S]*provider is down[\s\S]*U0ANNA/);
    expect(await stage.alerts.silences('fap')).toMatchObject([
      {
        ...{ rule: 'failed-jobs', queue: undefined, reason: 'provider is down', critical: false },
        until: new Date(at.getTime() + 7_200_000),
      },
    ]);
  });

  it.each([
    ['silence', 'refused:missing-argument'],
    ['silence failed-job 2h x', 'refused:unknown-rule'],
    ['silence failed-jobs deploy now', 'refused:not-a-duration'],
    ['silence failed-jobs 2h', 'refused:reason-missing'],
    ['silence failed-jobs 25h deploy', 'refused:silence-too-long'],
    ['silence failed-jobs queue=reports 2h deploy', 'refused:rule-without-queue'],
    ['silence slo queue=reprots 2h deploy', 'refused:unknown-queue'],
    ['silence reports-backlog 2h deploy', 'refused:silence-critical'],
    ['silence no-workers queue=reports 2h deploy', 'refused:silence-critical'],
    ['silence monitor_blind 2h deploy', 'refused:silence-critical'],
  ])('refuses %j', async (typed, outcome) => {
    const stage = createStage();
    await stage.say(typed);
    expect(refusals(stage)).toEqual([outcome]);
    expect(events(stage)).toEqual([]);
  });

  it('is not about a queue that the rule does not watch', async () => {
    const stage = createStage();
    await stage.say('silence reports-backlog queue=commerce 2h deploy', { who: 'U0BO' });
    expect(refusals(stage)).toEqual(['refused:rule-without-queue']);
    expect(stage.said()).toContain('reports');
  });

  it('may last a whole day', async () => {
    const stage = createStage();
    await stage.say('silence failed-jobs 24h deploy');
    expect(events(stage)).toEqual(['SILENCED']);
  });

  it('of what is critical is an approver’s word, who need be no operator', async () => {
    const stage = createStage();
    await stage.say('silence reports-backlog queue=reports 2h deploy', { who: 'U0BO' });
    expect(await stage.alerts.silences('fap')).toMatchObject([
      { rule: 'reports-backlog', queue: 'database:reports', critical: true },
    ]);
  });

  it('can be of the watch over the rules', async () => {
    const stage = createStage();
    await stage.say('silence monitor_blind 2h deploy', { who: 'U0BO' });
    expect(await stage.alerts.silences('fap')).toMatchObject([{ rule: 'monitor_blind', critical: true }]);
  });

  it('of a warning is an operator’s', async () => {
    const stage = createStage();
    await stage.say('silence failed-jobs 2h deploy', { who: 'U0BO' });
    await stage.say('silence failed-jobs 2h deploy', { who: 'U0CHEN' });
    expect(refusals(stage)).toEqual(['refused:needs-role', 'refused:needs-role']);
  });

  it('can not hide that a level turned critical', async () => {
    const stage = createStage();
    await stage.open({ rule: 'slo', queue: 'database:reports', severity: 'critical' });
    await stage.say('silence slo queue=reports 2h deploy');
    expect(stage.said()).toContain('critical incident (#1)');
    await stage.say('silence slo queue=commerce 2h deploy');
    expect(events(stage)).toEqual(['ALERT_FIRED', 'SILENCED']);
  });

  it('counts a new approver only after a day', async () => {
    const stage = createStage({ roster: { operators: ['U0DORA'], approvers: ['S0LEADS'] } });
    stage.groups.set('S0LEADS', new Set(['U0DORA']));
    stage.young.add('U0DORA');
    await stage.say('silence reports-backlog 2h deploy', { who: 'U0DORA' });
    expect(refusals(stage)).toEqual(['refused:group-too-young']);
  });

  it('is not for a replica whose policy is not in force, where it needs an approver', async () => {
    const stage = createStage({ world: { policyVersion: 'old' } });
    await stage.say('silence reports-backlog 2h deploy', { who: 'U0BO' });
    expect(refusals(stage)).toEqual(['refused:policy-outdated']);
  });

  it('takes rule and queue from the thread, which tells it', async () => {
    const stage = createThreadStage();
    await stage.open({ rule: 'slo', queue: 'database:reports' });
    await stage.say('silence 2h deploy', inThread);
    expect(await stage.alerts.silences('fap')).toMatchObject([
      { rule: 'slo', queue: 'database:reports', reason: 'deploy' },
    ]);
    expect(stage.posts).toEqual([]);
    expect(stage.said()).toContain('Silenced: slo of database:reports');
  });

  it('of another rule named in the thread is not for this queue alone', async () => {
    const stage = createThreadStage();
    await stage.open({ rule: 'slo', queue: 'database:reports' });
    await stage.say('silence failed-jobs 2h deploy', inThread);
    expect(await stage.alerts.silences('fap')).toMatchObject([{ rule: 'failed-jobs', queue: undefined }]);
    expect(stage.posts).toHaveLength(1);
  });

  it('asks in a form for what its button leaves out, and answers there', async () => {
    const forms: Form[] = [];
    const openForm = async (form: Form) => {
      forms.push(form);
      return { fill: async () => undefined, tell: async () => undefined };
    };
    const stage = createStage({ surface: { openForm }, commandChannels: ['C0OPS', 'C0ALERTS'] });
    await stage.open({ rule: 'slo', queue: 'database:reports' });
    const pressed = { source: 'button', channel: 'C0ALERTS', messageTs: root } as const;
    await stage.say('silence slo queue=database:reports', pressed);
    expect(forms[0]).toMatchObject({
      isWhole: true,
      title: 'Silence a rule',
      carries: { channel: 'C0ALERTS', threadTs: root },
    });
    expect(JSON.stringify(forms[0]?.parts)).toContain('/queue silence slo queue=database:reports 1h REASON');
    const carried = forms[0]?.carries;
    if (carried === undefined) throw new Error('a form was opened');
    const values = new Map([
      ['duration', '30m'],
      ['reason', 'deploy'],
    ]);
    await stage.say(carried.words, {
      ...{ source: 'modal', channel: 'C0ALERTS', threadTs: root, submission: { values, carried } },
    });
    expect(await stage.alerts.silences('fap')).toMatchObject([
      { queue: 'database:reports', reason: 'deploy' },
    ]);
    expect(stage.said()).toContain('Silenced');
  });

  it('of what is critical is refused before the form opens, and again when one that is open is sent', async () => {
    const forms: Form[] = [];
    const openForm = async (form: Form) => {
      forms.push(form);
      return { fill: async () => undefined, tell: async () => undefined };
    };
    const stage = createStage({ surface: { openForm }, commandChannels: ['C0OPS', 'C0ALERTS'] });
    await stage.open({ rule: 'slo', queue: 'database:reports' });
    const pressed = { source: 'button', channel: 'C0ALERTS', messageTs: root } as const;
    const words = 'silence slo queue=database:reports';
    await stage.say(words, pressed);
    const [{ carries: carried } = { carries: undefined }] = forms;
    if (carried === undefined) throw new Error('a warning is an operator’s to silence');
    await stage.open({ rule: 'slo', queue: 'database:reports', severity: 'critical' });
    await stage.say(words, pressed);
    expect(forms).toHaveLength(1);
    expect(stage.said()).toContain('critical incident (#2): only approvers may silence it');
    const values = new Map([
      ['duration', '30m'],
      ['reason', 'deploy'],
    ]);
    await stage.say(words, { source: 'modal', channel: 'C0ALERTS', submission: { values, carried } });
    expect(refusals(stage)).toEqual(['form', 'refused:silence-critical', 'refused:silence-critical']);
    expect(await stage.alerts.silences('fap')).toEqual([]);
  });

  it('opens its form all the same where nobody can say in time who may', async () => {
    const forms: Form[] = [];
    const openForm = async (form: Form) => {
      forms.push(form);
      return { fill: async () => undefined, tell: async () => undefined };
    };
    const stage = createStage({ surface: { openForm } });
    stage.alerts.incidents = () => new Promise(() => undefined);
    await stage.say('silence slo', { source: 'button' });
    expect(forms).toHaveLength(1);
  });

  it('is answered after a mention with the button that opens the form', async () => {
    const stage = createThreadStage();
    await stage.open();
    await stage.say('silence', inThread);
    expect(stage.answers.at(-1)?.reply.parts).toContainEqual({
      kind: 'buttons',
      buttons: [
        { label: 'Open the form', press: { kind: 'words', verb: 'ask', words: 'silence failed-jobs' } },
      ],
    });
  });
});

describe('accept', () => {
  it('makes the failures that there are known, for all to see', async () => {
    const stage = createStage();
    await stage.say('accept class=GenerateReportSnapshotJob old pack');
    expect(stage.posted()).toContain('Failures up to number 4 of class GenerateReportSnapshotJob are known');
    expect(await stage.alerts.accepted('fap')).toMatchObject([
      { upTo: 4, queue: undefined, jobClass: 'GenerateReportSnapshotJob', reason: 'old pack' },
    ]);
  });

  it('is told once where it was said in the thread of failures that it counts', async () => {
    const stage = createStage();
    await stage.open({ rule: 'failed-jobs', queue: undefined, facts: { watch: 'failed_jobs' } }, root);
    await stage.say('accept old pack', inThread);
    expect(stage.said()).toContain('Failures up to number 4 are known');
    expect(stage.posted()).not.toContain('Failures up to number 4 are known');
  });

  it('is shown by status and alerts', async () => {
    const stage = createStage();
    await stage.say('accept queue=reports old pack');
    for (const typed of ['status', 'status reports', 'alerts']) {
      await stage.say(typed);
      expect(stage.said(), typed).toMatch(
        /Accepted failures[\s\S]*up to number 4 of database:reports: old pack/i,
      );
    }
    await stage.say('status commerce');
    expect(stage.said()).not.toContain('old pack');
  });

  it.each([
    ['accept', 'refused:reason-missing'],
    ['accept queue=reprots old', 'refused:unknown-queue'],
    [`accept class=${'x'.repeat(201)} old`, 'refused:too-long'],
  ])('refuses %j', async (typed, outcome) => {
    const stage = createStage();
    await stage.say(typed);
    expect(refusals(stage)).toEqual([outcome]);
  });

  it('accepts nothing where nothing fits', async () => {
    const stage = createStage();
    stage.fake.app.failures.page = async () => ({
      ok: true,
      value: { rows: [], next: undefined, total: { kind: 'exact', value: 0 }, complete: true, searched: 0 },
    });
    await stage.say('accept class=Nobody old');
    expect(refusals(stage)).toEqual(['refused:nothing-to-do']);
  });

  it('accepts nothing it could not look at', async () => {
    const stage = createStage();
    stage.fake.app.failures.highest = async () => ({
      ok: false,
      missing: { part: 'database', name: 'fap', why: 'timeout' },
    });
    await stage.say('accept old');
    expect(refusals(stage)).toEqual(['refused:part-missing']);
  });

  it('is an operator’s', async () => {
    const stage = createStage();
    await stage.say('accept old', { who: 'U0CHEN' });
    expect(refusals(stage)).toEqual(['refused:needs-role']);
  });
});

describe('alerts', () => {
  it('shows each rule with state, value, threshold and how long, worst first', async () => {
    const stage = createStage();
    await stage.stands('failed-jobs', undefined, { phase: 'pending', holdsSince: minutesAgo(3), value: 42 });
    await stage.stands('reports-backlog', 'database:reports', {
      ...{ phase: 'firing', severity: 'critical', holdsSince: minutesAgo(12), value: 150 },
    });
    await stage.stands('slo', 'database:reports', { value: 0.42 });
    await stage.say('alerts');
    expect(stage.said()).toMatch(
      /reports-backlog +database:reports +critical +150 +> 100.*12 min[\s\S]*failed-jobs +pending +42 +> 0 +3 min[\s\S]*no-workers +not evaluated yet[\s\S]*slo.*ok +42 %/,
    );
  });

  it('says of a rule that it can not be evaluated, and that nothing changes by it', async () => {
    const stage = createStage();
    await stage.stands('failed-jobs', undefined, { missesSince: 3, value: 0 });
    await stage.say('alerts');
    expect(stage.said()).toMatch(/1 rule can't be evaluated[\s\S]*changes no state/);
  });

  it('gives no all-clear of what only an operation of ours holds back', async () => {
    const stage = createStage();
    await stage.stands('reports-backlog', 'database:reports', { heldBackBy: 'pause #12', value: 150 });
    await stage.say('alerts');
    expect(stage.said()).toMatch(
      /No open incident in fap; 1 rule is held back[\s\S]*reports-backlog +database:reports +held back by pause #12 +150[\s\S]*24 h at most/,
    );
    expect(stage.answers.at(-1)?.reply.mood).toBe('warning');
    await stage.stands('reports-backlog', 'database:reports', {
      ...{ phase: 'firing', severity: 'critical', holdsSince: minutesAgo(12), heldBackBy: undefined },
    });
    await stage.say('alerts');
    expect(stage.said()).not.toContain('held back');
  });

  it.each([
    [300, '24 h at most, and 5 min after.'],
    [60, '24 h at most, and 1 min after.'],
    [0, '24 h at most.'],
  ])('says for how long it is held back, as it is configured: %i s', async (holdAfterSeconds, said) => {
    const stage = createStage({ world: { holdAfterSeconds } });
    await stage.stands('reports-backlog', 'database:reports', { heldBackBy: 'pause #12', value: 150 });
    await stage.say('alerts');
    expect(stage.said()).toContain(said);
  });

  it('gathers the queues of a rule that can not be evaluated, beside what is known of others', async () => {
    const stage = createStage();
    const all = ['reports', 'commerce', 'content'].map((name) => `database:${name}`);
    for (const queue of all) await stage.stands('no-workers', queue, { missesSince: 3 });
    await stage.stands('no-workers', 'redis:high', { phase: 'firing', severity: 'critical' });
    await stage.stands('slo', 'database:reports', { missesSince: 3 });
    await stage.say('alerts');
    const said = stage.said();
    expect(said).toMatch(/no-workers +redis:high +critical[\s\S]*no-workers +3 queues +can't be evaluated/);
    expect(said).toMatch(/slo +database:reports +can't be evaluated/);
    expect(said.match(/can't be evaluated/g)).toHaveLength(4);
    await stage.say('alerts', { who: 'U0CHEN' });
    expect(stage.said()).toContain('3 个队列');
  });

  it('gives no all-clear when nothing is evaluated', async () => {
    const stage = createStage();
    await stage.stands('failed-jobs', undefined, { knownAt: minutesAgo(6) });
    await stage.say('alerts');
    expect(stage.said()).toContain('Nobody knows how fap stands');
  });

  it('lists open incidents with their buttons, and silences with until, by whom and why', async () => {
    const stage = createStage();
    await stage.stands('failed-jobs', undefined, {});
    await stage.open({ rule: 'slo', queue: 'database:reports', value: 0.9 });
    await stage.say('silence slo 2h deploy');
    await stage.say('alerts');
    expect(stage.said()).toMatch(
      /1 open incident[\s\S]*#1 slo of database:reports: warning, 90 %[\s\S]*silenced/,
    );
    expect(stage.said()).toMatch(/Silences[\s\S]*U0ANNA: deploy/);
    const items = stage.answers.at(-1)?.reply.parts.find(({ kind }) => kind === 'items');
    expect(items).toMatchObject({
      items: [
        {
          buttons: [
            { label: 'Acknowledge', press: { verb: 'ack', words: 'ack #1 app=fap' } },
            { press: { verb: 'silence', words: 'silence slo queue=database:reports app=fap' } },
            { press: { verb: 'diagnose', words: 'diagnose database:reports app=fap' } },
          ],
        },
      ],
    });
  });

  it('is whole in Chinese, too', async () => {
    const stage = createStage();
    await stage.stands('failed-jobs', undefined, {});
    await stage.open();
    await stage.say('alerts', { who: 'U0CHEN' });
    expect(stage.said()).toMatch(/1 个未恢复的告警[\s\S]*正常[\s\S]*尚未确认/);
  });

  it('names the store when it is away, and takes no further words', async () => {
    const stage = createStage();
    stage.alerts.states = () => Promise.reject(new StoreUnavailable('away'));
    await stage.say('alerts');
    await stage.say('alerts reports');
    expect(refusals(stage)).toEqual(['refused:part-missing', 'refused:too-many-arguments']);
  });

  it('says so where no rule is configured', async () => {
    const stage = createStage({ world: { alertRules: [] } });
    await stage.say('alerts');
    expect(stage.said()).toContain('No alert rules are configured for fap');
  });
});

describe('the number of what was said', () => {
  it('stands in the answer and in alerts, and audit, ack and restore know it', async () => {
    const stage = createStage();
    await stage.open();
    await stage.say('ack #1');
    expect(stage.said()).toContain('Request #2: /queue audit #2');
    await stage.say('silence failed-jobs 2h deploy');
    expect(stage.posted()).toContain('Request #3: /queue audit #3');
    await stage.say('accept old pack');
    expect(stage.posted()).toContain('Request #4: /queue audit #4');
    await stage.say('alerts');
    expect(stage.said()).toMatch(
      /acknowledged by .*\(#2\)[\s\S]*#3 failed-jobs until[\s\S]*#4 Up to number 4: old pack/,
    );
    await stage.say('audit #3');
    expect(stage.said()).toContain('#3 is a request: silence rule=failed-jobs');
    await stage.say('ack #3');
    expect(stage.said()).toContain('#3 is a request, not an incident');
    await stage.say('restore #3');
    expect(refusals(stage)).toContain('refused:restore-impossible');
    await stage.say('alerts', { who: 'U0CHEN' });
    expect(stage.said()).toMatch(/，#2）[\s\S]*#3 failed-jobs静默至/);
  });

  it('is the same for who acknowledges second, who takes none', async () => {
    const stage = createStage({ roster: { operators: ['U0ANNA', 'U0BO'] } });
    await stage.open();
    await stage.say('ack #1');
    await stage.say('ack #1', { who: 'U0BO' });
    expect(stage.said()).toContain('Request #2');
    expect(await stage.alerts.findAct(3)).toBeUndefined();
  });
});

describe('a number of the other kind', () => {
  it('is named by restore and by audit', async () => {
    const stage = createStage();
    await stage.open();
    await stage.say('audit #1');
    expect(stage.said()).toContain('#1 is an incident: failed-jobs');
    await stage.say('audit #7');
    expect(stage.said()).toContain('#7 is neither');
    await stage.say('restore #1');
    expect(stage.said()).toContain('#1 is an incident, not a request');
  });
});

describe('diagnose', () => {
  it('takes the queue from the incident’s thread', async () => {
    const stage = createThreadStage();
    await stage.open({ rule: 'slo', queue: 'database:reports' });
    await stage.say('diagnose', inThread);
    expect(stage.notes).toMatchObject([{ verb: 'diagnose', target: 'queue=database:reports' }]);
  });

  it('takes the one in which most failures are where the incident is about the whole application', async () => {
    const stage = createThreadStage();
    await stage.open({ facts: { mainQueue: 'database:reports' } });
    await stage.say('diagnose', inThread);
    expect(stage.notes).toMatchObject([{ verb: 'diagnose', target: 'queue=database:reports' }]);
    await stage.say('alerts');
    const items = stage.answers.at(-1)?.reply.parts.find(({ kind }) => kind === 'items');
    expect(JSON.stringify(items)).toContain('diagnose database:reports app=fap');
  });

  it('asks for one in the thread of what is about the whole application', async () => {
    const stage = createThreadStage();
    await stage.open();
    await stage.say('diagnose', inThread);
    expect(refusals(stage)).toEqual(['refused:missing-argument']);
  });
});

describe('words in a thread', () => {
  it('wait for the root that people see already and the store does not know yet', async () => {
    const stage = createStage();
    await stage.fire();
    const [card] = await stage.alerts.cards.behind(1);
    if (card === undefined) throw new Error('no root');
    await stage.alerts.cards.attempt(card);
    let looks = 0;
    const { findByThread } = stage.alerts;
    stage.alerts.findByThread = async (...thread) => {
      looks += 1;
      if (looks === 3) await stage.alerts.cards.shown(card, root, 1);
      return findByThread(...thread);
    };
    await stage.say('ack', inThread);
    expect(await stage.alerts.find({ number: 1 })).toMatchObject({ state: 'acknowledged' });
    expect(looks).toBe(3);
  });

  it('below the root of many ask which one, with a button for each that is open', async () => {
    const stage = createStage();
    for (const queue of ['a', 'b', 'c', 'd', 'e', 'f'])
      await stage.fire({ rule: 'slo', queue: `database:${queue}` });
    const [gathering] = await stage.alerts.cards.behind(20);
    if (gathering?.subject.about !== 'gathering') throw new Error('not gathered');
    await stage.alerts.cards.shown(gathering, root, 1);
    for (const words of ['ack', 'silence 2h deploy']) {
      await stage.say(words, inThread);
      expect(stage.said()).toContain(`${words.split(' ')[0]} of which one? 6 incidents are open`);
      expect(stage.said()).toContain('#2 warning: slo of database:b');
    }
    expect(stage.answers.at(-1)?.reply.parts).toContainEqual({
      kind: 'buttons',
      buttons: expect.arrayContaining([
        {
          label: '#2',
          press: { kind: 'words', verb: 'silence', words: 'silence slo queue=database:b 2h deploy' },
        },
      ]),
    });
    expect((await stage.alerts.incidents('fap', 10)).every(({ state }) => state === 'open')).toBe(true);
    await stage.say('ack #2', inThread);
    expect(await stage.alerts.find({ number: 2 })).toMatchObject({ state: 'acknowledged' });
  });
});
