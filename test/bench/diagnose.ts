import { renderPlain } from '../../demo/slack/plain.ts';
import { fillBigWorld } from '../../demo/world/fill.ts';
import { fillSnapshots } from '../../demo/world/fill-snapshots.ts';
import type { World } from '../../demo/world/world.ts';
import { runBare } from './bare-sql.ts';
import { type Bench, type Line, median, milliseconds, pause, timed, times } from './bench.ts';
import { onScene, type Scene } from './scene.ts';

const snapshots = 1_000_000;
const rounds = 8;
/** Further apart than the bot keeps an answer for others who ask. */
const apartMs = 2_500;
const lookMs = 10;
const longestMs = 20_000;
/** Where the runbook looks for snapshots that wait too long. */
const snapshotsStep = 4;

/** The snapshots step of the runbook as a person would write it. */
const bySnapshots = `SELECT status, last_error, COUNT(*), MIN(created_at), MAX(updated_at) FROM report_snapshots
  WHERE status IN ('pending','running') AND created_at <= NOW() - INTERVAL 5 MINUTE GROUP BY status, last_error`;

/** `/queue diagnose reports` in the big world with a million snapshots beside one of its statements, written plainly. */
export const diagnoseBench: Bench = {
  name: 'diagnose',
  about: `/queue diagnose reports in the big world with ${snapshots.toLocaleString('en')} snapshots besides, buffer pool 128 MB`,
  run: (say) =>
    onScene({ bufferPool: '128M', workers: [] }, async (scene) => {
      const { world } = scene;
      const filled = await timed(async () => {
        await fillBigWorld(world);
        await fillSnapshots(world, snapshots);
      });
      say(`filled in ${milliseconds(filled.ms)}`);
      await scene.bot();
      const first = await watch(scene);
      const seen: Seen[] = [];
      for (let n = 0; n < rounds; n += 1) {
        await pause(apartMs);
        seen.push(await watch(scene));
      }
      say(`all steps: ${seen.map(({ allMs }) => milliseconds(allMs)).join(', ')}`);
      const alone: number[] = [];
      for (let n = 0; n < 3; n += 1) {
        await pause(apartMs);
        alone.push((await watch(scene, `diagnose reports step=${snapshotsStep}`)).allMs);
      }
      return linesOf(first, seen, median(alone), await repeatBare(world));
    }),
};

interface Seen {
  /** From the slash command until the person sees what the first step found, and what all of them did. */
  readonly firstMs: number;
  readonly allMs: number;
  /** Steps that could not be looked at. */
  readonly unseen: number;
}

async function watch({ slack }: Scene, words = 'diagnose reports'): Promise<Seen> {
  const known = new Set(slack.timeline.messages);
  const began = performance.now();
  const since = (): number => performance.now() - began;
  await slack.as('U0ANNA').command('C0OPS', words);
  let firstMs: number | undefined;
  while (since() < longestMs) {
    const message = slack.timeline.messages.find((one) => !known.has(one) && one.botId !== undefined);
    const text = message === undefined ? '' : renderPlain(message);
    const isEnd = /Looked at .+, in \d/.test(text);
    if (isEnd || /looked at [1-9]\d* of \d+/.test(text)) firstMs ??= since();
    if (isEnd) return { firstMs: firstMs ?? since(), allMs: since(), unseen: text.split('❔').length - 1 };
    await pause(lookMs);
  }
  throw new Error(`no diagnosis within ${milliseconds(longestMs)}`);
}

async function repeatBare(world: World): Promise<number> {
  const found: number[] = [];
  for (let n = 0; n < 3; n += 1) found.push(await runBare(world, [bySnapshots]));
  return median(found);
}

function linesOf(start: Seen, seen: readonly Seen[], alone: number, bare: number): readonly Line[] {
  const slowest = (of: (one: Seen) => number): number => Math.max(...seen.map(of));
  const line = (what: string, ms: number, limitMs?: number): Line => ({
    ...{ what, ours: milliseconds(ms), rival: '', ratio: '' },
    ...(limitMs === undefined
      ? { asked: '', holds: undefined }
      : { asked: `≤ ${milliseconds(limitMs)}`, holds: ms <= limitMs }),
  });
  return [
    line(
      `diagnose, first step seen, slowest of ${rounds}`,
      slowest(({ firstMs }) => firstMs),
      1_000,
    ),
    line(
      `diagnose, all steps seen, slowest of ${rounds}`,
      slowest(({ allMs }) => allMs),
      3_000,
    ),
    line('the same, median', median(seen.map(({ allMs }) => allMs))),
    {
      ...line(`diagnose step=${snapshotsStep} alone (the snapshots), median of 3`, alone),
      rival: `its statement written plainly, mariadb client ${milliseconds(bare)}`,
      ratio: `${times(bare / alone)} faster`,
    },
    line('diagnose right after the start, first step seen', start.firstMs),
    line('the same, all steps seen', start.allMs),
    {
      ...line('steps that could not be looked at', 0),
      ours: `${slowest(({ unseen }) => unseen)} in the worst round`,
      ...{ asked: 'none', holds: slowest(({ unseen }) => unseen) === 0 },
    },
  ];
}
