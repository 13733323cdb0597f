import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { promisify } from 'node:util';
import { createLogs } from '../../src/hosts/log/logs.ts';
import { createSshHost } from '../../src/hosts/ssh-host.ts';
import { createZone } from '../../src/laravel/zoned-time.ts';
import type { LogFound, LogReader } from '../../src/operations/runbook-ports.ts';
import { startRealHost } from '../acceptance/hosts/real-host.ts';
import { description } from '../fakes/world.ts';
import { type Bench, type Line, median, megabytes, milliseconds, timed, times } from './bench.ts';

const run = promisify(execFile);

const logBytes = 1_000_000_000;
const daySeconds = 86_400;
const withinSeconds = 900;
const rounds = 7;
const match = 'REPORT_SNAPSHOT_GENERATE_FAILED';

/** A log of a gigabyte over SSH, of which a quarter of an hour is asked for, beside a search through all of it on the host. */
export const logBench: Bench = {
  name: 'log',
  about: `1 GB of log, ${withinSeconds / 60} minutes of it, over SSH`,
  async run(say) {
    const real = await startRealHost();
    const host = createSshHost({ ...real.host, port: real.sshd.port });
    try {
      await mkdir(`${real.folder}/app/logs`, { recursive: true });
      const file = `${real.folder}/app/logs/laravel.log`;
      const written = await writeLog(file, Math.floor(Date.now() / 1000));
      say(`${written.length} matches in 1 GB`);
      const logs = createLogs({
        description: {
          ...description,
          artisan: { ...description.artisan, directory: `${real.folder}/app` },
          log: { hosts: ['api-1'], files: ['logs/laravel.log'] },
        },
        hosts: new Map([['api-1', { runner: host }]]),
        zone: createZone('UTC'),
      });
      const grep = (): Promise<unknown> => run('grep', ['-cF', match, file]);
      // Both are warm, and connected, and the file lies in memory for both.
      await Promise.all([ask(logs, withinSeconds), grep()]);
      const before = process.memoryUsage().rss;
      const found = { ours: [] as number[], day: [] as number[], grep: [] as number[] };
      let quarter = await ask(logs, withinSeconds);
      let day = quarter;
      for (let round = 0; round < rounds; round += 1) {
        found.grep.push((await timed(grep)).ms);
        const ours = await timed(() => ask(logs, withinSeconds));
        const whole = await timed(() => ask(logs, daySeconds));
        found.ours.push(ours.ms);
        found.day.push(whole.ms);
        [quarter, day] = [ours.value, whole.value];
      }
      check(quarter, written);
      const grown = (process.memoryUsage().rss - before) / 1e6;
      return linesOf(found, quarter, day, grown);
    } finally {
      host.close();
      await real.stop();
    }
  },
};

async function ask(logs: LogReader, seconds: number): Promise<LogFound> {
  const found = await logs.search({ match, withinSeconds: seconds }, new AbortController().signal);
  if (found === undefined || found.missing.length > 0)
    throw new Error(`the log could not be read: ${JSON.stringify(found?.missing)}`);
  return found.value;
}

/** A number that is wrong is not worth its time. Its window began when it was asked, by a clock of whole seconds. */
function check({ matches, complete, back }: LogFound, written: readonly number[]): void {
  const from = (back?.getTime() ?? 0) / 1000;
  const expected = written.filter((at) => at >= from).length;
  if (!complete || matches.kind !== 'exact' || matches.value !== expected)
    throw new Error(`${JSON.stringify(matches)} of ${expected} matches`);
}

function linesOf(
  found: {
    readonly ours: readonly number[];
    readonly day: readonly number[];
    readonly grep: readonly number[];
  },
  quarter: LogFound,
  day: LogFound,
  grownMb: number,
): readonly Line[] {
  const [ours, whole, grep] = [median(found.ours), median(found.day), median(found.grep)];
  const rival = `grep -cF over all of it ${milliseconds(grep)}`;
  return [
    {
      what: `log, 15 minutes of 1 GB (${megabytes(quarter.bytes / 1e6)} read) over SSH, median of ${rounds}`,
      ...{ ours: milliseconds(ours), rival, ratio: times(ours / grep) },
      ...{ asked: '≤ 2 s', holds: ours <= 2_000 },
    },
    {
      what: `the same for a day, of which the cap leaves ${megabytes(day.bytes / 1e6)}`,
      ...{ ours: milliseconds(whole), rival, ratio: times(whole / grep) },
      ...{ asked: '', holds: undefined },
    },
    {
      what: `memory grown by ${rounds * 2} of these`,
      ...{ ours: megabytes(grownMb), rival: '', ratio: '', asked: '', holds: undefined },
    },
  ];
}

/** As a busy application writes it in a day: one record in forty has a trace, one in a thousand matches. Returns their times. */
async function writeLog(file: string, nowSeconds: number): Promise<readonly number[]> {
  const trace = Array.from(
    { length: 25 },
    (_, frame) =>
      `#${frame} /srv/app/vendor/laravel/framework/src/Illuminate/Queue/Worker.php(${400 + frame}): fire()\n`,
  ).join('');
  const out = createWriteStream(file);
  const matched: number[] = [];
  let bytes = 0;
  let count = 0;
  while (bytes < logBytes) {
    const at = Math.floor(nowSeconds - daySeconds * (1 - bytes / logBytes));
    const head = `[${new Date(at * 1000).toISOString().slice(0, 19).replace('T', ' ')}] production.`;
    let piece = '';
    for (let one = 0; one < 50; one += 1) {
      count += 1;
      if (count % 1_000 === 0) {
        matched.push(at);
        piece += `${head}ERROR: ${match} {"attempt_id":"a-${count}","error":"RuntimeException: no result"} \n`;
      } else if (count % 40 === 0) {
        piece += `${head}ERROR: no result ${count} {"exception":"[object] (RuntimeException(code: 0): no result)\n[stacktrace]\n${trace}"} \n`;
      } else {
        const id = Math.imul(count, 2_654_435_761) >>> 0;
        piece += `${head}INFO: request handled {"path":"/api/report/${count}","ms":${count % 900},"id":"${id.toString(16)}"} \n`;
      }
    }
    bytes += piece.length;
    if (!out.write(piece)) await once(out, 'drain');
  }
  out.end();
  await once(out, 'finish');
  return matched;
}
