/** Who asks for charts, in a process of its own, so that its memory is what charts cost. Says one thing over IPC and ends. */
import { readdirSync, readFileSync } from 'node:fs';
import type { Sample } from '../../src/alerts/judgement.ts';
import type { Chart } from '../../src/alerts/ports.ts';
import { createChartDrawer } from '../../src/charts/chart-drawer.ts';
import { silent } from '../slack/silent.ts';
import { timed } from './bench.ts';
import { residentMb } from './memory.ts';

export interface ChartsDrawn {
  readonly firstMs: number;
  readonly incidentMs: readonly number[];
  readonly trendMs: readonly number[];
  /** Megabytes: after the first charts, and the most ever seen. */
  readonly asker: Grown;
  readonly drawing: Grown;
  readonly notes: readonly string[];
}

interface Grown {
  readonly from: number;
  readonly most: number;
}

const count = Number(process.argv[2]);
/** Until then whoever asks and whoever draws load what they need. */
const warm = 20;
const stepMs = 30_000;
const until = new Date('2026-11-25T12:00:00Z');

const ring = (points: number, seed: number): readonly Sample[] =>
  Array.from({ length: points }, (_, index) => ({
    at: new Date(until.getTime() - (points - index) * stepMs),
    value: 60 + ((index * (seed + 7)) % 90) + index / 8,
  }));

/** No two are alike, as no two incidents are. */
const incident = (seed: number): Chart => ({
  ...{ title: 'Backlog', lines: [{ label: 'reports', samples: ring(121, seed) }], threshold: 100 },
  events: [5, 20, 35, 50].map((minutes) => ({
    ...{ at: new Date(until.getTime() - minutes * 60_000), label: `#${seed + minutes}` },
  })),
  ...{ from: new Date(until.getTime() - 3_600_000), until, zone: 'Asia/Shanghai' },
});

const trend = (seed: number): Chart => ({
  title: 'Trend',
  lines: ['pending', 'failed', 'oldest'].map((label, index) => ({
    label,
    samples: ring(2_880, seed + index),
  })),
  events: [],
  ...{ from: new Date(until.getTime() - 86_400_000), until, zone: 'Asia/Shanghai' },
});

/** Resident memory of the process that draws; there may be none for a moment. */
function drawingMb(): number | undefined {
  for (const pid of readdirSync('/proc')) {
    if (!/^\d+$/.test(pid)) continue;
    try {
      const [, parent] = /\) \S (\d+)/.exec(readFileSync(`/proc/${pid}/stat`, 'utf8')) ?? [];
      if (Number(parent) !== process.pid) continue;
      if (readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('draw-process'))
        return residentMb(Number(pid));
    } catch {
      // It has ended between two looks.
    }
  }
  return undefined;
}

const drawer = createChartDrawer({ log: silent });
const first = await timed(() => drawer.draw(incident(0)));
const times = { incident: [] as number[], trend: [] as number[] };
const grown = { asker: { from: 0, most: 0 }, drawing: { from: 0, most: 0 } };
const notes: string[] = [];
for (let n = 1; n <= count + warm; n += 1) {
  const kind = n % 2 === 0 ? 'trend' : 'incident';
  const chart = kind === 'trend' ? trend(n) : incident(n);
  const { ms } = await timed(() => drawer.draw(chart));
  const now = { asker: residentMb(process.pid), drawing: drawingMb() };
  if (n === warm) {
    grown.asker = { from: now.asker, most: now.asker };
    grown.drawing = { from: now.drawing ?? 0, most: now.drawing ?? 0 };
  }
  if (n <= warm) continue;
  times[kind].push(ms);
  grown.asker.most = Math.max(grown.asker.most, now.asker);
  grown.drawing.most = Math.max(grown.drawing.most, now.drawing ?? 0);
  if ((n - warm) % 50 === 0)
    notes.push(`${n - warm}: asks ${now.asker.toFixed(0)} MB, draws ${now.drawing?.toFixed(0) ?? 'none'} MB`);
}
drawer.close();
const drawn: ChartsDrawn = {
  ...{ firstMs: first.ms, incidentMs: times.incident, trendMs: times.trend },
  ...{ ...grown, notes },
};
process.send?.(drawn, () => process.disconnect());
