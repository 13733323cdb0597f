import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { type Bench, type Line, megabytes, milliseconds, percentile } from './bench.ts';
import type { ChartsDrawn } from './charts-driver.ts';

const count = 1_000;

/** Pictures for incidents and trends by the very parts of the bot, in a process that does nothing else. */
export const chartsBench: Bench = {
  name: 'charts',
  about: `${count.toLocaleString('en')} charts, one after another: time, memory of who asks and of the process that draws`,
  async run(say) {
    const driver = fileURLToPath(new URL('charts-driver.ts', import.meta.url));
    const child = fork(driver, [String(count)], { execArgv: ['--import', 'tsx'] });
    const [said] = await once(child, 'message');
    await once(child, 'exit');
    const drawn = said as ChartsDrawn; // charts-driver.ts says nothing else
    for (const line of drawn.notes) say(line);
    return linesOf(drawn);
  },
};

function linesOf({ firstMs, incidentMs, trendMs, asker, drawing }: ChartsDrawn): readonly Line[] {
  const line = (what: string, ms: number, limitMs?: number): Line => ({
    ...{ what, ours: milliseconds(ms), rival: '', ratio: '' },
    ...(limitMs === undefined
      ? { asked: '', holds: undefined }
      : { asked: `< ${milliseconds(limitMs)}`, holds: ms < limitMs }),
  });
  const grown = (what: string, { from, most }: { readonly from: number; readonly most: number }): Line => ({
    ...{ what, ours: `${megabytes(most - from)} (${megabytes(from)} to ${megabytes(most)})` },
    ...{ rival: '', ratio: '', asked: '< 30 MB', holds: most - from < 30 },
  });
  const all = [...incidentMs, ...trendMs];
  return [
    line(`a chart, median of ${all.length.toLocaleString('en')}`, percentile(all, 0.5), 150),
    line('the same, p95', percentile(all, 0.95), 150),
    line('an hour of an incident, median', percentile(incidentMs, 0.5)),
    line('three lines of a day for `trend`, median', percentile(trendMs, 0.5)),
    line('the first one, the start of its process included', firstMs),
    grown(`memory of who asks, grown by ${count.toLocaleString('en')} charts at most`, asker),
    grown('memory of the process that draws, grown at most', drawing),
  ];
}
