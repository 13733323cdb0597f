import { ulid } from 'ulid';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createSlack, type SimulatedSlack } from '../../../demo/slack/server.ts';
import type { IncidentChange, NewIncident } from '../../../src/alerts/ports.ts';
import { systemClock } from '../../../src/core/clock.ts';
import { fingerprintOf, type IncidentId } from '../../../src/core/incident.ts';
import type { Surface } from '../../../src/core/invocation.ts';
import { Secret } from '../../../src/core/secret.ts';
import { createIncidentTeller } from '../../../src/operations/incidents/tell-incidents.ts';
import { createSlackApi } from '../../../src/slack/api.ts';
import { createCards } from '../../../src/slack/cards.ts';
import { createOutbox } from '../../../src/slack/outbox.ts';
import { createRightOfWay } from '../../../src/slack/right-of-way.ts';
import { createSurface } from '../../../src/slack/surface.ts';
import { createFakeAlerts, type FakeAlerts } from '../../fakes/alerts.ts';
import { fakeWorld, rules } from '../../operations/incidents/scene.ts';
import { noPictures, silent } from '../../slack/silent.ts';

describe('incidents in a real Slack', () => {
  let slack: SimulatedSlack;
  let alerts: FakeAlerts;
  let kick: () => void;
  let surface: Surface;
  const ending = { signal: new AbortController(), ran: [] as Promise<void>[] };
  beforeEach(async () => {
    slack = await createSlack();
    alerts = createFakeAlerts();
    const escalate = [{ afterSeconds: 0, mention: 'S0ONCALL', page: false }];
    const teller = createIncidentTeller({
      ...{ desk: alerts, worlds: new Map([['fap', fakeWorld]]), rules, escalate, locale: 'en' },
    });
    const rightOfWay = createRightOfWay();
    const parts = {
      ...{ clock: systemClock, log: silent, locale: 'en' as const, botId: 'B0QK', holder: 'one', rightOfWay },
      api: createSlackApi(new Secret(slack.workspace.tokens.bot), slack.apiUrl, silent),
    };
    const cards = createCards({ ...parts, store: alerts.cards, draw: teller.draw });
    const outbox = createOutbox({
      ...{ ...parts, outbox: alerts.outbox, leases: alerts.cards, localeOf: async () => 'en' },
      say: async (notice) =>
        notice.kind === 'entry' || notice.kind === 'digest' ? teller.say(notice) : undefined,
    });
    const asked = { userId: 'U0ANNA', channel: 'C0ALERTS', threadTs: undefined, responseUrl: undefined };
    surface = createSurface({ ...parts, ...asked, replaces: false, pictures: noPictures });
    kick = () => {
      cards.changed('');
      outbox.kick();
    };
    ending.signal = new AbortController();
    ending.ran = [cards.run(ending.signal.signal), outbox.run(ending.signal.signal)];
  });
  afterEach(async () => {
    slack.faults.clear();
    ending.signal.abort();
    await Promise.all(ending.ran);
    await slack.close();
  });

  const commit = async (opened: readonly NewIncident[], changed: readonly IncidentChange[] = []) => {
    const lease = await alerts.takeLease('one');
    if (lease === undefined) throw new Error('nobody else evaluates here');
    const at = new Date();
    await alerts.commit(lease, { at, states: [], samples: new Map(), opened, changed, costMs: 1 });
    kick();
  };
  const incident = (queue: string): NewIncident => ({
    ...{ id: ulid() as IncidentId, fingerprint: fingerprintOf('no-workers', 'fap', queue) }, // its id by definition
    ...{ rule: 'no-workers', app: 'fap', queue, severity: 'critical', breachedAt: new Date(), value: 0 },
    ...{ facts: { watch: 'workers', alive: 0, due: 3 }, hushed: false },
    entries: [{ kind: 'escalated', at: new Date(), facts: { mention: 'S0ONCALL', step: 0, seconds: 0 } }],
  });
  const said = (): readonly string[] =>
    slack.timeline.messages.filter(({ botId }) => botId === 'B0QK').map(({ text }) => text);
  const until = (look: () => void): Promise<void> => vi.waitFor(look, { timeout: 60_000, interval: 30 });

  it('has one root and its story in order, although an answer is lost and Slack limits', async () => {
    slack.faults.set('chat.postMessage', { kind: 'lose-answer' }, 1);
    const one = incident('database:reports');
    await commit([one]);
    await until(() => expect(said().join('\n')).toContain('<!subteam^S0ONCALL>'));
    slack.faults.set('chat.postMessage', { kind: 'rate-limit', retryAfterSeconds: 1 }, 1);
    const at = new Date();
    await commit([], [{ id: one.id, state: 'resolved', entries: [{ kind: 'resolved', at, facts: {} }] }]);
    await until(() => expect(said()).toHaveLength(3));
    const [root, called, over] = slack.timeline.messages.filter(({ botId }) => botId === 'B0QK');
    await until(() => expect(root?.text).toContain('Resolved after'));
    expect(called).toMatchObject({ threadTs: root?.ts });
    expect(over).toMatchObject({ threadTs: root?.ts, text: expect.stringContaining('Resolved after') });
  });

  it('tells fifty that begin at once within ten posts, in one root with a reply for each', async () => {
    slack.limitPosts(true);
    await commit(Array.from({ length: 50 }, (_, index) => incident(`database:q${index}`)));
    const queues = Array.from({ length: 50 }, (_, index) => `database:q${index}`);
    // Slack takes one post a second: seconds are counted in posts here.
    const posts = await slack.until('a root that tells all fifty', () => {
      const all = slack.timeline.messages.filter(({ botId }) => botId === 'B0QK');
      const text = JSON.stringify(all[0]?.blocks ?? []);
      return queues.every((queue) => text.includes(queue)) && all.length;
    });
    expect(posts).toBeLessThan(10);
    await until(() => expect(said().length).toBeGreaterThan(1));
    const [root, first] = slack.timeline.messages.filter(({ botId }) => botId === 'B0QK');
    expect(root?.text).toContain('50 incidents at once');
    expect(JSON.stringify(root?.blocks).match(/S0ONCALL/g)).toHaveLength(1);
    expect(first).toMatchObject({ threadTs: root?.ts });
    // What a person asks for in between is posted all the same, and not after all of them.
    expect(await surface.open?.({ heading: 'asked', mood: 'neutral', parts: [] }, 'en')).toBeDefined();
    expect(said().length).toBeLessThan(20);
  });
});
