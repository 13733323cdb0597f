import { describe, expect, it } from 'vitest';
import type { EntryKind, IncidentFacts } from '../../../src/core/incident.ts';
import { isVisible } from '../../../src/core/incident.ts';
import { sayEntry } from '../../../src/operations/incidents/say-entry.ts';
import { renderMessage } from '../../../src/slack/renderer/blocks.ts';
import { at, incidentOf, scene, wordsOf } from './scene.ts';

const entryOf = (kind: EntryKind, facts: IncidentFacts = {}) =>
  ({ kind, at: at(20), facts, number: 2, version: 2 }) as const;
const say = (kind: EntryKind, facts: IncidentFacts = {}, locale: 'en' | 'zh-CN' = 'en'): string =>
  wordsOf(sayEntry({ entry: entryOf(kind, facts), toldByRoot: false }, incidentOf(), scene(locale)));

const cases: readonly (readonly [EntryKind, IncidentFacts, string, string])[] = [
  ['rose', {}, 'Now critical: 150 jobs', '升级为严重：'],
  ['resolved', { seconds: 840 }, 'Resolved after 14 min', '已恢复，历时 14 分钟'],
  ['acknowledged', { by: 'U0ANNA' }, 'U0ANNA has acknowledged it', 'U0ANNA 已确认'],
  ['ack-lapsed', { why: 'doubled', before: 5, value: 11 }, 'at least doubled since (5 → 11)', '（5 → 11）'],
  ['ack-lapsed', { why: 'rose' }, 'it is critical now', '升级为严重'],
  [
    'ack-reminder',
    { seconds: 3_600, value: 170 },
    'Acknowledged 1 h ago and not over yet: 170 now',
    '当前 170',
  ],
  ['repeated', {}, 'nobody has acknowledged it', '无人确认'],
  [
    'escalated',
    { mention: 'S0BACKEND', seconds: 300 },
    'S0BACKEND nobody has taken this for 5 min',
    '已有 5 分钟',
  ],
  [
    'escalated',
    { mention: 'S0ONCALL', seconds: 0 },
    'S0ONCALL #12 (critical) waits for somebody to take it.',
    'S0ONCALL #12（严重）等待认领。',
  ],
  [
    'escalated',
    { mention: null, seconds: 300, page: true },
    'Nobody has taken this for 5 min, so whoever is on call is paged: 150 jobs',
    '已有 5 分钟无人处理，正在呼叫值班人员',
  ],
  ['paged', { target: 'PagerDuty' }, 'Paged through PagerDuty.', '已呼叫（PagerDuty）。'],
  ['paged', { target: 'PagerDuty', event: 'resolve' }, 'PagerDuty was told: resolved.', '已恢复'],
  [
    'page-failed',
    { target: 'PagerDuty', why: 'timeout' },
    'through PagerDuty did not get through (timeout)',
    '未送达',
  ],
  [
    'silenced',
    { by: 'U0ANNA', until: at(50).toISOString() },
    'U0ANNA has silenced it until 03:50',
    '直到 03:50',
  ],
  ['silence-ended', { firing: true }, 'and it is still so: 150 jobs', '仍未恢复'],
  ['silence-ended', {}, 'The silence is over.', '静默已结束。'],
  [
    'burst',
    { new: 37, topClass: 'RefundOrderJob' },
    '+37 new failures, most: RefundOrderJob',
    '新增 37 个失败',
  ],
  ['new-fingerprint', { topClass: 'A', topException: 'B', topQueue: 'c' }, 'A, B in c', 'A，B，队列 c'],
  [
    'new-fingerprint',
    { topClass: 'A', topException: 'B', topMessage: 'disk full on …', topQueue: 'c' },
    'A, B: disk full on … in c',
    'A，B: disk full on …，队列 c',
  ],
  [
    'unwatched',
    { from: at(0).toISOString(), until: at(20).toISOString(), found: 'over' },
    'from 03:00 to 03:20: Queuekeeper was off or could not reach its store. When it looked again it was over',
    '03:00 至 03:20 期间无人监控',
  ],
  [
    'unwatched',
    { from: at(0).toISOString(), until: at(20).toISOString(), found: 'firing' },
    'it was still so; what it did meanwhile nobody saw. Now: 150 jobs',
    '恢复监控时仍未恢复',
  ],
  [
    'operation',
    { by: 'U0ANNA', verb: 'restart', request: 13, phase: 'began', value: 42 },
    'U0ANNA started restart #13 at 42.',
    '开始执行 restart #13',
  ],
  [
    'operation',
    { verb: 'retry-all', request: 13, phase: 'ended', outcome: 'succeeded', before: 42, value: 3 },
    'retry-all #13: succeeded (42 → 3)',
    'retry-all #13：成功（42 → 3）',
  ],
  [
    'held-back',
    { verb: 'restart', request: 13, seconds: 900 },
    'While restart #13 runs (for 24 h at most), and for 15 min after it, nothing',
    'restart #13 执行期间（至多 24 小时）及之后 15 分钟内',
  ],
  [
    'held-back',
    { verb: 'restart', seconds: 0 },
    'While restart runs (for 24 h at most), nothing',
    'restart 执行期间（至多 24 小时），这里',
  ],
  [
    'accepted',
    { by: 'U0ANNA', upTo: 17 },
    'U0ANNA has accepted the failures up to number 17',
    '编号 17 及之前',
  ],
  ['flapping', { changes: 4 }, '4 changes in an hour', '4 次变化'],
];

describe('a reply in an incident’s thread', () => {
  it.each(cases)('says %s %j', (kind, facts, en, zh) => {
    expect(say(kind, facts)).toContain(en);
    expect(say(kind, facts, 'zh-CN')).toContain(zh);
  });

  it('says something without any facts, whatever it is, and pings nobody by them', () => {
    for (const kind of new Set(cases.map(([kind]) => kind))) {
      expect(say(kind)).not.toMatch(/undefined|NaN|^$/);
      const facts = {
        verb: '<!here>',
        topClass: '<!here>',
        why: '<!here>',
        target: '<@U0BO>',
        by: '<!here>',
      };
      const reply = sayEntry({ entry: entryOf(kind, facts), toldByRoot: false }, incidentOf(), scene());
      expect(reply && JSON.stringify(renderMessage(reply))).not.toMatch(/<[!@]/);
    }
  });

  it('names who did it and mentions nobody, as only a step of the escalation does', () => {
    const facts = { by: 'U0ANNA', name: 'Anna <!here>', verb: 'restart', phase: 'began', upTo: 3 };
    for (const kind of ['acknowledged', 'silenced', 'accepted', 'operation'] as const) {
      const reply = sayEntry({ entry: entryOf(kind, facts), toldByRoot: false }, incidentOf(), scene());
      expect(wordsOf(reply)).toMatch(/^Anna/);
      expect(reply && JSON.stringify(renderMessage(reply))).not.toMatch(/<[@!]/);
    }
  });

  it('is visible in the channel where it must not wait until somebody opens the thread', () => {
    const visible = cases.filter(([kind, facts]) => isVisible(entryOf(kind, facts))).map(([kind]) => kind);
    expect([...new Set(visible)]).toEqual([
      ...['rose', 'repeated', 'escalated', 'page-failed', 'silence-ended', 'new-fingerprint'],
    ]);
    expect(isVisible(entryOf('silence-ended'))).toBe(false);
  });

  it('does not say what is wrong a second time right below the root, but on a lock screen it does', () => {
    const first = sayEntry(
      { entry: entryOf('escalated', { mention: 'S0ONCALL', seconds: 0 }), toldByRoot: true },
      incidentOf(),
      scene(),
    );
    expect(wordsOf(first)).not.toContain('150 jobs');
    expect(first && renderMessage(first).text).toContain('<!subteam^S0ONCALL> 150 jobs wait');
  });

  it('gives the reason of a silence and of an acceptance as it was written', () => {
    for (const kind of ['silenced', 'accepted'] as const)
      expect(say(kind, { by: 'U0ANNA', reason: 'a release' })).toContain('> a release');
  });

  it('says nothing that the root has told, but calls whom it has to call while it is open', () => {
    const told = (kind: EntryKind, change = {}, facts: IncidentFacts = { mention: 'S0ONCALL', seconds: 0 }) =>
      sayEntry({ entry: entryOf(kind, facts), toldByRoot: true }, incidentOf(change), scene());
    expect(told('resolved')).toBeUndefined();
    expect(told('rose')).toBeUndefined();
    expect(wordsOf(told('escalated'))).toContain('S0ONCALL');
    expect(told('escalated', { state: 'resolved' })).toBeUndefined();
    expect(told('escalated', { gatheredIn: 'G1' })).toBeUndefined();
    expect(told('escalated', {}, { mention: null, seconds: 0, page: true })).toBeUndefined();
  });
});
