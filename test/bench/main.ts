import { cpus, loadavg, totalmem } from 'node:os';
import { keepHeapSmall } from '../../src/small-heap.ts';
import { acks } from './acks.ts';
import type { Bench, Line } from './bench.ts';
import { chartsBench } from './charts.ts';
import { commands } from './commands.ts';
import { diagnoseBench } from './diagnose.ts';
import { failed } from './failed.ts';
import { flushBench } from './flush.ts';
import { idle } from './idle.ts';
import { incidentsBench } from './incidents.ts';
import { logBench } from './log.ts';
import { pageBench } from './page.ts';
import { freezeBench, retryAllBench } from './retry-all.ts';
import { samplesBench } from './samples.ts';
import { status } from './status.ts';
import { table } from './table.ts';
import { tickBench } from './tick.ts';

const benches: readonly Bench[] = [
  failed,
  status,
  acks,
  commands,
  idle,
  retryAllBench,
  freezeBench,
  flushBench,
  diagnoseBench,
  logBench,
  tickBench,
  chartsBench,
  incidentsBench,
  samplesBench,
  pageBench,
];

// Some operations run in this process, as they do in the bot's.
keepHeapSmall();

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !benches.some((bench) => bench.name === name));
if (unknown.length > 0) {
  console.error(
    `There is no bench "${unknown.join('", "')}". Known: ${benches.map(({ name }) => name).join(', ')}.`,
  );
  process.exit(2);
}

const say = (text: string): void => console.error(text);
const lines: Line[] = [];
const broken: string[] = [];
const loads = [load()];
for (const bench of benches.filter(({ name }) => asked.length === 0 || asked.includes(name))) {
  say(`── ${bench.name}: ${bench.about}`);
  try {
    lines.push(...(await bench.run((text) => say(`   ${text}`))));
  } catch (error) {
    // What breaks is told and the others run; only that, and no figure, makes the run fail.
    broken.push(bench.name);
    console.error(error);
  }
  loads.push(load());
}

const [cpu] = cpus();
console.log(`\n${table(lines)}\n`);
console.log(
  `${new Date().toISOString().slice(0, 16)}Z; ${cpus().length} cores (${cpu?.model.trim() ?? '?'}), ` +
    `${Math.round(totalmem() / 2 ** 30)} GB; Node ${process.versions.node}; ` +
    `load before and after each bench ${loads.join(', ')}`,
);
if (broken.length > 0) console.error(`Broken: ${broken.join(', ')}.`);
process.exit(broken.length > 0 ? 1 : 0);

function load(): string {
  return loadavg()[0]?.toFixed(1) ?? '?';
}
