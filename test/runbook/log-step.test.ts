import { describe, expect, it } from 'vitest';
import type { Gathered, MissingPart } from '../../src/core/reading.ts';
import { type Rich, spansOf } from '../../src/core/rich.ts';
import type { LogFound } from '../../src/operations/runbook-ports.ts';
import { lookAtLog } from '../../src/runbook/steps/log.ts';
import { foundLine } from '../../src/text/diagnose.ts';
import { createFakeApp } from '../fakes/world.ts';

const now = new Date('2026-11-26T22:00:00Z');
const step = { kind: 'log', log: { match: 'REPORT_FAILED', withinSeconds: 900 } } as const;
const found: LogFound = {
  ...{ matches: { kind: 'exact', value: 0 }, perMinute: [], newest: [], bytes: 5_000 },
  ...{ complete: true, back: new Date('2026-11-26T21:45:00Z') },
};
const seven: LogFound = {
  ...found,
  matches: { kind: 'exact', value: 7 },
  newest: [{ host: 'api-1', at: new Date('2026-11-26T21:59:30Z'), text: 'REPORT_FAILED' }],
};
const away: MissingPart = { part: 'host', name: 'api-2', why: 'unreachable' };

const look = (answer: Gathered<LogFound> | undefined) =>
  lookAtLog(5, step, {
    app: { ...createFakeApp().app, logs: { search: async () => answer } },
    ...{ queue: { connection: 'database', name: 'reports' }, signal: new AbortController().signal },
    clock: { now: () => now, wait: async () => undefined },
  });

describe('a look into the log', () => {
  it.each([
    ['nothing, through all of it', found, [], 'fine', 'none'],
    ['lines', seven, [], 'suspicious', '7 lines, the last 30 s ago'],
    [
      'lines, not through all of it',
      {
        ...seven,
        matches: { kind: 'capped', value: 7 },
        complete: false,
        back: new Date('2026-11-26T21:56:00Z'),
      },
      ...([[], 'suspicious', '7+ lines, the last 30 s ago, looked back 4 min only'] as const),
    ],
    [
      'nothing, not through all of it',
      {
        ...found,
        matches: { kind: 'capped', value: 0 },
        complete: false,
        back: new Date('2026-11-26T21:56:00Z'),
      },
      ...([[], 'unseen', 'none, looked back 4 min only'] as const),
    ],
    [
      'nothing, and a host is away',
      { ...found, matches: { kind: 'capped', value: 0 } },
      ...([[away], 'unseen', 'none'] as const),
    ],
  ] as const)('that found %s says so', async (_, value, missing, mark, words) => {
    const result = await look({ value, missing });
    expect(result.mark).toBe(mark);
    expect(plain(foundLine(result, 'en'))).toContain(words);
  });

  it('that was none is never fine', async () => {
    expect(await look(undefined)).toMatchObject({ mark: 'unseen', missing: [{ why: 'not-configured' }] });
    const dark: LogFound = {
      ...found,
      matches: { kind: 'unknown' },
      complete: false,
      back: undefined,
      bytes: 0,
    };
    expect(await look({ value: dark, missing: [away] })).toMatchObject({ mark: 'unseen', facts: undefined });
  });
});

const plain = (text: Rich): string =>
  spansOf(text)
    .map((span) => (typeof span === 'string' ? span : 'code' in span ? span.code : ''))
    .join('');
