import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { Chart } from '../../src/alerts/ports.ts';
import { type ChartProcess, createChartDrawer } from '../../src/charts/chart-drawer.ts';
import { drawingOf, withGaps } from '../../src/charts/chart-option.ts';
import { describeChart } from '../../src/text/charts.ts';
import { silent } from '../slack/silent.ts';

const minute = (of: number): Date => new Date(Date.UTC(2026, 10, 25, 3, of));
const samples = Array.from({ length: 120 }, (_, index) => ({
  ...{ at: new Date(minute(0).getTime() + index * 30_000), value: 60 + index + (index % 7) * 4 },
})).filter((_, index) => index < 50 || index > 70);
const chart: Chart = {
  ...{ title: '积压', lines: [{ label: '积压', samples }], threshold: 100 },
  events: [{ at: minute(40), label: '#13' }],
  ...{ from: minute(0), until: minute(60), zone: 'Asia/Shanghai' },
};

describe('what a chart is made of', () => {
  it('leaves a gap where nothing was measured, and keeps the peaks of what is thinned', () => {
    const points = withGaps(samples);
    expect(points.filter(([, value]) => value === null)).toHaveLength(1);
    const many = Array.from({ length: 50_000 }, (_, index) => ({
      at: new Date(index),
      value: index === 777 ? 9 : 1,
    }));
    const thin = withGaps(many);
    expect(thin.length).toBeLessThanOrEqual(720);
    expect(Math.max(...thin.map(([, value]) => value ?? 0))).toBe(9);
    expect(withGaps([])).toEqual([]);
  });

  it('draws nothing that the font has not, and times as the zone has them', () => {
    const drawing = JSON.stringify(drawingOf(chart));
    expect(drawing).not.toMatch(/[^\x20-\x7e]/);
    expect(drawing).toContain(`"min":${Date.UTC(2026, 10, 25, 11, 0)}`);
  });
});

describe('a chart in words', () => {
  it('says what can be seen in it, in both languages', () => {
    expect(describeChart({ ...chart, title: 'Backlog' }, 'en')).toBe(
      'Backlog, 11-25 11:00 to 11-25 12:00 (Asia/Shanghai). 积压: from 60 to 179, highest 202 at 11-25 11:59. Threshold 100. Marked: #13 11-25 11:40.',
    );
    expect(describeChart(chart, 'zh-CN')).toContain(
      '积压：从 60 到 179，最高 202（11-25 11:59）。阈值 100。',
    );
    const empty = { ...chart, lines: [{ label: 'x', samples: [] }] };
    expect(describeChart(empty, 'en')).toContain('x: nothing was measured.');
  });
});

describe('the process that draws', () => {
  let drawer: ChartProcess | undefined;
  afterEach(() => drawer?.close());
  const program = (source: string): string => {
    const path = join(mkdtempSync(join(tmpdir(), 'charts-')), 'draw.mjs');
    writeFileSync(path, source);
    return path;
  };

  it('draws a small sharp PNG, and again after it has gone to rest', async () => {
    drawer = createChartDrawer({ log: silent, idleMs: 1 });
    for (let turn = 0; turn < 2; turn += 1) {
      const png = Buffer.from(await drawer.draw(chart));
      expect(png.subarray(1, 4).toString('latin1')).toBe('PNG');
      expect(png.readUInt32BE(16)).toBe(1_440);
      expect(png.length).toBeLessThan(60_000);
    }
  }, 20_000);

  it('rejects when it dies or hangs, and the next picture gets a new one', async () => {
    const dies = `process.on('message', () => process.exit(3));`;
    drawer = createChartDrawer({ log: silent, program: program(dies) });
    await expect(drawer.draw(chart)).rejects.toThrow('has died');
    await expect(drawer.draw(chart)).rejects.toThrow('has died');
    drawer = createChartDrawer({ log: silent, limitMs: 300, program: program('setInterval(() => {}, 1e6)') });
    await expect(drawer.draw(chart)).rejects.toThrow('took too long');
  }, 20_000);
});
