import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { buttonsOf, type SeenButton } from '../../../demo/slack/person.ts';
import { renderPlain } from '../../../demo/slack/plain.ts';
import type { Message } from '../../../demo/slack/timeline.ts';
import { situation, situations } from '../../../demo/world/situations/list.ts';
import { end, play } from '../../../demo/world/situations/play.ts';
import type { Mark, Situation } from '../../../demo/world/situations/situation.ts';
import { type Stage, setStage } from './stage.ts';

/** Those of one line are about different queues and don't touch each other, so they are made side by side. */
const acts: readonly (readonly string[])[] = [
  ['well', 'crash-loop', 'exited', 'given-up', 'budget', 'only-delayed'],
  ['too-slow', 'worker-killed', 'paused', 'wrong-queue', 'overdue'],
  ['content-pack', 'mixed-failures', 'provider', 'probe-fails', 'wrong-connection'],
  ['reports-running', 'approvals-executing', 'quiet-events', 'ai-provider'],
  ['redis-down'],
  ['too-few-workers'],
  ['old-code', 'workers-stopped'],
  ['maintenance'],
  ['host-cut', 'host-cut-waiting'],
  ['database-hangs'],
];

/** The sentence of each cause, as a person reads it. */
const said: Readonly<Record<string, RegExp>> = {
  'all-fine': /all is well/,
  dying: /no worker of fap-queue-\S+ stays alive/,
  exited: /ended and were not started again/,
  'one-exception': /fails with one exception/,
  'only-delayed': /nothing is due: 4 jobs are delayed/,
  'taken-twice': /2 jobs may be run twice/,
  // Its worker's successor holds another one, which is past so short a retry_after too where the look comes late.
  killed: /1 job lost the worker that ran it|2 jobs lost the worker that ran them/,
  'paused-and-due': /the queue is paused/,
  'queue-not-served': /do not take jobs of this queue/,
  'other-connection': /look at another connection/,
  stopped: /were stopped by hand/,
  'many-exceptions': /3 failures of 3 different exceptions: no single cause/,
  'orphaned-rows': /1 row of \S+ says (running|EXECUTING) and nobody works on it/,
  'rows-one-error': /5 of 5 rows of payment_events say PROVIDER_TIMEOUT/,
  'too-few-workers': /more work comes in than the workers can do/,
  'store-away': /what holds its jobs can not be reached/,
  maintenance: /in maintenance mode/,
  'nothing-stands-out': /nothing stands out in what could be looked at/,
  'waits-unseen-workers': /nobody takes the work, and the workers could not be seen/,
  'old-code': /still run the code from before the last release/,
};

let stage: Stage;
beforeAll(async () => {
  // The bot's looks are kept for some seconds; its clock can be moved beyond them.
  stage = await setStage({
    workers: 'all',
    tries: 1,
    clock: true,
    redisPersists: true,
    retryAfterSeconds: 3,
  });
});
afterAll(() => stage?.stop());

describe.each(acts.map((act) => act.map(situation)))('side by side', (...played: readonly Situation[]) => {
  it(`concludes what a senior engineer would: ${played.map(({ id }) => id).join(', ')}`, async () => {
    await Promise.all(played.map((one) => play(stage.world, one)));
    await forgetLooks();
    const found = await Promise.all(
      played.map(async (one) => {
        const answer = await diagnose(one);
        return faults(one, renderPlain(answer), buttonsOf(answer));
      }),
    );
    expect(found.flat().join('\n\n')).toBe('');
  });

  afterEach(async () => {
    await Promise.all(played.map((one) => end(stage.world, one)));
    await expect.poll(downWorkers).toEqual([]);
    await forgetLooks();
    // What was out of reach is left alone for some seconds.
    await expect.poll(() => stage.read('status'), { interval: 300 }).not.toMatch(unreachable);
  });
});

it('plays every situation', () => {
  expect(acts.flat().toSorted()).toEqual(situations.map(({ id }) => id).toSorted());
});

const unreachable = /did not answer|can not be reached|could not be read/;

const downWorkers = async (): Promise<readonly string[]> =>
  ((await stage.world.supervisor?.states()) ?? []).flatMap(({ name, state }) =>
    state === 'RUNNING' ? [] : [name],
  );

const keptMs = 6_000;

async function forgetLooks(): Promise<void> {
  const { store, bot } = stage.world.clock;
  await Promise.all([store.advance(keptMs), bot.advance(keptMs)]);
}

/** Whether something of what it is about can't be seen, however often one looks. */
const isInTheDark = ({ concludes: { cause, marks = {} } }: Situation): boolean =>
  ['store-away', 'nothing-stands-out', 'waits-unseen-workers'].includes(cause) ||
  Object.values(marks).includes('unseen');

/**
 * What a person is told who looks again where that is the advice: where workers only just start, and where a part did not
 * answer in time, as happens on a busy machine.
 */
async function diagnose(one: Situation, looks = 6): Promise<Message> {
  const { queue } = one;
  const known = new Set(stage.slack.timeline.messages);
  await stage.slack.as('U0ANNA').command('C0OPS', `diagnose ${queue}`);
  const answer = await stage.slack.waitFor(`a verdict about ${queue}`, (message) => {
    const text = renderPlain(message);
    return !known.has(message) && text.includes(`*${queue}: `) && text.includes('Looked at');
  });
  const text = renderPlain(answer);
  const isEarly = text.includes('only just starting') || (text.includes(signs.unseen) && !isInTheDark(one));
  if (!isEarly || looks === 1) return answer;
  await forgetLooks();
  return diagnose(one, looks - 1);
}

const signs: Readonly<Record<Mark, string>> = { fine: '✅', suspicious: '🟡', broken: '🔴', unseen: '❔' };

/** What of an answer is not as it should be; empty: nothing. */
function faults(
  { id, concludes }: Situation,
  text: string,
  buttons: readonly SeenButton[],
): readonly string[] {
  const { cause, next, marks = {} } = concludes;
  const isWrong: readonly (readonly [string, boolean])[] = [
    [`is not ${cause}`, !(said[cause] ?? /no such cause/).test(text.split('\n')[0] ?? '')],
    [`does not say ${next}`, next !== undefined && !buttons.some(({ value }) => value === next)],
    ...Object.entries(marks).map(
      ([step, mark]) =>
        [`step ${step} is not ${mark}`, !new RegExp(`${signs[mark]} \\*?${step}\\. `).test(text)] as const,
    ),
  ];
  return isWrong.filter(([, wrong]) => wrong).map(([what]) => `${id} ${what}:\n${text}`);
}
