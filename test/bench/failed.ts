import type { RowDataPacket } from 'mysql2/promise';
import { fillFailures } from '../../demo/world/fill.ts';
import type { World } from '../../demo/world/world.ts';
import { runArtisan } from './artisan.ts';
import { recordStatements, runBare } from './bare-sql.ts';
import { type Bench, type Line, median, megabytes, milliseconds, pause, timed, times } from './bench.ts';
import { residentMb } from './memory.ts';
import { onScene, type Scene } from './scene.ts';

const failures = 100_000;
const meanBytes = 6_500;
const rounds = 20;

/** `/queue failed` beside `artisan queue:failed` and beside its own statements in the `mariadb` client. */
export const failed: Bench = {
  name: 'failed',
  about: `/queue failed with ${failures.toLocaleString('en')} failed jobs`,
  run: (say) =>
    onScene({}, async (scene) => {
      const { world } = scene;
      const filled = await timed(() => fillFailures(world, failures, { bytes: meanBytes }));
      say(`filled in ${milliseconds(filled.ms)}: ${await exceptionsOf(world)} of exceptions`);
      const bot = await scene.bot();
      const first = await scene.say('failed');
      say(`the first answer, with everything being counted for the first time: ${milliseconds(first.ms)}`);
      await untilCounted(scene);
      const grown = await growth(scene, bot.pid);
      const answers = await repeat(scene, 'failed');
      const filtered = await repeat(scene, 'failed reports');
      const statements = await recordStatements(world, () => scene.say('failed'));
      const bare = await repeatBare(world, statements);
      const client = await repeatBare(world, ['SELECT 1']);
      say(`${statements.length} statements; the client alone needs ${milliseconds(client)} to start and end`);
      const artisan = await runArtisan(world, 'queue:failed');
      return linesOf({ answers, filtered, first: first.ms, bare, client, artisan, grown });
    }),
};

interface Figures {
  readonly answers: readonly number[];
  readonly filtered: readonly number[];
  readonly first: number;
  readonly bare: number;
  readonly client: number;
  readonly artisan: { readonly ms: number; readonly peakMb: number };
  readonly grown: number;
}

function linesOf({ answers, filtered, first, bare, client, artisan, grown }: Figures): readonly Line[] {
  const ours = median(answers);
  const queue = median(filtered);
  const artisanText = `artisan queue:failed ${milliseconds(artisan.ms)}`;
  return [
    {
      what: `failed, ${failures.toLocaleString('en')} rows, median of ${rounds}`,
      ...{ ours: milliseconds(ours), rival: artisanText, ratio: `${times(artisan.ms / ours)} faster` },
      ...{ asked: '≥ 100 ×', holds: artisan.ms / ours >= 100 },
    },
    {
      what: 'the same, right after the start',
      ...{ ours: milliseconds(first), rival: artisanText, ratio: `${times(artisan.ms / first)} faster` },
      ...{ asked: '', holds: undefined },
    },
    {
      what: 'the same beside its bare SQL',
      ours: milliseconds(ours),
      rival: `mariadb client ${milliseconds(bare)} (${milliseconds(bare - client)} without its start)`,
      ...{ ratio: times(ours / bare), asked: '≤ 3 ×', holds: ours / bare <= 3 },
    },
    {
      what: 'failed QUEUE, median',
      ...{ ours: milliseconds(queue), rival: artisanText, ratio: `${times(artisan.ms / queue)} faster` },
      ...{ asked: '', holds: undefined },
    },
    {
      what: `failed, memory grown by ${rounds} answers`,
      ...{ ours: megabytes(grown), rival: `artisan's peak ${megabytes(artisan.peakMb)}`, ratio: '' },
      ...{ asked: '< 10 MB', holds: grown < 10 },
    },
  ];
}

async function exceptionsOf(world: World): Promise<string> {
  const [[row]] = await world.sql.query<RowDataPacket[]>(
    'SELECT SUM(LENGTH(exception)) / 1e6 AS mb FROM fap.failed_jobs',
  );
  return megabytes(Number(row?.['mb']));
}

/** The groups above the list are of everything when nothing is marked as unfinished any more. */
async function untilCounted({ say }: Scene): Promise<void> {
  const until = Date.now() + 60_000;
  for (;;) {
    const { text } = await say('failed');
    if (text.includes(`of ${failures.toLocaleString('en')}`) && !text.includes('+')) return;
    if (Date.now() > until) throw new Error(`the failures were never counted:\n${text}`);
    await pause(500);
  }
}

/** What the answers themselves leave behind: other answers came before, so the start of everything is not counted. */
async function growth({ say }: Scene, pid: number): Promise<number> {
  for (let n = 0; n < rounds; n += 1) await say('help');
  const before = residentMb(pid);
  for (let n = 0; n < rounds; n += 1) await say('failed');
  return residentMb(pid) - before;
}

async function repeat({ say }: Scene, words: string): Promise<readonly number[]> {
  const found: number[] = [];
  for (let n = 0; n < rounds; n += 1) found.push((await say(words)).ms);
  return found;
}

async function repeatBare(world: World, statements: readonly string[]): Promise<number> {
  const found: number[] = [];
  for (let n = 0; n < 5; n += 1) found.push(await runBare(world, statements));
  return median(found);
}
