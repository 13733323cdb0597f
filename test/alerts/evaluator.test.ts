import { describe, expect, it } from 'vitest';
import { judgeUtilization, type Level } from '../../src/alerts/judge-utilization.ts';
import type { Judgement } from '../../src/alerts/judgement.ts';
import type { AlertStore, Pager, TickChanges } from '../../src/alerts/ports.ts';
import type { AlertRule } from '../../src/core/alert-description.ts';
import { fingerprintOf } from '../../src/core/incident.ts';
import {
  anna,
  bad,
  chain,
  createPlay,
  dark,
  failedJobs,
  good,
  night,
  noon,
  noWorkers,
  on,
  only,
  type Play,
  slo,
} from './evaluating.ts';
import { surgeRule, utilizationRule } from './rules.ts';

const hour = 3_600;
const commerce = 'database:commerce';

describe('an incident', () => {
  it('is told when it fires, once, and when it is over', async () => {
    const play = createPlay({ script: (_, second) => (second < 600 ? bad() : good()) });
    await play.until(1_200);
    const incident = await only(play);
    expect(incident).toMatchObject({ state: 'resolved', rule: 'failed-jobs', severity: 'warning', worst: 7 });
    expect(incident.firedAt.getTime() - incident.breachedAt.getTime()).toBe(300_000);
    expect(await play.told(incident)).toEqual([[630, 'resolved']]);
  });

  it('keeps what it was at worst, and since when it is well', async () => {
    const level = (value: number, due: number, isOver = false) =>
      on(commerce, {
        judgement: {
          ...{ kind: 'known', holds: isOver ? undefined : 'critical', recovered: isOver, value },
          facts: { due },
        },
      });
    const play = createPlay({
      rules: [noWorkers],
      script: (_, second) => (second < 120 ? level(0, 12) : second < 240 ? level(0, 40) : level(2, 0, true)),
    });
    await play.until(210);
    expect((await only(play)).facts).toMatchObject({ due: 40, worst_due: 40 });
    expect((await only(play)).facts).not.toHaveProperty('wellSince');
    await play.until(300);
    const incident = await only(play);
    expect(incident).toMatchObject({ worst: 0, facts: { due: 0, worst_due: 40 } });
    expect(incident.facts['wellSince']).toBe(new Date(noon.getTime() + 240_000).toISOString());
  });

  it('keeps of two moments without workers the one in which more waited, whichever came first', async () => {
    const waits = [12, 40, 3];
    const nobody = (due: number | undefined) =>
      on(commerce, {
        judgement: {
          ...{ kind: 'known', holds: 'critical', recovered: false, value: 0 },
          facts: due === undefined ? {} : { due },
        },
      });
    const play = createPlay({
      rules: [noWorkers],
      script: (_, second) => nobody(second < 300 ? waits[Math.floor(second / 100)] : undefined),
    });
    await play.until(290);
    expect((await only(play)).facts).toMatchObject({ due: 3, worst_due: 40 });
    await play.until(330);
    expect((await only(play)).facts).toMatchObject({ worst_due: 40 });
  });

  it('rises once, in its own thread', async () => {
    const play = createPlay({
      ...{ rules: [slo] },
      script: (_, second) => on(commerce, second < 900 ? bad(0.9) : bad(1.2, 'critical')),
    });
    await play.until(2_000);
    const incident = await only(play);
    expect(incident).toMatchObject({ severity: 'critical', state: 'open', value: 1.2 });
    expect(await play.told(incident)).toEqual([[1_200, 'rose']]);
  });

  it.each([
    ['begins anew', 'of its queue', 'pending', { 'database:reports': { maxPending: 61 } }],
    ['goes on firing', 'of another queue', 'firing', { [commerce]: { maxPending: 61 } }],
  ] as const)('%s when a service level %s has changed', async (_, __, phase, change) => {
    const reports = 'database:reports';
    const levels = { [reports]: { maxPending: 60 }, [commerce]: { maxPending: 40 } };
    const levelled = { ...slo, ...utilizationRule, severity: 'critical', levels } as const;
    const play = createPlay({ rules: [levelled], script: () => on(reports, bad(2, 'critical')) });
    await play.until(330);
    const changed = { ...levelled, levels: { ...levels, ...change } };
    await play.another('one', play.store, [changed]).tick(new AbortController().signal);
    const states = await play.store.states('fap');
    expect(states.find(({ queue }) => queue === reports)?.state.phase).toBe(phase);
  });

  it('begins anew when its rule has changed, and ends when the new one finds nothing', async () => {
    const play = createPlay({ script: () => bad() });
    await play.until(390);
    const { signal } = new AbortController();
    const tick = async (rule: AlertRule): Promise<void> => {
      await play.another('one', play.store, [rule]).tick(signal);
      play.second += 30;
    };
    await tick({ ...failedJobs, everySeconds: 60 });
    expect(await only(play)).toMatchObject({ state: 'open', value: 7 });
    // Another patience is measured by the time that is kept.
    await tick({ ...failedJobs, forSeconds: 600 });
    expect(await play.store.states('fap')).toContainEqual(
      expect.objectContaining({ state: expect.objectContaining({ phase: 'firing' }) }),
    );
    const changed = { ...failedJobs, above: 3 };
    await tick(changed);
    expect(await play.store.states('fap')).toContainEqual(
      expect.objectContaining({ state: expect.objectContaining({ phase: 'pending' }) }),
    );
    expect(await only(play)).toMatchObject({ state: 'open' });
    play.script = () => good(0);
    await tick(changed);
    expect(await only(play)).toMatchObject({ state: 'resolved' });
  });

  it('keeps a value that no table could hold', async () => {
    const play = createPlay({
      rules: [slo],
      script: () => on(commerce, bad(Number.POSITIVE_INFINITY, 'critical')),
    });
    await play.until(330);
    expect((await only(play)).value).toBe(1_000_000);
  });
});

describe('service levels', () => {
  it('are broken for five minutes also where it is another level at each tick', async () => {
    const levels = (second: number): readonly Level[] => [
      { metric: 'pending', value: second % 60 === 0 ? 61 : 3, max: 60 },
      { metric: 'failed', value: second % 60 === 0 ? 0 : 11, max: 10 },
    ];
    const play = createPlay({
      rules: [slo],
      script: (_, second) => on(commerce, { judgement: judgeUtilization(utilizationRule, levels(second)) }),
    });
    await play.until(270);
    expect(await play.incidents()).toEqual([]);
    await play.until(300);
    expect(await only(play)).toMatchObject({ severity: 'critical', breachedAt: play.at(0) });
  });
});

describe('the escalation', () => {
  it('of commerce: ops at 5:00, backend at 10:00, payments at the first tick after 10:00', async () => {
    const play = createPlay({
      ...{ rules: [slo], escalate: chain },
      script: () => on(commerce, bad(2, 'critical')),
    });
    await play.until(1_500);
    const incident = await only(play);
    expect(await play.told(incident)).toEqual([
      [300, 'escalated'],
      [600, 'escalated'],
      [630, 'escalated'],
    ]);
    const mentions = (await play.store.entries(incident.id)).map(({ facts }) => facts['mention']);
    expect(mentions).toEqual(['S0ONCALL', 'S0BACKEND', 'S0PAYMENTS']);
    expect(play.store.events.filter(({ event }) => event === 'ESCALATED')).toHaveLength(3);
  });

  it('records a step that only pages as well', async () => {
    const play = createPlay({
      ...{ rules: [noWorkers], script: () => on(commerce, bad(0, 'critical')) },
      escalate: [{ afterSeconds: 300, page: true }],
    });
    await play.until(600);
    const incident = await only(play);
    expect(await play.told(incident)).toEqual([[360, 'escalated']]);
    const [entry] = await play.store.entries(incident.id);
    expect(entry?.facts).toEqual({ mention: null, step: 1, seconds: 300, page: true });
    expect(play.store.events.map(({ event }) => event)).toEqual(['ALERT_FIRED', 'ESCALATED']);
  });

  it('waits while somebody has acknowledged it, and goes on when that lapses', async () => {
    let value = 2;
    const play = createPlay({
      ...{ rules: [slo], escalate: chain },
      script: () => on('database:reports', bad(value, 'critical')),
    });
    await play.until(300);
    await play.store.acknowledge((await only(play)).id, anna);
    await play.until(1_200);
    expect((await only(play)).steps).toEqual([0]);
    value = 4;
    await play.until(1_260);
    const incident = await only(play);
    expect(incident).toMatchObject({ state: 'open', acknowledgement: undefined, steps: [0, 1] });
    expect((await play.told(incident)).map(([, kind]) => kind)).toEqual([
      ...['escalated', 'acknowledged', 'ack-lapsed', 'escalated'],
    ]);
  });

  it('is taken up again, in an incident that is open again, when what was acknowledged turns critical', async () => {
    const play = createPlay({
      ...{ rules: [slo], escalate: chain },
      script: (_, second) => on(commerce, second < 900 ? bad(0.9) : bad(1.2, 'critical')),
    });
    await play.until(600);
    await play.store.acknowledge((await only(play)).id, anna);
    await play.until(1_500);
    const incident = await only(play);
    expect(incident).toMatchObject({ state: 'open', acknowledgement: undefined, steps: [0, 1] });
    const entries = await play.store.entries(incident.id);
    expect(entries.find(({ kind }) => kind === 'ack-lapsed')?.facts).toMatchObject({ why: 'rose' });
  });

  it('of what rises counts from the rise', async () => {
    const play = createPlay({
      ...{ rules: [slo], escalate: chain },
      script: (_, second) => on(commerce, second < 7_200 ? bad(0.9) : bad(2, 'critical')),
    });
    await play.until(9_000);
    expect(await play.told(await only(play))).toEqual([
      [600, 'escalated'],
      [7_500, 'rose'],
      [7_800, 'escalated'],
      [7_830, 'escalated'],
    ]);
  });
});

describe('what nobody has acknowledged', () => {
  it('is said again: critical after 30 minutes', async () => {
    const play = createPlay({ rules: [noWorkers], script: () => on(commerce, bad(0, 'critical')) });
    await play.until(2 * hour);
    const told = await play.told(await only(play));
    expect(told.map(([second]) => second)).toEqual([1_860, 3_660, 5_460]);
  });

  it('is said again after 4 hours when it is a warning, of failures only when there are new ones', async () => {
    const play = createPlay({ rules: [slo], script: () => on(commerce, bad(0.9)) });
    await play.until(5 * hour);
    expect(await play.told(await only(play))).toEqual([[600 + 4 * hour, 'repeated']]);
    const kinds = [
      {
        queue: commerce,
        jobClass: 'A',
        exceptionClass: 'E',
        fingerprint: 'f',
        count: 7,
        oldestId: 1,
        newestId: 9,
      },
    ];
    const old = createPlay({ script: () => ({ ...bad(), kinds, facts: { highestId: 9 } }) });
    await old.until(9 * hour);
    expect(await old.told(await only(old))).toEqual([]);
    // One more after two hours and after four: its thread hears of each, and the channel of both once.
    const growing = createPlay({
      script(_, second) {
        const newest = 9 + Math.min(2, Math.floor(second / (2 * hour)));
        const [first] = kinds;
        const all = first === undefined ? [] : [{ ...first, newestId: newest }];
        return { ...bad(newest), kinds: all, facts: { highestId: newest } };
      },
    });
    await growing.until(9 * hour);
    const told = await growing.told(await only(growing));
    expect(told).toEqual([
      [2 * hour, 'burst'],
      [4 * hour, 'burst'],
      [4 * hour + 300, 'repeated'],
    ]);
  });

  it('is not said again once it is acknowledged: who did is reminded every hour', async () => {
    const play = createPlay({ rules: [noWorkers], script: () => on(commerce, bad(0, 'critical')) });
    await play.until(60);
    await play.store.acknowledge((await only(play)).id, anna);
    await play.until(2.5 * hour);
    expect((await play.told(await only(play))).map(([, kind]) => kind)).toEqual([
      ...['acknowledged', 'ack-reminder', 'ack-reminder'],
    ]);
  });
});

describe('a rule that can’t be evaluated', () => {
  it('changes nothing else, and is an incident of its own after three misses', async () => {
    const play = createPlay({
      script: (_, second) => (second >= 600 && second < 1_200 ? dark : second < 1_500 ? bad() : good()),
    });
    await play.until(570);
    await play.until(630);
    // One look that failed is no news, nor are two.
    expect((await only(play)).facts).not.toHaveProperty('why');
    await play.until(660);
    const [failed, blind] = await play.incidents();
    expect(failed).toMatchObject({
      ...{ state: 'open', value: 7 },
      facts: { why: 'database fap: timeout', unreadSince: play.at(570).toISOString() },
    });
    expect(blind).toMatchObject({
      ...{
        rule: 'monitor_blind',
        severity: 'critical',
        state: 'open',
        firedAt: new Date(noon.getTime() + 660_000),
      },
      facts: { watch: 'blind', blindRule: 'failed-jobs', why: 'database fap: timeout' },
    });
    await play.until(1_200);
    const [still, over] = await play.incidents();
    expect([still?.state, over?.state]).toEqual(['open', 'resolved']);
    expect(still?.facts).toMatchObject({ why: null, unreadSince: null });
  });

  it('is none because the bot was off, and what still fires is said again once', async () => {
    const play = createPlay({ script: () => bad() });
    await play.until(300);
    play.skip(10 * hour);
    await play.until(10 * hour + 60);
    expect((await only(play)).state).toBe('open');
    expect(await play.told(await only(play))).toEqual([
      [10 * hour, 'unwatched'],
      [10 * hour, 'repeated'],
    ]);
  });

  it('that was off says so where something was open, and that nobody saw how it ended', async () => {
    const play = createPlay({ rules: [slo, noWorkers], script: () => on(commerce, bad(2, 'critical')) });
    await play.until(300);
    play.skip(1_800);
    play.script = (rule) => (rule.name === 'slo' ? on(commerce, good(0.1)) : on(commerce, dark));
    await play.until(2_400);
    const [unread, over] = await play.incidents();
    if (over === undefined || unread === undefined) throw new Error('no incidents');
    expect(await play.told(over)).toEqual([
      [1_800, 'unwatched'],
      [2_400, 'resolved'],
    ]);
    const gap = { from: play.at(300).toISOString(), until: play.at(1_800).toISOString() };
    const [first] = await play.store.entries(over.id);
    expect(first?.facts).toEqual({ ...gap, found: 'over' });
    const [second] = await play.store.entries(unread.id);
    expect(second?.facts).toEqual({ ...gap, found: 'unknown' });
  });

  it('that was away for no longer than a gap says nothing, nor a first start', async () => {
    const play = createPlay({ script: () => bad() });
    await play.until(300);
    play.skip(390);
    await play.until(390);
    expect(await play.told(await only(play))).toEqual([]);
    play.skip(481);
    await play.tick();
    expect(await play.told(await only(play))).toEqual([[481, 'unwatched']]);
  });
});

describe('the quiet window', () => {
  /** 01:58 in Shanghai. */
  const from = new Date('2026-11-26T17:58:00Z');
  const morning = 6 * hour + 120;

  it('holds warnings back, and says at its end what still fires and what came and went', async () => {
    const play = createPlay({
      ...{ from, quiet: night, rules: [failedJobs, slo], escalate: chain },
      script: ({ name }, second) =>
        name === 'failed-jobs' ? bad() : on(commerce, second < hour ? bad(0.9) : good()),
    });
    await play.until(morning - 30);
    const before = await play.incidents();
    expect(before.map(({ hushed, state }) => [hushed, state])).toEqual([
      [true, 'open'],
      [true, 'resolved'],
    ]);
    expect(await play.store.cards.behind(10)).toEqual([]);
    await play.until(morning + 300);
    const [failed, passed] = await play.incidents();
    expect(failed).toMatchObject({ hushed: false, steps: [0] });
    const digests = (await play.store.outbox.waiting(10)).filter(({ kind }) => kind === 'digest');
    expect(digests).toMatchObject([
      {
        digest: {
          endedAt: new Date('2026-11-27T00:00:00Z'),
          firing: [failed?.id],
          passed: [passed?.id],
        },
      },
    ]);
    expect(await play.store.cards.behind(10)).toHaveLength(1);
  });

  it('tells of what is over at the very tick at which it ends', async () => {
    const play = createPlay({
      ...{ from, quiet: night, rules: [slo] },
      script: (_, second) => on(commerce, second < morning - 600 ? bad(0.9) : good()),
    });
    await play.until(morning + 60);
    const incident = await only(play);
    expect(incident.resolvedAt).toEqual(new Date('2026-11-27T00:00:00Z'));
    const digests = (await play.store.outbox.waiting(10)).filter(({ kind }) => kind === 'digest');
    expect(digests).toMatchObject([{ digest: { firing: [], passed: [incident.id] } }]);
    expect(await play.store.cards.behind(10)).toEqual([]);
  });

  it('is none for what is critical from its beginning', async () => {
    const play = createPlay({
      ...{ from, quiet: night, rules: [noWorkers], escalate: chain },
      script: () => on(commerce, bad(0, 'critical')),
    });
    await play.until(hour);
    expect(await only(play)).toMatchObject({ hushed: false, steps: [0, 1, 2] });
  });

  it('lets a rise to critical out at once', async () => {
    const play = createPlay({
      ...{ from, quiet: night, rules: [slo] },
      script: (_, second) => on(commerce, second < hour ? bad(0.9) : bad(2, 'critical')),
    });
    await play.until(hour + 270);
    expect(await only(play)).toMatchObject({ hushed: true });
    await play.until(hour + 300);
    expect(await only(play)).toMatchObject({ hushed: false, severity: 'critical' });
  });

  it('holds a surge back, and none that reaches the hard cap', async () => {
    const surge: AlertRule = { ...surgeRule, name: 'payments', app: 'fap', forSeconds: 0 };
    for (const [found, hushed] of [
      [bad(12), true],
      [bad(50, 'critical'), false],
    ] as const) {
      const play = createPlay({ from, quiet: night, rules: [surge], script: () => found });
      play.skip(hour);
      await play.until(hour);
      expect(await only(play)).toMatchObject({ hushed });
    }
  });

  it('says it truthfully, and once, when nobody ticked at its end', async () => {
    const play = createPlay({ from, quiet: night, script: () => bad() });
    await play.until(hour);
    play.skip(9 * hour);
    await play.until(9 * hour + 600);
    const digests = (await play.store.outbox.waiting(10)).filter(({ kind }) => kind === 'digest');
    expect(digests).toMatchObject([{ digest: { endedAt: new Date('2026-11-27T00:00:00Z'), passed: [] } }]);
  });
});

describe('a silence', () => {
  const asked = {
    ...{ rule: 'no-workers', app: 'fap', queue: commerce, reason: 'known', by: anna, critical: false },
    seconds: hour,
  };

  it('of an operator does not hold what is critical back, an approver’s does, and its end is told', async () => {
    const play = createPlay({
      ...{ rules: [noWorkers], escalate: chain.slice(0, 1) },
      script: () => on(commerce, bad(0, 'critical')),
    });
    await play.store.silence(asked);
    await play.until(90);
    expect(await only(play)).toMatchObject({ hushed: false });
    const silenced = createPlay({
      ...{ rules: [noWorkers], escalate: chain.slice(0, 1) },
      script: () => on(commerce, bad(0, 'critical')),
    });
    await silenced.store.silence({ ...asked, critical: true });
    await silenced.until(hour - 30);
    expect(await only(silenced)).toMatchObject({ hushed: true, steps: [] });
    await silenced.until(hour);
    expect(await only(silenced)).toMatchObject({ hushed: false, steps: [0] });
    expect((await silenced.told(await only(silenced))).map(([, kind]) => kind)).toEqual([
      ...['silence-ended', 'escalated'],
    ]);
  });
});

describe('the end of a silence', () => {
  const asked = { rule: 'no-workers', app: 'fap', reason: 'known', by: anna, critical: true, seconds: 600 };
  const ends = async (play: Play) =>
    (await play.store.outbox.waiting(20)).filter(({ kind }) => kind === 'silence-end');

  it('is told in the channel where nothing is open, once, and not while another one goes on', async () => {
    const play = createPlay({ rules: [noWorkers] });
    await play.store.silence({ ...asked, queue: commerce });
    await play.store.silence({ ...asked, queue: undefined, seconds: 1_200 });
    await play.until(1_170);
    expect(await ends(play)).toEqual([]);
    await play.until(1_500);
    expect(await ends(play)).toMatchObject([{ silence: { rule: 'no-workers', queue: undefined } }]);
  });

  it('is not told there where a thread tells it, or a root of what just fired', async () => {
    for (const from of [0, 540]) {
      const play = createPlay({
        rules: [noWorkers],
        script: (_, second) => on(commerce, second >= from ? bad(0, 'critical') : good(1)),
      });
      await play.store.silence({ ...asked, queue: commerce });
      await play.until(900);
      expect(await ends(play)).toEqual([]);
    }
  });
});

describe('flapping', () => {
  it('leaves the incident open and edits only, until an hour is calmer', async () => {
    const play = createPlay({
      rules: [noWorkers],
      script: (_, second) => on(commerce, second < hour && second % 600 < 300 ? bad(0, 'critical') : good(1)),
    });
    await play.until(hour);
    const incidents = await play.incidents();
    expect(incidents).toHaveLength(2);
    expect(incidents[1]).toMatchObject({ flapping: true, state: 'open' });
    await play.until(3 * hour);
    const [, second] = await play.incidents();
    expect(second).toMatchObject({ flapping: false, state: 'resolved' });
    expect((await play.told(second ?? incidents[0] ?? (await only(play)))).map(([, kind]) => kind)).toEqual([
      ...['flapping', 'resolved'],
    ]);
  });
});

describe('our own doings', () => {
  it('hold workers and backlogs back while they run and 5 minutes after, and failures not', async () => {
    const play = createPlay({
      rules: [noWorkers, failedJobs],
      script: ({ name }) => (name === 'failed-jobs' ? bad() : on(commerce, bad(0, 'critical'))),
    });
    const doing = { app: 'fap', queue: commerce, verb: 'pause', requestNumber: 12 };
    play.store.doings = [{ ...doing, endedAt: undefined }];
    await play.until(1_200);
    expect((await play.incidents()).map(({ rule }) => rule)).toEqual(['failed-jobs']);
    play.store.doings = [{ ...doing, endedAt: play.store.now() }];
    await play.until(1_500);
    expect(await play.incidents()).toHaveLength(1);
    const held = (await play.store.states('fap')).map(({ rule, state }) => [rule, state.heldBackBy]);
    expect(held.sort()).toEqual([
      ['failed-jobs', undefined],
      ['monitor_blind', undefined],
      ['no-workers', 'pause #12'],
    ]);
    play.script = ({ name }, second) =>
      name === 'failed-jobs' ? bad() : on(commerce, second === 1_530 ? dark : bad(0, 'critical'));
    await play.until(1_620);
    expect((await play.store.states('fap')).map(({ state }) => state.heldBackBy)).toEqual([
      ...[undefined, undefined, undefined],
    ]);
    expect(await play.incidents()).toHaveLength(2);
  });

  it('are named by the root of what fires all the same, and not once more in its thread', async () => {
    const failing = { max_failed: 10, failed: 12 };
    const play = createPlay({
      rules: [slo],
      script: () => on(commerce, { ...bad(1.2, 'critical'), facts: failing, judgement: broken(failing) }),
    });
    play.store.doings = [
      { app: 'fap', queue: commerce, verb: 'retry-all', requestNumber: 7, endedAt: undefined },
    ];
    await play.until(600);
    const incident = await only(play);
    expect(incident.facts).toMatchObject({ heldBackBy: 'retry-all', heldBackSeconds: 300 });
    expect(await play.told(incident)).toEqual([]);
  });

  it('are told once each, however they take turns', async () => {
    const play = createPlay({ rules: [noWorkers], script: () => on(commerce, bad(0, 'critical')) });
    await play.until(120);
    const doing = { app: 'fap', queue: commerce, verb: 'pause', endedAt: undefined };
    for (const requestNumber of [7, 8, 7, 8]) {
      play.store.doings = [{ ...doing, requestNumber }];
      await play.until(play.second + 30);
      expect((await only(play)).facts).toMatchObject({ heldBackRequest: requestNumber });
    }
    const entries = await play.store.entries((await only(play)).id);
    expect(entries.map(({ facts }) => facts['request'])).toEqual([7, 8]);
    expect(entries[0]?.facts).toMatchObject({ seconds: 300 });
  });

  it('hold nothing back after their end where that is configured', async () => {
    const play = createPlay({
      ...{ rules: [noWorkers], holdAfterSeconds: 0, script: () => on(commerce, bad(0, 'critical')) },
    });
    play.store.doings = [
      { app: 'fap', queue: commerce, verb: 'pause', requestNumber: 7, endedAt: play.store.now() },
    ];
    await play.until(60);
    expect(await play.incidents()).toHaveLength(1);
  });

  it('are named on what fires already', async () => {
    const play = createPlay({ rules: [noWorkers], script: () => on(commerce, bad(0, 'critical')) });
    await play.until(120);
    play.store.doings = [
      { app: 'fap', queue: commerce, verb: 'restart', requestNumber: 7, endedAt: undefined },
    ];
    await play.until(180);
    const incident = await only(play);
    expect(incident.facts).toMatchObject({ heldBackBy: 'restart', heldBackRequest: 7 });
    expect((await play.told(incident)).map(([, kind]) => kind)).toEqual(['held-back']);
    play.store.doings = [];
    await play.until(240);
    expect((await only(play)).facts).toMatchObject({ heldBackBy: null });
  });
});

describe('failures that go on', () => {
  const kind = (name: string, count: number, newestId: number) => ({
    ...{ queue: commerce, jobClass: name, exceptionClass: 'E', fingerprint: 'f', count, newestId },
    oldestId: newestId - count + 1,
  });

  it('are told at most every 15 minutes, a new kind of them at once', async () => {
    let kinds = [kind('A', 10, 10)];
    const play = createPlay({
      script: () => ({ ...bad(kinds.reduce((sum, { count }) => sum + count, 0)), kinds }),
    });
    await play.until(600);
    kinds = [kind('A', 40, 40)];
    await play.until(900);
    kinds = [kind('A', 47, 47), kind('B', 1, 48)];
    await play.until(2_400);
    const incident = await only(play);
    expect(await play.told(incident)).toEqual([
      [930, 'new-fingerprint'],
      [1_200, 'burst'],
    ]);
    const [fresh, burst] = await play.store.entries(incident.id);
    expect(fresh?.facts).toMatchObject({ topClass: 'B', count: 1, topException: 'E', topQueue: commerce });
    expect(fresh?.facts).toHaveProperty('topMessage');
    expect(burst?.facts).toMatchObject({ new: 37, count: 48 });
    expect(burst?.facts).toMatchObject({ topClass: 'A', topException: 'E', topQueue: commerce });
  });

  it('of a kind that is new are told whatever else fails, and those of old kinds never as new', async () => {
    const many = Array.from({ length: 900 }, (_, n) => kind(`Old${n}`, 10, 10 * n + 10));
    let kinds = many;
    const play = createPlay({ script: () => ({ ...bad(9_000), kinds }) });
    await play.until(330);
    // Each of the others has more, and their order is another one.
    const more = many.map((one) => ({ ...one, count: 20, newestId: one.newestId + 9_000 })).reverse();
    kinds = [...more, kind('New', 1, 20_000)];
    await play.until(390);
    const incident = await only(play);
    expect(await play.told(incident)).toEqual([[360, 'new-fingerprint']]);
    expect((await play.store.entries(incident.id))[0]?.facts).toMatchObject({ topClass: 'New', count: 1 });
  });

  it('are told as a new kind or as more of a known one, never twice; how often is a key', async () => {
    let kinds = [kind('A', 10, 10)];
    const play = createPlay({
      rules: [{ ...failedJobs, tellEverySeconds: 60 }],
      script: () => ({ ...bad(kinds.reduce((sum, { count }) => sum + count, 0)), kinds }),
    });
    await play.until(600);
    kinds = [kind('A', 10, 10), kind('B', 3, 13)];
    await play.until(900);
    kinds = [kind('A', 12, 15), kind('B', 3, 13)];
    await play.until(1_200);
    const incident = await only(play);
    expect(await play.told(incident)).toEqual([
      [630, 'new-fingerprint'],
      [930, 'burst'],
    ]);
    const [fresh, burst] = await play.store.entries(incident.id);
    expect(fresh?.facts).toMatchObject({ topClass: 'B', count: 3 });
    expect(burst?.facts).toMatchObject({ new: 2, topClass: 'A', count: 15 });
  });

  it('that are older than the installation are proposed to be accepted', async () => {
    const old = createPlay({ script: () => bad(150_000) });
    await old.until(300);
    expect((await only(old)).facts['proposeAccept']).toBe(true);
    const fresh = createPlay({ script: (_, second) => (second < 60 ? good() : bad()) });
    await fresh.until(600);
    expect((await only(fresh)).facts['proposeAccept']).toBeUndefined();
  });
});

describe('pages', () => {
  it('are sent once, told, and followed by what people do; a failing one is tried again', async () => {
    const sent: string[] = [];
    let isDown = true;
    const play = createPlay({
      rules: [noWorkers],
      escalate: [{ afterSeconds: 0, mention: 'S0ONCALL', page: true }],
      script: (_, second) => on(commerce, second < 600 ? bad(0, 'critical') : good(1)),
      pager: {
        async page(event, { number, facts }) {
          sent.push(`${event} #${number}`);
          expect(Object.keys(facts).filter((name) => name.startsWith('page'))).toEqual([]);
          return isDown
            ? { ok: false, missing: { part: 'pager', name: 'pagerduty', why: 'timeout' } }
            : { ok: true, value: null };
        },
      },
    });
    await play.until(150);
    isDown = false;
    await play.until(240);
    await play.store.acknowledge((await only(play)).id, anna);
    await play.until(900);
    expect(sent).toEqual([
      ...Array.from({ length: 4 }, () => 'trigger #1'),
      'trigger #1',
      ...['acknowledge #1', 'resolve #1'],
    ]);
    const entries = await play.store.entries((await only(play)).id);
    expect(entries.map(({ kind }) => kind)).toEqual([
      ...['escalated', 'page-failed', 'paged', 'acknowledged', 'paged', 'resolved'],
    ]);
    expect(entries[2]?.facts).toMatchObject({ event: 'trigger', tries: 5 });
  });
});

describe('a service for pages that has trouble', () => {
  const calls: string[] = [];
  /** Workers are gone from the beginning until this second; `page` says how the service answers. */
  const paged = (until: number, page: (event: string) => ReturnType<Pager['page']>) => {
    calls.length = 0;
    return createPlay({
      rules: [noWorkers],
      escalate: [{ afterSeconds: 0, mention: 'S0ONCALL', page: true }],
      script: (_, second) => on(commerce, second < until ? bad(0, 'critical') : good(1)),
      pager: {
        page(event) {
          calls.push(event);
          return page(event);
        },
      },
    });
  };
  const taken = async () => ({ ok: true, value: null }) as const;
  const lost = async () =>
    ({ ok: false, missing: { part: 'pager', name: 'pagerduty', why: 'timeout' } }) as const;

  it('is down for ten minutes: tried at each tick, told once, and told when it got through', async () => {
    const play = paged(9_999, () => (play.second < 690 ? lost() : taken()));
    await play.until(900);
    expect(calls).toEqual(Array.from({ length: 22 }, () => 'trigger'));
    const entries = await play.store.entries((await only(play)).id);
    expect(entries.map(({ kind }) => kind)).toEqual(['escalated', 'page-failed', 'paged']);
    expect(entries[2]?.facts).toMatchObject({ tries: 22 });
  });

  it('never hears late of what was over meanwhile, only that it is over: an answer may have been lost', async () => {
    const play = paged(300, () => (play.second < 600 ? lost() : taken()));
    await play.until(1_200);
    const first = calls.indexOf('resolve');
    expect(calls.slice(0, first)).toEqual(Array.from({ length: first }, () => 'trigger'));
    expect(new Set(calls.slice(first))).toEqual(new Set(['resolve']));
    // Until it was taken, once.
    expect(calls.slice(first).length).toBeGreaterThan(3);
    expect((await only(play)).state).toBe('resolved');
    const told = calls.length;
    await play.until(1_500);
    expect(calls).toHaveLength(told);
  });

  it('is down while a process dies: the next one tells that it is over, once, and that is written down', async () => {
    const play = paged(300, (event) => (event === 'resolve' && play.second < 900 ? lost() : taken()));
    await play.until(600);
    expect(calls.filter((event) => event === 'resolve').length).toBeGreaterThan(3);
    calls.length = 0;
    const next = play.another('two');
    for (play.second = 900; play.second <= 1_200; play.second += 30) {
      play.store.endLease();
      await next.tick(new AbortController().signal);
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(calls).toEqual(['resolve']);
    expect(play.store.events.filter(({ event }) => event === 'PAGED')).toHaveLength(2);
  });

  it('hears the end from another process than the trigger, and never before it', async () => {
    const play = paged(300, async () => {
      if (calls.length === 1) await new Promise(() => undefined);
      return taken();
    });
    await play.until(240);
    expect(calls).toEqual(['trigger']);
    const next = play.another('two');
    for (; play.second <= 600; play.second += 30) {
      play.store.endLease();
      await next.tick(new AbortController().signal);
      await new Promise((resolve) => setImmediate(resolve));
    }
    // What the first one had sent is unknown to the second, which sends it again under the same key.
    expect(calls).toEqual(['trigger', 'trigger', 'resolve']);
  });

  it('that takes no end for an hour is left alone, which the audit says', async () => {
    const play = paged(300, (event) => (event === 'resolve' ? lost() : taken()));
    await play.until(300 + hour + 60);
    const tries = calls.length;
    expect(tries).toBeGreaterThan(110);
    await play.until(2 * hour);
    expect(calls).toHaveLength(tries);
    expect(play.store.events.filter(({ event }) => event === 'PAGED')).toHaveLength(2);
  });

  it('does not answer: the ticks go on, one page is under way, and its end comes after it', async () => {
    let answer: () => void = () => undefined;
    const play = paged(300, async (event) => {
      if (event === 'trigger') await new Promise<void>((resolve) => (answer = resolve));
      return taken();
    });
    await play.until(600);
    expect(calls).toEqual(['trigger']);
    expect((await only(play)).state).toBe('resolved');
    answer();
    await play.until(660);
    expect(calls).toEqual(['trigger', 'resolve']);
  });
});

describe('two evaluators', () => {
  it('take turns: one at a time, and the other goes on where it died', async () => {
    const play = createPlay({ script: (_, second) => (second < 900 ? bad() : good()) });
    const other = play.another('two');
    const { signal } = new AbortController();
    await play.until(210);
    expect(await other.tick(signal)).toBe('standby');
    expect([play.evaluator.isWell(), other.isWell()]).toEqual([true, false]);
    // The first one dies; its lease ends.
    play.store.endLease();
    for (; play.second <= 1_200; play.second += 30) {
      play.store.endLease();
      expect(await other.tick(signal)).toBe('evaluated');
    }
    expect(await play.told(await only(play))).toEqual([[930, 'resolved']]);
  });

  it('killed before or after any call, tell each thing once', async () => {
    const calls = ['takeLease', 'load', 'commit'] as const;
    for (const call of calls)
      for (const when of ['before', 'after'] as const) {
        const play = createPlay({
          ...{ rules: [slo], escalate: chain },
          script: (_, second) => on(commerce, second < 900 ? bad(2, 'critical') : good(0.1)),
        });
        let calm = 0;
        const { signal } = new AbortController();
        for (let tick = 0; play.second <= 1_800; tick += 1) {
          play.store.endLease();
          const dying = play.another(`replica-${tick}`, killed(play.store, call, when));
          await expect(dying.tick(signal)).rejects.toThrow('killed');
          // Its successor is a new process, a moment later.
          play.store.endLease();
          if ((await play.another(`next-${tick}`).tick(signal)) === 'evaluated') calm += 1;
          play.second += 30;
        }
        expect(calm).toBe(61);
        const kinds = (await play.told(await only(play))).map(([, kind]) => kind);
        expect([call, when, kinds]).toEqual([
          ...[call, when],
          ['escalated', 'escalated', 'escalated', 'resolved'],
        ]);
      }
  });

  it('that has lost its lease meanwhile writes nothing', async () => {
    const play = createPlay({ script: () => bad() });
    await play.until(270);
    const late = play.another('one', {
      ...play.store,
      async commit(lease, tick) {
        play.store.endLease();
        await play.store.takeLease('two');
        return play.store.commit(lease, tick);
      },
    });
    await expect(late.tick(new AbortController().signal)).rejects.toThrow('another one evaluates');
    expect(await play.incidents()).toEqual([]);
  });
});

describe('a clock that is set back', () => {
  it('by an hour does not make the evaluator sleep for one, nor look well for one', async () => {
    const play = createPlay();
    const ending = new AbortController();
    const [waits, well]: [number[], boolean[]] = [[], []];
    let now = noon.getTime();
    const evaluator = play.another('two', undefined, undefined, {
      now: () => new Date(now),
      async wait(milliseconds) {
        waits.push(milliseconds);
        well.push(evaluator.isWell());
        if (waits.length === 2) ending.abort(new Error('stopping'));
      },
    });
    const load = play.store.load;
    Object.assign(play.store, {
      load(...asked: Parameters<AlertStore['load']>) {
        if (waits.length === 0) return load(...asked);
        now -= 3_600_000;
        throw new Error('away');
      },
    });
    await evaluator.run(ending.signal);
    expect(waits.every((wait) => wait <= 30_000)).toBe(true);
    expect(well).toEqual([true, false]);
  });
});

describe('a tick that our own end cuts short', () => {
  it('writes nothing: what it did not read is no failure to read', async () => {
    const play = createPlay({ script: () => dark });
    const stopped = AbortSignal.abort(new Error('stopping'));
    await expect(play.evaluator.tick(stopped)).rejects.toThrow('stopping');
    expect(await play.store.states('fap')).toEqual([]);
  });

  it('hands the lease back, so that another replica goes on at once', async () => {
    const play = createPlay();
    const ending = new AbortController();
    const load = play.store.load;
    Object.assign(play.store, {
      load(...asked: Parameters<AlertStore['load']>) {
        ending.abort(new Error('stopping'));
        return load(...asked);
      },
    });
    await play.evaluator.run(ending.signal);
    expect(await play.another('two').tick(new AbortController().signal)).toBe('evaluated');
  });
});

describe('a rule or queue that is gone', () => {
  it('takes its state and its incident with it', async () => {
    const play = createPlay({ rules: [slo, noWorkers], script: () => on(commerce, bad(2, 'critical')) });
    await play.until(300);
    const changes: TickChanges[] = [];
    play.script = ({ name }) => on(name === 'slo' ? commerce : 'database:reports', bad(2, 'critical'));
    const commit = play.store.commit;
    Object.assign(play.store, {
      commit: (...[lease, tick]: Parameters<AlertStore['commit']>) => {
        changes.push(tick);
        return commit(lease, tick);
      },
    });
    await play.until(330);
    expect(changes[0]?.forgotten).toEqual([fingerprintOf('no-workers', 'fap', commerce)]);
    expect((await play.incidents()).map(({ rule, state }) => [rule, state])).toContainEqual([
      ...['no-workers', 'resolved'],
    ]);
  });
});

const broken = (facts: Readonly<Record<string, number>>): Judgement => ({
  ...{ kind: 'known', holds: 'critical', recovered: false, value: 1.2, facts },
});

/** A store whose process dies around one of its calls. */
function killed(
  store: AlertStore,
  call: 'takeLease' | 'load' | 'commit',
  when: 'before' | 'after',
): AlertStore {
  const die = async <T>(work: () => Promise<T>): Promise<T> => {
    if (when === 'after') await work();
    throw new Error('killed');
  };
  return {
    ...store,
    takeLease: (holder) =>
      call === 'takeLease' ? die(() => store.takeLease(holder)) : store.takeLease(holder),
    load: (lease) => (call === 'load' ? die(() => store.load(lease)) : store.load(lease)),
    commit: (lease, tick) =>
      call === 'commit' ? die(() => store.commit(lease, tick)) : store.commit(lease, tick),
  };
}
