import type { RunningBot } from '../../demo/bot.ts';
import { type Bench, type Line, median, megabytes, milliseconds, pause, times } from './bench.ts';
import { residentMb } from './memory.ts';
import { startRival } from './rival.ts';
import { onScene, type Scene } from './scene.ts';

const idleMs = 30_000;
const starts = 5;

/** Three more than the reference application has. */
const threeMore = Object.fromEntries(
  ['mails', 'webhooks', 'exports'].map((name) => [name, { connection: 'database' }]),
);

/** Memory of a bot that nobody asks anything, and how long it takes to be ready. */
export const idle: Bench = {
  name: 'idle',
  about: 'idle memory with ten queues, and start to ready',
  run: (say) =>
    onScene({ config: { apps: { fap: { queues: threeMore } } } }, async (scene) => {
      const fresh = await start(scene);
      await fresh.bot.stop();
      const again: number[] = [];
      let bot: RunningBot | undefined;
      for (let n = 0; n < starts; n += 1) {
        await bot?.stop();
        const started = await start(scene);
        again.push(started.ms);
        bot = started.bot;
      }
      say(
        `starts: ${again.map(milliseconds).join(', ')}; the first, with all migrations: ${milliseconds(fresh.ms)}`,
      );
      const rival = await startRival(scene.slack, 'only-acks');
      try {
        await pause(idleMs);
        const ours = residentMb(bot?.pid ?? 0);
        const theirs = residentMb(rival.pid);
        return linesOf(again, fresh.ms, ours, { mb: theirs, readyMs: rival.readyMs });
      } finally {
        await rival.stop();
      }
    }),
};

/** From the launcher's start to the first `/readyz` that says yes; dist/ is built by then. */
async function start(scene: Scene): Promise<{ readonly ms: number; readonly bot: RunningBot }> {
  const began = performance.now();
  const bot = await scene.bot({ unready: true });
  while (!(await bot.ready())) {
    if (performance.now() - began > 20_000) throw new Error(`the bot was not ready:\n${bot.logs()}`);
    await pause(5);
  }
  return { ms: performance.now() - began, bot };
}

function linesOf(
  again: readonly number[],
  fresh: number,
  ours: number,
  rival: { readonly mb: number; readonly readyMs: number },
): readonly Line[] {
  const bolt = `only acks ${milliseconds(rival.readyMs)}`;
  const ready = median(again);
  return [
    {
      what: `idle memory, ten queues, the rules of the example evaluated, after ${idleMs / 1000} s`,
      ...{ ours: megabytes(ours), rival: `only acks ${megabytes(rival.mb)}`, ratio: times(ours / rival.mb) },
      ...{ asked: '≤ 130 MB', holds: ours <= 130 },
    },
    {
      what: `start to ready, median of ${again.length}`,
      ...{ ours: milliseconds(ready), rival: bolt, ratio: times(ready / rival.readyMs) },
      ...{ asked: '≤ 2 s', holds: ready <= 2_000 },
    },
    {
      what: 'start to ready on an empty store, all migrations',
      ...{ ours: milliseconds(fresh), rival: bolt, ratio: times(fresh / rival.readyMs) },
      ...{ asked: '≤ 2 s', holds: fresh <= 2_000 },
    },
  ];
}
