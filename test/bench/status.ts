import type { RowDataPacket } from 'mysql2/promise';
import { bigWorld, fillBigWorld } from '../../demo/world/fill.ts';
import { runArtisan } from './artisan.ts';
import { type Bench, type Line, median, milliseconds, pause, timed, times } from './bench.ts';
import { onScene, type Scene } from './scene.ts';

/** Further apart than the bot keeps an answer for others who ask. */
const apartMs = 2_500;
const rounds = 24;
const tickMs = 250;
const ageAsked = 30;

/** `/queue status` of all queues beside `artisan queue:monitor` of the big one. */
export const status: Bench = {
  name: 'status',
  about: `/queue status in the big world: ${bigWorld.jobs.toLocaleString('en')} jobs, ${bigWorld.failures.toLocaleString('en')} failures, buffer pool 128 MB`,
  run: (say) =>
    onScene({ bufferPool: '128M' }, async (scene) => {
      const filled = await timed(() => fillBigWorld(scene.world));
      say(`filled in ${milliseconds(filled.ms)}`);
      const artisan: number[] = [];
      for (let n = 0; n < 3; n += 1) {
        artisan.push((await runArtisan(scene.world, 'queue:monitor', 'database:reports')).ms);
      }
      say(`artisan: ${artisan.map(milliseconds).join(', ')}`);
      await scene.bot();
      const first = (await scene.say('status')).ms;
      const seen = await watch(scene);
      say(`answers: ${seen.map(({ ms }) => milliseconds(ms)).join(', ')}`);
      return linesOf(first, seen, median(artisan));
    }),
};

interface Seen {
  readonly ms: number;
  /** Seconds since the number shown for the big queue was true; undefined: it said that it stopped counting. */
  readonly ageSeconds: number | undefined;
  /** It said how old its numbers are, or needed not to. */
  readonly honest: boolean;
}

function linesOf(first: number, seen: readonly Seen[], artisan: number): readonly Line[] {
  const ours = median(seen.map(({ ms }) => ms));
  const slowest = Math.max(...seen.map(({ ms }) => ms));
  const ages = seen.flatMap(({ ageSeconds }) => (ageSeconds === undefined ? [] : [ageSeconds]));
  const oldest = Math.max(...ages);
  const rival = `artisan queue:monitor, one queue ${milliseconds(artisan)}`;
  const line = (what: string, ms: number, asked: boolean): Line => ({
    ...{ what, ours: milliseconds(ms), rival, ratio: `${times(artisan / ms)} faster` },
    ...(asked ? { asked: '≥ 10 ×', holds: artisan / ms >= 10 } : { asked: '', holds: undefined }),
  });
  return [
    line(`status of all queues, big world, median of ${seen.length}`, ours, true),
    line('the same, slowest', slowest, false),
    line('the same, right after the start', first, false),
    {
      what: 'age of the counts shown, oldest seen',
      ours: `${ages.length === 0 ? '–' : `${oldest.toFixed(1)} s`} (${ages.length} of ${seen.length} answers counted to the end)`,
      ...{ rival: '', ratio: '', asked: `≤ ${ageAsked} s, and it says so` },
      // The clock of this process and the moment of the answer's arrival blur it by a tick.
      holds: oldest <= ageAsked + 1 && seen.every(({ honest }) => honest),
    },
  ];
}

/** Asks while jobs keep coming, so that each number tells when it was true. */
async function watch(scene: Scene): Promise<readonly Seen[]> {
  const stream = startStream(scene);
  const seen: Seen[] = [];
  try {
    for (let n = 0; n < rounds; n += 1) {
      await pause(apartMs);
      const { ms, text } = await scene.say('status');
      seen.push({ ms, ...judge(text, stream.trueAt) });
    }
  } finally {
    await stream.stop();
  }
  return seen;
}

/** One job every quarter of a second; remembers when the queue had how many waiting. */
function startStream({ world }: Scene): {
  readonly trueAt: (pending: number) => number | undefined;
  stop(): Promise<void>;
} {
  const lastAt = new Map<number, number>();
  let running = true;
  const count = async (): Promise<number> => {
    const [rows] = await world.sql.query<RowDataPacket[]>(
      "SELECT COUNT(*) AS n FROM fap.jobs WHERE queue = 'reports' AND available_at <= UNIX_TIMESTAMP()",
    );
    return Number(rows[0]?.['n']);
  };
  const run = async (): Promise<void> => {
    let pending = await count();
    while (running) {
      await world.sql.query(
        `INSERT INTO fap.jobs (queue, payload, attempts, available_at, created_at)
         VALUES ('reports', '{}', 0, UNIX_TIMESTAMP(), UNIX_TIMESTAMP())`,
      );
      // Until this moment the number before was true.
      lastAt.set(pending, Date.now());
      pending += 1;
      await pause(tickMs);
    }
  };
  const done = run();
  return {
    trueAt: (pending) => lastAt.get(pending),
    async stop() {
      running = false;
      await done;
    },
  };
}

function judge(
  text: string,
  trueAt: (pending: number) => number | undefined,
): Pick<Seen, 'ageSeconds' | 'honest'> {
  const shown = /^\|?\s*reports\s+\|?\s*(~?)([\d,]+)(\+?)/m.exec(text);
  if (shown === null) throw new Error(`the answer shows no number for the big queue:\n${text}`);
  const [, aged, digits, capped] = shown;
  if (capped === '+') return { ageSeconds: undefined, honest: text.includes('where counting stopped') };
  const at = trueAt(Number(digits?.replaceAll(',', '')));
  const ageSeconds = at === undefined ? 0 : (Date.now() - at) / 1000;
  return { ageSeconds, honest: aged === '~' ? /marked ~ are/.test(text) : ageSeconds < 2 };
}
