import type { World } from '../../demo/world/world.ts';
import { type Bench, type Line, milliseconds, pause, percentile, times } from './bench.ts';
import { type BurstResult, type LoadDriver, startLoadDriver } from './load-driver.ts';
import { startRival } from './rival.ts';
import { onScene } from './scene.ts';

const atOnce = 200;
const bursts = 6;
const answersWithinMs = 10_000;
const keptMs = 6_000;

/** What each command has to name when everything it asks has stopped answering. */
const dead: Readonly<Record<string, readonly string[]>> = {
  status: ['the database of fap', 'Redis of fap', 'host api-1'],
  'status reports': ['the database of fap', 'host api-1'],
  failed: ['the database of fap'],
  running: ['the database of fap', 'Redis of fap'],
  workers: ['host api-1'],
};

/** Acknowledgements while databases, Redis and the host hang, beside a Bolt app that does nothing else. */
export const acks: Bench = {
  name: 'acks',
  about: `${atOnce} commands at once while databases, Redis and SSH hang`,
  run: (say) =>
    onScene({ workers: ['fap-queue-ops'] }, async (scene) => {
      const { world, slack } = scene;
      const driver = await startLoadDriver();
      const rival = await startRival(slack, 'only-acks');
      try {
        const bot = await scene.bot();
        const ask = (appUrl: string, waitMs: number): Promise<BurstResult> =>
          burst(driver, appUrl, slack.workspace.tokens.signingSecret, waitMs);
        const ours = bot.appUrl ?? '';
        // Both are warm, and their connections open, before anything is measured.
        for (let n = 0; n < 5; n += 1) {
          await ask(ours, answersWithinMs);
          await ask(rival.appUrl, 0);
        }
        hang(world, true);
        // What was read a moment ago is still the truth, and is shown without asking anybody.
        await pause(keptMs);
        const found = { ours: [] as BurstResult[], rival: [] as BurstResult[] };
        for (let n = 0; n < bursts; n += 1) {
          found.rival.push(await ask(rival.appUrl, 0));
          found.ours.push(await ask(ours, answersWithinMs));
          say(`burst ${n + 1}: ${describe(found.ours.at(-1))}; only acks: ${describe(found.rival.at(-1))}`);
          await pause(1_000);
        }
        hang(world, false);
        return linesOf(found.ours, found.rival, say);
      } finally {
        driver.stop();
        await rival.stop();
      }
    }),
};

function hang(world: World, on: boolean): void {
  for (const proxy of Object.values(world.proxies)) proxy.set(on ? 'hang' : 'pass');
}

function burst(
  driver: LoadDriver,
  appUrl: string,
  signingSecret: string,
  waitMs: number,
): Promise<BurstResult> {
  const kinds = Object.keys(dead);
  const texts = Array.from({ length: atOnce }, (_, index) => kinds[index % kinds.length] ?? 'status');
  return driver.burst({ appUrl, signingSecret, texts, answersWithinMs: waitMs });
}

const acksOf = (results: readonly BurstResult[]): readonly number[] => results.flatMap(({ ackMs }) => ackMs);

function describe(result: BurstResult | undefined): string {
  const all = result?.ackMs ?? [];
  const { answers } = result ?? { answers: [] };
  const last = Math.max(0, ...answers.map(({ afterMs }) => afterMs));
  const answered = answers.length === 0 ? '' : `, ${answers.length} answers by ${milliseconds(last)}`;
  return `p50 ${milliseconds(percentile(all, 0.5))}, p99 ${milliseconds(percentile(all, 0.99))}${answered}`;
}

function linesOf(
  ours: readonly BurstResult[],
  rival: readonly BurstResult[],
  say: (text: string) => void,
): readonly Line[] {
  const at = (results: readonly BurstResult[], share: number): number => percentile(acksOf(results), share);
  const line = (share: number, name: string, asked: boolean): Line => {
    const ratio = at(ours, share) / at(rival, share);
    return {
      what: `ack, ${atOnce} at once, everything hangs, ${name} of ${bursts * atOnce}`,
      ours: milliseconds(at(ours, share)),
      rival: `only acks ${milliseconds(at(rival, share))}`,
      ratio: times(ratio),
      ...(asked ? { asked: '≤ 1.5 ×', holds: ratio <= 1.5 } : { asked: '', holds: undefined }),
    };
  };
  const answers = ours.flatMap((result) => result.answers);
  const silent = answers.filter(({ text, body }) => dead[text]?.some((part) => !body.includes(part)));
  for (const { text, body } of silent.slice(0, 3)) say(`names not all that is dead: ${text}: ${body}`);
  const named = answers.length - silent.length;
  return [
    line(0.5, 'p50', false),
    line(0.99, 'p99', true),
    {
      what: 'each of them answered within 10 s, naming what is dead',
      ours: `${named} of ${bursts * atOnce}, last after ${milliseconds(Math.max(...answers.map(({ afterMs }) => afterMs)))}`,
      ...{ rival: '', ratio: '', asked: 'all', holds: named === bursts * atOnce },
    },
  ];
}
