import type { RowDataPacket } from 'mysql2/promise';
import { renderPlain } from '../../demo/slack/plain.ts';
import type { WireEntry } from '../../demo/slack/server.ts';
import type { Message } from '../../demo/slack/timeline.ts';
import { type Bench, type Line, median, milliseconds, pause } from './bench.ts';
import { onScene, type Scene } from './scene.ts';

const rounds = 8;
const atOnce = 50;
/** Incidents and approvals share it, which is the worst that a configuration can ask for. */
const channel = 'C0ALERTS';
const lookMs = 20;
const longestMs = 120_000;
const nameOf = (index: number): string => `q${String(index).padStart(2, '0')}`;
const queues = Object.fromEntries(
  Array.from({ length: rounds + atOnce }, (_, index) => [nameOf(index), { connection: 'database' }]),
);

/** From the tick to Slack's answer, and fifty at once, by the whole bot; Slack takes one post a second in a channel. */
export const incidentsBench: Bench = {
  name: 'incidents',
  about: `from the tick that fires to Slack's answer; ${atOnce} incidents at once, one post a second`,
  run: (say) =>
    onScene(
      {
        workers: [],
        config: {
          slack: { channels: { approvals: channel } },
          // All rules as shipped; ticks and the time that this one holds are shorter, so that rounds are.
          alerts: { every: '1s', quiet: undefined, rules: { 'no-workers': { for: '1s' } } },
          apps: { fap: { queues } },
        },
      },
      async (scene) => {
        scene.slack.limitPosts(true);
        await fail(scene);
        await scene.bot();
        await untilSaid(scene);
        return [...(await oneByOne(scene, say)), ...(await allAtOnce(scene, say))];
      },
    ),
};

/** Failed jobs for `retry all`: made by a real worker. The rule that tells them is told before anything is measured. */
async function fail({ world }: Scene): Promise<void> {
  await world.app.behave({ GenerateReportSnapshotJob: { do: 'throw', exception: 'content' } });
  await world.app.dispatch('GenerateReportSnapshotJob', 3);
  await world.app.work('database', 'reports');
}

async function oneByOne(scene: Scene, say: (text: string) => void): Promise<readonly Line[]> {
  const took: number[] = [];
  for (let index = 0; index < rounds; index += 1) {
    await makeDue(scene, index, 1);
    const root = await until(`the root of ${nameOf(index)}`, () =>
      posts(scene).find(({ request }) => JSON.stringify(request).includes(`database:${nameOf(index)}`)),
    );
    took.push(root.at - (await firedAt(scene, index)));
    await untilSaid(scene);
  }
  say(`from the tick to Slack's answer: ${took.map(milliseconds).join(', ')}`);
  const slowest = Math.max(...took);
  return [
    line(`from the tick that fires to Slack's answer, slowest of ${rounds}`, slowest, 2_000),
    line('the same, median', median(took)),
  ];
}

async function allAtOnce(scene: Scene, say: (text: string) => void): Promise<readonly Line[]> {
  const quiet = await askedMeanwhile(scene, say);
  await untilSaid(scene);
  await makeDue(scene, rounds, atOnce);
  const root = await until('a root that tells all', () =>
    posts(scene).find(({ request }) => {
      const text = JSON.stringify(request);
      return Object.keys(queues).every((name, index) => index < rounds || text.includes(`database:${name}`));
    }),
  );
  const fired = await firedAt(scene, rounds);
  const busy = await askedMeanwhile(scene, say);
  const stillWaiting = await waiting(scene);
  say(`${stillWaiting} posts of the incidents waited still when all that was asked was answered`);
  return [
    line(`${atOnce} incidents at once, all told in one root`, root.at - fired, 10_000),
    ...(Object.keys(busy) as (keyof Asked)[]).map(
      (name): Line => ({
        ...line(`meanwhile, ${names[name]}`, busy[name], 3_000),
        ...{ rival: `nothing else waits ${milliseconds(quiet[name])}` },
      }),
    ),
  ];
}

interface Asked {
  readonly status: number;
  readonly approval: number;
  readonly diagnose: number;
}

const names: Readonly<Record<keyof Asked, string>> = {
  status: 'an answer of `status` in that channel',
  approval: "an approval's card in that channel",
  diagnose: 'the message of `diagnose` in that channel',
};

/** What people want while the channel is busy; milliseconds until each of them is there. */
async function askedMeanwhile(scene: Scene, say: (text: string) => void): Promise<Asked> {
  const asked = {
    diagnose: await seen(
      scene,
      'diagnose reports',
      (one) => one.ephemeralFor === undefined && renderPlain(one).includes('ooked at'),
    ),
    status: await seen(scene, 'status', (one) => one.ephemeralFor === 'U0ANNA'),
    approval: await cardMs(scene),
  };
  say(JSON.stringify(asked));
  return asked;
}

async function seen({ slack }: Scene, words: string, isIt: (message: Message) => boolean): Promise<number> {
  const known = new Set(slack.timeline.messages);
  const began = performance.now();
  await slack.as('U0ANNA').command(channel, words);
  await until(`what came of ${words}`, () =>
    slack.timeline.messages.find(
      (one) => !known.has(one) && one.botId !== undefined && one.threadTs === undefined && isIt(one),
    ),
  );
  return performance.now() - began;
}

/** From the form that is sent to the card. Withdrawn again, so that the next one may ask for the same jobs. */
async function cardMs({ slack }: Scene): Promise<number> {
  const anna = slack.as('U0ANNA');
  await anna.command('C0OPS', 'retry all queue=reports');
  const form = await until('a form', () =>
    anna.openViews().find(({ definition }) => definition['submit'] !== undefined),
  );
  const known = new Set(slack.timeline.messages);
  const began = performance.now();
  await anna.submit(form, { reason: 'the cause is gone', cause: 'Yes', twice: 'Yes' });
  const card = await until('a card', () =>
    slack.timeline.messages.find(
      (one) => !known.has(one) && renderPlain(one).includes("needs another person's approval"),
    ),
  );
  const ms = performance.now() - began;
  await anna.click(card, 'Cancel');
  for (const view of anna.openViews()) await anna.closeView(view);
  return ms;
}

const posts = ({ slack }: Scene): readonly WireEntry[] =>
  slack.wireLog.filter(
    ({ what, error, request }) =>
      what === 'chat.postMessage' &&
      error === undefined &&
      (request as { readonly channel?: string }).channel === channel, // as the simulated Slack logs it
  );

/** Jobs that have been due for an hour, and nobody to take them. */
async function makeDue({ world }: Scene, from: number, count: number): Promise<void> {
  await world.sql.query(
    `INSERT INTO fap.jobs (queue, payload, attempts, available_at, created_at)
     SELECT CONCAT('q', LPAD(seq, 2, '0')), '{}', 0, UNIX_TIMESTAMP() - 3600, UNIX_TIMESTAMP() - 3600
     FROM fap.seq_${from}_to_${from + count - 1}`,
  );
}

/** When the tick that fired began: milliseconds since 1970, by the store's clock, which is this machine's. */
async function firedAt(scene: Scene, index: number): Promise<number> {
  const row = await scene.world.sql.query<RowDataPacket[]>(
    `SELECT TIMESTAMPDIFF(MICROSECOND, '1970-01-01', fired_at) / 1000 AS ms FROM queuekeeper.incidents
     WHERE rule = 'no-workers' AND queue = ?`,
    [`database:${nameOf(index)}`],
  );
  return Number(row[0][0]?.['ms']);
}

/** Posts and edits that Slack has not taken yet. */
async function waiting({ world }: Scene): Promise<number> {
  const [[row]] = await world.sql.query<RowDataPacket[]>(
    `SELECT (SELECT COUNT(*) FROM queuekeeper.cards WHERE behind = 1)
       + (SELECT COUNT(*) FROM queuekeeper.outbox WHERE state = 'waiting') AS n`,
  );
  return Number(row?.['n']);
}

/** Nothing waits, and the channel takes a post again. */
async function untilSaid(scene: Scene): Promise<void> {
  await pause(2_500);
  const began = performance.now();
  while ((await waiting(scene)) > 0) {
    if (performance.now() - began > longestMs) throw new Error('not all was said');
    await pause(100);
  }
  await pause(1_200);
}

async function until<T>(what: string, look: () => T | undefined): Promise<T> {
  const began = performance.now();
  for (;;) {
    const found = look();
    if (found !== undefined) return found;
    if (performance.now() - began > longestMs) throw new Error(`${what} did not come`);
    await pause(lookMs);
  }
}

const line = (what: string, ms: number, limitMs?: number): Line => ({
  ...{ what, ours: milliseconds(ms), rival: '', ratio: '' },
  ...(limitMs === undefined
    ? { asked: '', holds: undefined }
    : { asked: `< ${milliseconds(limitMs)}`, holds: ms < limitMs }),
});
