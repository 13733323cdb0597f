import { describe, expect, it } from 'vitest';
import type { Incident, NumberedEntry } from '../../../src/core/incident.ts';
import type { Reply } from '../../../src/core/reply.ts';
import { drawIncident } from '../../../src/operations/incidents/incident-card.ts';
import { renderMessage } from '../../../src/slack/renderer/blocks.ts';
import { anna, at, incidentOf, scene, wordsOf } from './scene.ts';

const entry = (kind: NumberedEntry['kind'], facts: NumberedEntry['facts'] = {}): NumberedEntry => ({
  ...{ kind, at: at(12), facts, number: 1, version: 1 },
});
const draw = (
  change: Partial<Incident> = {},
  entries: readonly NumberedEntry[] = [],
  locale: 'en' | 'zh-CN' = 'en',
  wasMissed = false,
): Reply => drawIncident({ incident: incidentOf(change), entries, wasMissed }, scene(locale));
const pressed = (reply: Reply): readonly string[] =>
  reply.parts.flatMap((part) =>
    part.kind === 'buttons'
      ? part.buttons.map(({ press }) => (press.kind === 'words' ? press.words : press.verb))
      : [],
  );
const acknowledgement = {
  by: anna,
  at: at(11),
  value: 150,
  severity: 'critical',
  remindedAt: at(11),
} as const;
const resolved = { state: 'resolved', resolvedAt: at(24), acknowledgement } as const;

describe('the root of an incident', () => {
  it('says what is wrong with value, threshold and since when, and what stands out', () => {
    const facts = { perMinute: -3.25, emptyInSeconds: 2_760, alive: 1, expected: 2, oldestSeconds: 700 };
    const said = wordsOf(draw({ facts }));
    for (const part of [
      '#12 Critical: 150 jobs wait in database:reports and do not become fewer',
      'More than 100 is too much. Since 03:00.',
      'Workers: 1 of 2 alive',
      'Change: -3.2 per minute, empty in about 46 min',
      'Oldest waiting: 11 min',
      'production · fap · rule reports-backlog',
    ])
      expect(said).toContain(part);
  });

  it.each<[string, Partial<Incident>, string, string]>([
    [
      'failed jobs',
      { rule: 'failed-jobs', queue: undefined, value: 42, severity: 'warning' },
      '#12 Warning: 42 failed jobs',
      '#12 警告：42 个失败任务',
    ],
    [
      'stale rows',
      { rule: 'snapshots-pending', queue: undefined, value: 0.12, facts: { stale: 24, eligible: 200 } },
      'snapshots-pending: 24 of 200 rows are stuck (12 %)',
      'snapshots-pending：200 行中有 24 行卡住（12 %）',
    ],
    [
      'a surge',
      { rule: 'payment-failures', queue: undefined, value: 37, facts: { usual: 0.5 } },
      'payment-failures: 37 rows in 5 min',
      'payment-failures：5 分钟内有 37 行',
    ],
    [
      'dead workers',
      { rule: 'no-workers', value: 0, facts: { alive: 0, due: 12 } },
      'no worker of database:reports is alive and 12 jobs wait',
      'database:reports 没有存活的 worker，而有 12 个任务在等待',
    ],
    [
      'workers that do not stay alive',
      { rule: 'no-workers', value: 0, facts: { alive: 0, expected: 2, restarting: 2, due: 12 } },
      'no worker of database:reports stays alive and 12 jobs wait',
      'database:reports 的 worker 反复重启，没有一个在工作，而有 12 个任务在等待',
    ],
    [
      'how many restart',
      { rule: 'no-workers', value: 0, facts: { alive: 0, expected: 2, restarting: 2, due: 12 } },
      'Workers: 0 of 2 alive; 2 started again since the look before, and took nothing',
      'Worker: 应有 2 个，存活 0 个；2 个自上次查看后重新启动，未取走任何任务',
    ],
    [
      'whether more fails or only more happens',
      {
        rule: 'payment-failures',
        queue: undefined,
        value: 9,
        facts: { all: 40, usualAll: 38, share: 9 / 40 },
      },
      'All rows: 40 in the window, usually 38; 22.5 % of them are these',
      '全部行: 窗口内 40，平时约 38；其中 22.5 % 属于此类',
    ],
    [
      'when the newest failed',
      { rule: 'failed-jobs', queue: undefined, facts: { newestFailedAt: '2026-11-25T02:59:00.000Z' } },
      'Newest failure: 02:59',
      '最近失败: 02:59',
    ],
    [
      'a service level',
      { rule: 'slo', value: 1.3, facts: { pending: 78, max_pending: 60, oldest: 30, max_oldest: 300 } },
      'database:reports: 78 pending (limit 60)',
      'database:reports：等待 78（上限 60）',
    ],
    [
      'a rule that can not be evaluated',
      { rule: 'monitor_blind', facts: { blindRule: 'no-workers', why: 'redis fap: unreachable; backlog' } },
      'no-workers can not be evaluated: Redis of fap can not be reached; nobody can say how much waits',
      'no-workers 无法评估：fap 的 Redis 无法连接；无法得知有多少任务在等待',
    ],
    [
      'service levels that can not be read, of several queues',
      {
        rule: 'monitor_blind',
        facts: { blindRule: 'slo', why: 'oldest, failed; redis fap: timeout; pending' },
      },
      'slo can not be evaluated: Redis of fap did not answer in time; how many jobs wait, how many failed and how long the oldest waits can not be read',
      'slo 无法评估：fap 的 Redis 未在时限内响应；读不到等待的任务数、失败任务数、最久等待时间',
    ],
    [
      'one level that can not be read',
      { rule: 'monitor_blind', facts: { blindRule: 'slo', why: 'timeouts' } },
      'slo can not be evaluated: how many ran into a time limit can not be read',
      'slo 无法评估：读不到超时失败数',
    ],
    [
      'a service level that is kept again, until that has lasted',
      { rule: 'slo', value: 0, facts: { failed: 0, max_failed: 10, wellSince: at(5).toISOString() } },
      '#12 Critical: database:reports keeps its service levels',
      'database:reports 各项指标都在服务水平之内',
    ],
    [
      'a backlog that drains',
      { rule: 'reports-backlog', value: 90, facts: { wellSince: at(5).toISOString() } },
      '90 jobs wait in database:reports\n',
      'database:reports 等待 90 个任务\n',
    ],
    [
      'workers that are alive again while it flaps',
      { rule: 'no-workers', value: 2, flapping: true, facts: { alive: 2, wellSince: at(5).toISOString() } },
      '(flapping): 2 workers of database:reports are alive',
      'database:reports 有 2 个存活的 worker',
    ],
    ['a rule that is gone', { rule: 'other', value: 3 }, '#12 Critical: other: 3', '#12 严重：other：3'],
  ])('says %s in both languages', (_, change, en, zh) => {
    expect(wordsOf(draw(change))).toContain(en);
    expect(wordsOf(draw(change, [], 'zh-CN'))).toContain(zh);
  });

  it('offers the operation that fits, and no retry where that is costly', () => {
    expect(pressed(draw())).toEqual([
      ...['ack #12', 'silence reports-backlog queue=database:reports', 'diagnose database:reports'],
      'restart database:reports',
    ]);
    const failed = { rule: 'failed-jobs', queue: undefined };
    const of = (topQueue: string) => pressed(draw({ ...failed, facts: { topQueue } }));
    expect(of('database:reports')).toContain('retry all queue=database:reports');
    expect(of('database:commerce').join()).not.toContain('retry');
    expect(pressed(draw({ rule: 'payment-failures', queue: undefined })).join()).not.toContain('retry');
    // One that nobody configured can be diagnosed, and nothing more.
    const main = (mainQueue: string) => pressed(draw({ ...failed, facts: { mainQueue } })).slice(2);
    expect(main('database:mail')).toEqual(['diagnose database:mail']);
    expect(main('database:commerce')).toEqual(['diagnose database:commerce']);
    for (const strange of ['nowhere:mail', 'mail', 'database:a b']) expect(main(strange)).toEqual([]);
  });

  it('tells failures by timeout apart, by class and by text, where there are some', () => {
    const facts = { timeouts: 3, max_timeouts: 2, timeoutsByClass: 2, timeoutsByText: 1 };
    const said = wordsOf(draw({ rule: 'slo', value: 1.5, facts }));
    expect(said).toContain('3 timeouts (limit 2)');
    expect(said).toContain("Timeouts: 2 by Laravel's own exception, 1 by what the exception says");
    expect(wordsOf(draw({ rule: 'slo', facts: { ...facts, timeouts: 0 } }))).not.toContain('Timeouts:');
    expect(wordsOf(draw({ rule: 'slo', facts }, [], 'zh-CN'))).toContain('按 Laravel 自身的异常 2 个');
  });

  it('says who has it and who silenced it until when', () => {
    expect(wordsOf(draw({ state: 'acknowledged', acknowledgement }))).toContain(
      'Acknowledged: by U0ANNA, 03:11',
    );
    expect(pressed(draw({ state: 'acknowledged', acknowledgement }))).not.toContain('ack #12');
    const silenced = entry('silenced', { by: 'U0ANNA', until: at(50).toISOString(), reason: 'a release' });
    expect(wordsOf(draw({}, [silenced]))).toContain('Silenced: by U0ANNA until 03:50\n> a release');
    expect(wordsOf(draw({}, [silenced, entry('silence-ended')]))).not.toContain('Silenced');
  });

  it('does not say that nobody knows while all rules can be evaluated again', () => {
    const blind = { rule: 'monitor_blind', queue: undefined, facts: { blindRule: 'slo', why: 'backlog' } };
    expect(wordsOf(draw(blind))).toContain('nobody knows whether all is well');
    const well = { ...blind, facts: { ...blind.facts, wellSince: at(5).toISOString() } };
    expect(wordsOf(draw(well))).not.toContain('nobody knows whether all is well');
  });

  it('names our own doings, flapping and what could not be read', () => {
    const doing = { heldBackBy: 'restart', heldBackRequest: 9, heldBackSeconds: 900 };
    expect(wordsOf(draw({ facts: doing }))).toContain(
      'restart #9: while it runs (for 24 h at most) and for 15 min after it',
    );
    expect(wordsOf(draw({ facts: { ...doing, heldBackSeconds: 0 } }))).toContain(
      'while it runs (for 24 h at most), nothing',
    );
    expect(wordsOf(draw({ flapping: true }))).toContain('#12 Critical (flapping)');
    expect(wordsOf(draw({ facts: { why: 'report_snapshots' } }))).toContain(
      'Not measured: report_snapshots can not be read. What stands here is what was seen last.',
    );
    const dark = { why: 'database fap: unreachable', unreadSince: at(7).toISOString() };
    expect(wordsOf(draw({ facts: dark }))).toContain(
      'Not measured since 03:07: the database of fap can not be reached.',
    );
    expect(wordsOf(draw({ facts: dark }, [], 'zh-CN'))).toContain(
      '自 03:07 起无法测量：fap 的数据库无法连接。这里显示的是最后一次看到的情况。',
    );
    expect(wordsOf(draw({ facts: { proposeAccept: true } }))).toContain(
      '/queue accept queue=database:reports',
    );
  });

  it('turns calm when it is over: how long it took, and who did what', () => {
    const operation = { by: 'U0ANNA', verb: 'restart', request: 13, phase: 'ended', outcome: 'succeeded' };
    const reply = draw(resolved, [entry('acknowledged', { by: 'U0ANNA' }), entry('operation', operation)]);
    const said = wordsOf(reply);
    expect(reply.mood).toBe('good');
    expect(said).toContain('#12 Resolved after 14 min. At worst: 180 jobs wait');
    expect(said).toContain('Fired 03:10, resolved 03:24.');
    expect(said).toContain('03:12 U0ANNA acknowledged it\n03:12 U0ANNA restart #13: succeeded');
    // Its end is told a measurement later; nobody did nothing until then.
    const began = entry('operation', { ...operation, phase: 'began', outcome: null });
    expect(wordsOf(draw(resolved, [began]))).toContain('03:12 U0ANNA restart #13');
    expect(
      wordsOf(draw(resolved, [began, entry('operation', operation)])).match(/restart #13/g),
    ).toHaveLength(1);
    const own = entry('operation', { ...operation, by: '', name: 'Queuekeeper' });
    expect(wordsOf(draw(resolved, [own]))).toContain('Nobody did anything about it');
    expect(pressed(reply)).toEqual([]);
    expect(wordsOf(draw(resolved, [], 'zh-CN'))).toContain('#12 已恢复，历时 14 分钟');
    const gap = entry('unwatched', {
      from: at(12).toISOString(),
      until: at(22).toISOString(),
      found: 'over',
    });
    expect(wordsOf(draw(resolved, [gap]))).toContain('Not watched from 03:12 to 03:22.');
    expect(wordsOf(draw(resolved, [gap], 'zh-CN'))).toContain('03:12 至 03:22 期间无人监控。');
    expect(wordsOf(draw(resolved, [], 'en', true))).toContain('Fired and resolved while Slack could not be');
  });

  it('says of what is over what was wrong at worst, and nothing of how it ended', () => {
    const workers = { rule: 'no-workers', value: 2, worst: 0, facts: { due: 0, worst_due: 12 } };
    expect(wordsOf(draw({ ...resolved, ...workers }))).toContain(
      'At worst: no worker of database:reports is alive and 12 jobs wait',
    );
    const facts = { failed: 0, max_failed: 10, pending: 3, max_pending: 60, worst_failed: 12 };
    const level = draw({ ...resolved, rule: 'slo', value: 0, worst: 1.2, facts });
    expect(wordsOf(level)).toContain('At worst: database:reports: 12 failed (limit 10)');
  });

  it('proposes to accept old failures only as long as no new ones came', () => {
    const old = { rule: 'failed-jobs', queue: undefined, facts: { proposeAccept: true } };
    expect(wordsOf(draw(old))).toContain('/queue accept');
    for (const kind of ['burst', 'new-fingerprint', 'accepted'] as const)
      expect(wordsOf(draw(old, [entry(kind)]))).not.toContain('/queue accept');
  });

  it('says since when it is well and not yet over', () => {
    const facts = { wellSince: at(20).toISOString() };
    expect(wordsOf(draw({ facts }))).toContain('Well since 03:20: it is over when that has lasted.');
    expect(wordsOf(draw({ facts }, [], 'zh-CN'))).toContain('自 03:20 起已正常');
  });

  it('has its runbook, linked where the configuration says where it is written', () => {
    const drawn = (runbook: object) => {
      const runbooks = new Map([['reports', { queue: 'reports', steps: [], ...runbook }]]);
      const { world, ...rest } = scene();
      const shown = { incident: incidentOf(), entries: [], wasMissed: false };
      return drawIncident(shown, { ...rest, world: { ...world, runbooks } });
    };
    const title = { en: 'Reports are stuck' };
    const link = 'https://wiki.example/reports';
    expect(wordsOf(drawn({ title }))).toContain('Runbook: Reports are stuck');
    const blocks = (runbook: object) => JSON.stringify(renderMessage(drawn(runbook)).blocks);
    expect(blocks({ title, link })).toContain(`<${link}|Reports are stuck>`);
    expect(blocks({ link })).toContain(`<${link}|${link}>`);
    expect(wordsOf(drawn({}))).not.toContain('Runbook');
  });

  it('proposes to accept old failures until somebody has them, or did it', () => {
    const old = { rule: 'failed-jobs', queue: undefined, facts: { proposeAccept: true } };
    expect(wordsOf(draw(old))).toContain('/queue accept REASON');
    for (const change of [{ acknowledgement }, { value: 0 }])
      expect(wordsOf(draw({ ...old, ...change }))).not.toContain('/queue accept');
    const accepted = entry('accepted', { by: 'U0ANNA', upTo: 17 });
    expect(wordsOf(draw(old, [accepted]))).not.toContain('/queue accept');
    expect(wordsOf(draw(resolved, [accepted]))).toContain('U0ANNA accepted the failures until then as known');
  });

  it.each(['en', 'zh-CN'] as const)('keeps to Slack’s limits whatever comes from outside (%s)', (locale) => {
    const nasty = `<!channel> <@U0BO> *x* & \`${'😀Ж'.repeat(2_000)}`;
    const facts = {
      ...{ topClass: nasty, topException: nasty, topQueue: nasty, heldBackBy: nasty, why: nasty },
      ...Object.fromEntries(Array.from({ length: 40 }, (_, index) => [`top_${index}${nasty}`, nasty])),
    };
    const entries = Array.from({ length: 60 }, () =>
      entry('operation', { by: 'U0ANNA', verb: nasty, phase: 'ended', outcome: nasty }),
    );
    for (const change of [{}, resolved]) {
      const { blocks, text } = renderMessage(draw({ ...change, facts }, entries, locale));
      const whole = JSON.stringify(blocks);
      expect(whole.length).toBeLessThan(12_000);
      expect(blocks.length).toBeLessThanOrEqual(50);
      expect(whole + text).not.toMatch(/<!channel>|<@U0BO>/);
      expect(whole).not.toMatch(/\p{Cs}/u);
    }
  });

  it('says nothing of facts that have another type than they should', () => {
    const said = wordsOf(draw({ facts: { alive: 'many', topClass: 4, perMinute: null } }));
    expect(said).not.toContain('Workers');
    expect(said).not.toContain('Most frequent');
  });
});
