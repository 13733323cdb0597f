import { describe, expect, it } from 'vitest';
import type { NewIncident } from '../../../src/alerts/ports.ts';
import type { SilenceEndNotice } from '../../../src/core/approval-ports.ts';
import { fingerprintOf, type IncidentId } from '../../../src/core/incident.ts';
import {
  createIncidentTeller,
  type IncidentTeller,
} from '../../../src/operations/incidents/tell-incidents.ts';
import { renderMessage } from '../../../src/slack/renderer/blocks.ts';
import { incidentText } from '../../../src/text/incidents.ts';
import { createFakeAlerts, type FakeAlerts } from '../../fakes/alerts.ts';
import { anna, at, fakeWorld, rules, wordsOf } from './scene.ts';

const idOf = (index: number): IncidentId =>
  `01JD00000000000000000${String(index).padStart(5, '0')}` as IncidentId; // a made-up ULID
const opened = (index: number, change: Partial<NewIncident> = {}): NewIncident => ({
  ...{ id: idOf(index), rule: 'no-workers', app: 'fap', queue: `database:q${index}`, severity: 'critical' },
  fingerprint: fingerprintOf('no-workers', 'fap', `database:q${index}`),
  ...{ breachedAt: at(0), value: 0, facts: { due: 3 }, hushed: false, entries: [], ...change },
});

async function stage(incidents: readonly NewIncident[]): Promise<readonly [FakeAlerts, IncidentTeller]> {
  const alerts = createFakeAlerts(() => at(10));
  const escalate = [
    { afterSeconds: 0, mention: 'S0ONCALL', page: false },
    { afterSeconds: 300, mention: 'S0BACKEND', page: false },
  ];
  const worlds = new Map([['fap', fakeWorld]]);
  await commit(alerts, { opened: incidents });
  return [alerts, createIncidentTeller({ desk: alerts, worlds, rules, escalate, locale: 'en' })];
}

async function commit(alerts: FakeAlerts, tick: Partial<Parameters<FakeAlerts['commit']>[1]>): Promise<void> {
  const lease = await alerts.takeLease('one');
  if (lease === undefined) throw new Error('nobody else evaluates here');
  const empty = { states: [], samples: new Map<string, number>(), opened: [], changed: [], costMs: 1 };
  await alerts.commit(lease, { at: at(10), ...empty, ...tick });
}

const place = { messageTs: undefined, attempted: false } as const;

describe('what is told of incidents', () => {
  it('draws the root as the store has it, with its version', async () => {
    const [alerts, teller] = await stage([opened(1)]);
    const subject = { about: 'incident', id: idOf(1) } as const;
    await alerts.acknowledge(idOf(1), anna);
    const drawn = await teller.draw({ subject, ...place });
    expect(drawn?.version).toBe((await alerts.find({ id: idOf(1) }))?.version);
    expect(wordsOf(drawn?.reply)).toContain('Acknowledged: by U0ANNA');
    expect(await teller.draw({ subject: { about: 'incident', id: idOf(9) }, ...place })).toBeUndefined();
  });

  it('is one message when Slack was away from beginning to end, and an ordinary end when it was not', async () => {
    const [alerts, teller] = await stage([opened(1)]);
    await commit(alerts, { changed: [{ id: idOf(1), state: 'resolved', entries: [] }] });
    const subject = { about: 'incident', id: idOf(1) } as const;
    const head = async (of: { readonly messageTs: string | undefined; readonly attempted: boolean }) =>
      wordsOf((await teller.draw({ subject, ...of }))?.reply).split('\n')[0];
    expect(await head(place)).toContain('Fired and resolved while Slack could not be reached');
    expect(await head({ messageTs: undefined, attempted: true })).toContain('Resolved after');
    expect(await head({ messageTs: '1.1', attempted: false })).toContain('Resolved after');
  });

  it('lists those that began at once in one message within the limits, and calls once for all', async () => {
    const [alerts, teller] = await stage(Array.from({ length: 50 }, (_, index) => opened(index)));
    const [card] = await alerts.cards.behind(10);
    if (card?.subject.about !== 'gathering') throw new Error('fifty are gathered');
    const first = await teller.draw(card);
    const message = JSON.stringify(first && renderMessage(first.reply).blocks);
    for (let index = 0; index < 50; index += 1) expect(message).toContain(`database:q${index}`);
    expect(message.length).toBeLessThan(12_000);
    expect(message.match(/S0ONCALL/g)).toHaveLength(1);
    const over = Array.from({ length: 50 }, (_, index) => ({
      ...({ id: idOf(index), state: 'resolved', entries: [] } as const),
    }));
    await commit(alerts, { changed: over });
    expect(wordsOf((await teller.draw(card))?.reply)).toContain('50 incidents at once: all are resolved');
  });

  it.each([
    [50, 50, 0, '50 incidents at once', '同时发生 50 个告警'],
    [50, 50, 50, '50 incidents at once, all critical', '同时发生 50 个告警，均为严重'],
    [50, 50, 7, '50 incidents at once, 7 of them critical', '同时发生 50 个告警，其中 7 个严重'],
    [9, 50, 0, '50 incidents at once: 9 still open', '同时发生的 50 个告警：9 个未恢复'],
    [
      ...([9, 50, 2] as const),
      '50 incidents at once: 9 still open, 2 of them critical',
      '同时发生的 50 个告警：9 个未恢复，其中 2 个严重',
    ],
    [
      ...([1, 50, 1] as const),
      '50 incidents at once: 1 still open, a critical one',
      '同时发生的 50 个告警：1 个未恢复，为严重',
    ],
    [0, 50, 0, '50 incidents at once: all are resolved', '同时发生的 50 个告警：均已恢复'],
  ])('heads %i open of %i, %i of them critical, without a number twice', (open, all, critical, en, zh) => {
    expect(incidentText.en.gathered(open, all, critical)).toBe(en);
    expect(incidentText['zh-CN'].gathered(open, all, critical)).toBe(zh);
  });

  it('says of a silence that is over what it was of', async () => {
    const [, teller] = await stage([]);
    const say = (silence: SilenceEndNotice['silence']) =>
      teller.say({
        ...{ id: 's', lane: 'alerts', kind: 'silence-end', channel: 'C0ALERTS', threadTs: undefined },
        ...{ underCard: false, attempted: false, silence },
      });
    const whole = { app: 'fap', rule: 'slo', queue: 'database:reports', request: 15 };
    expect(wordsOf(await say(whole))).toBe(
      'The silence (#15) of slo of database:reports is over; no incident is open there.\nfap',
    );
    expect(wordsOf(await say({ app: 'fap', rule: 'slo', queue: undefined }))).toContain(
      'silence of slo is over',
    );
  });

  it('says a digest by what each was about, and nothing of an empty one', async () => {
    const [, teller] = await stage([opened(1), opened(2)]);
    const say = (firing: readonly IncidentId[], passed: readonly IncidentId[]) =>
      teller.say({
        ...{ id: 'd', lane: 'alerts', kind: 'digest', channel: 'C0ALERTS', threadTs: undefined },
        ...{ underCard: false, attempted: false, digest: { endedAt: at(30), firing, passed } },
      });
    const said = wordsOf(await say([idOf(1)], [idOf(2), idOf(8)]));
    expect(said).toContain('Still firing\n#1 no worker of database:q1 is alive');
    expect(said).toMatch(
      /Came and went meanwhile\n#2 no-workers of database:q2: 0 alive at worst; from .*, for 0 s\n… and 1 more/,
    );
    expect(await say([], [])).toBeUndefined();
  });
});
