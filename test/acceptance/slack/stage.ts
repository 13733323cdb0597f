/** A simulated Slack and our Slack room on it, with the pipeline, the store and the cards played by the test. */
import { createSlack, type SimulatedSlack } from '../../../demo/slack/server.ts';
import { freePort } from '../../../demo/world/server.ts';
import type { Outbox } from '../../../src/core/approval-ports.ts';
import type { CardPlace, CardStore } from '../../../src/core/card-store.ts';
import { systemClock } from '../../../src/core/clock.ts';
import type { FieldErrors, Submission } from '../../../src/core/form.ts';
import type { RequestId } from '../../../src/core/ids.ts';
import type { Invocation } from '../../../src/core/invocation.ts';
import type { Log } from '../../../src/core/log.ts';
import type { Reply } from '../../../src/core/reply.ts';
import { Secret } from '../../../src/core/secret.ts';
import { connectSlack, type Slack } from '../../../src/slack/slack.ts';

export interface Stage {
  readonly slack: SimulatedSlack;
  readonly bot: Slack;
  readonly cards: FakeCards;
  /** Every invocation that was handed on. */
  readonly taken: readonly Invocation[];
  readonly logs: readonly { readonly level: string; readonly message: string; readonly fields: object }[];
  /** What the pipeline would do. */
  handle: (invocation: Invocation) => Promise<void>;
  /** What is found wrong with a form that is sent. */
  checkForm: (submission: Submission) => FieldErrors;
  /** Calls of a method that came to Slack. */
  calls(method: string): number;
  close(): Promise<void>;
}

const nothingToSay: Outbox = {
  waiting: async () => [],
  attempt: async () => undefined,
  said: async () => undefined,
  giveUp: async () => undefined,
};

export async function openStage(wire: 'http' | 'socket'): Promise<Stage> {
  const slack = await createSlack();
  const { tokens } = slack.workspace;
  const cards = createFakeCards();
  const taken: Invocation[] = [];
  const logs: { level: string; message: string; fields: object }[] = [];
  const log = createLog(logs);
  const port = await freePort();
  if (wire === 'http') slack.deliverOverHttp(`http://127.0.0.1:${port}/slack/events`);
  const bot = await connectSlack({
    wire:
      wire === 'http'
        ? { kind: 'http', signingSecret: new Secret(tokens.signingSecret), port }
        : { kind: 'socket', appToken: new Secret(tokens.app) },
    ...{ botToken: new Secret(tokens.bot), apiUrl: slack.apiUrl, auditChannel: 'C0AUDIT', cardStore: cards },
    ...{ outbox: nothingToSay, say: async () => undefined },
    ...{
      draw: cards.draw,
      drawChart: async () => aPng,
      locale: 'en',
      instance: 'one',
      clock: systemClock,
      log,
    },
  });
  const stage: Stage = {
    ...{ slack, bot, cards, taken, logs },
    handle: async () => undefined,
    checkForm: () => new Map(),
    calls: (method) => slack.wireLog.filter(({ what }) => what === method).length,
    async close() {
      slack.faults.clear();
      await bot.stop(0);
      await slack.close();
    },
  };
  await bot.listen(
    (invocation) => {
      taken.push(invocation);
      return stage.handle(invocation);
    },
    (submission) => stage.checkForm(submission),
  );
  return stage;
}

function createLog(lines: { level: string; message: string; fields: object }[]): Log {
  const at = (level: string) => (fields: object, message: string) =>
    void lines.push({ level, message, fields });
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}

export interface FakeCards extends CardStore {
  /** A new request, or a new version of one. */
  change(id: string, place?: { readonly channel?: string; readonly threadTs?: string }): void;
  readonly draw: (
    card: Pick<CardPlace, 'subject'>,
  ) => Promise<{ readonly reply: Reply; readonly version: number } | undefined>;
  /** Instead of the ordinary card. */
  drawn: (requestId: string, version: number) => Reply | undefined;
  place(id: string): CardPlace | undefined;
  readonly givenUp: readonly string[];
  readonly leases: Map<string, string>;
  looks: number;
}

const drawPlainly = (id: string, version: number): Reply => ({
  ...{ heading: `${id} version ${version}`, mood: 'working', parts: [] },
});

/** The store's part, in memory, as `src/store/card-store.ts` does it. */
function createFakeCards(): FakeCards {
  const places = new Map<string, CardPlace>();
  const givenUp: string[] = [];
  const update = (card: CardPlace, change: Partial<CardPlace>): void => {
    const now = places.get(card.subject.id);
    if (now !== undefined) places.set(card.subject.id, { ...now, ...change });
  };
  const fake: FakeCards = {
    ...{ givenUp, leases: new Map<string, string>(), looks: 0, drawn: drawPlainly },
    change(id, { channel = 'C0OPS', threadTs } = {}) {
      const now = places.get(id);
      places.set(id, {
        subject: { about: 'request', id: id as RequestId }, // the test's own ids
        ...{ channel, threadTs, messageTs: undefined },
        ...{ shownVersion: 0, attempted: false, ...now, version: (now?.version ?? 0) + 1 },
      });
    },
    async draw({ subject: { id } }) {
      const version = places.get(id)?.version ?? 0;
      const reply = fake.drawn(id, version);
      return reply && { reply, version };
    },
    place: (id) => places.get(id),
    async behind(limit) {
      fake.looks += 1;
      return [...places.values()].filter((card) => card.shownVersion < card.version).slice(0, limit);
    },
    async attempt(card) {
      update(card, { attempted: true });
      return true;
    },
    async shown(card, messageTs, version) {
      if (version >= (places.get(card.subject.id)?.shownVersion ?? 0))
        update(card, { messageTs, shownVersion: version, attempted: false });
    },
    pictureRefused: async () => false,
    async giveUp(card) {
      givenUp.push(card.subject.id);
      update(card, { shownVersion: card.version });
    },
    async leaseChannel(channel, holder) {
      const held = fake.leases.get(channel) ?? holder;
      if (held === holder) fake.leases.set(channel, holder);
      return held === holder;
    },
  };
  return fake;
}

/** Enough to be known as one. */
const aPng = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1');

export const plainReply = (heading: string): Reply => ({ heading, mood: 'neutral', parts: [] });
