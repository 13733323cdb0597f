import { describe, expect, it } from 'vitest';
import { createLogTime } from '../../../src/hosts/log/log-time.ts';
import { createScan, type Scanned } from '../../../src/hosts/log/scan.ts';
import { createZone } from '../../../src/laravel/zoned-time.ts';

const now = Date.UTC(2026, 10, 26, 22, 0, 0);
const match = 'REPORT_FAILED';

interface Given {
  readonly from?: number;
  readonly zone?: string;
  readonly now?: number;
  readonly match?: string;
  readonly fromStart?: boolean;
  /** Bytes of a chunk; left out: all in one. */
  readonly chunk?: number;
}

function scan(log: string | Buffer, given: Given = {}): Scanned {
  const bytes = Buffer.from(log);
  const at = createScan({
    ...{ match: given.match ?? match, from: given.from ?? now - 900_000 },
    time: createLogTime(createZone(given.zone ?? 'UTC'), given.now ?? now),
  });
  const size = given.chunk ?? bytes.length;
  for (let offset = 0; offset < bytes.length; offset += size) at.push(bytes.subarray(offset, offset + size));
  return at.end(given.fromStart ?? true);
}

const times = ({ newest }: Scanned): readonly (string | undefined)[] =>
  newest.map(({ at }) => (at === undefined ? undefined : new Date(at).toISOString().slice(11, 19)));

const text = (clock: string, words: string): string => `[2026-11-26 ${clock}] production.ERROR: ${words}\n`;
const json = (datetime: string, message: string): string =>
  `${JSON.stringify({ message, context: {}, level: 400, level_name: 'ERROR', channel: 'production', datetime, extra: {} })}\n`;

describe('records of the single and daily channels', () => {
  it('count within the window, each in its minute', () => {
    const log = [
      text('21:44:59', 'REPORT_FAILED too old'),
      text('21:45:00', 'REPORT_FAILED {"attempt_id":"a"}'),
      text('21:50:10', 'something else'),
      text('21:50:59', 'REPORT_FAILED'),
      text('21:50:59', 'REPORT_FAILED'),
    ].join('');
    const found = scan(log);
    expect(found.matches).toBe(3);
    expect([...found.perMinute].map(([at, count]) => [new Date(at).toISOString(), count])).toEqual([
      ['2026-11-26T21:45:00.000Z', 1],
      ['2026-11-26T21:50:00.000Z', 2],
    ]);
    expect(found.bytes).toBe(Buffer.byteLength(log));
    expect(found.first).toEqual({ kind: 'naive', text: '2026-11-26 21:44:59' });
    expect(found.last).toEqual({ kind: 'naive', text: '2026-11-26 21:50:59' });
  });

  it('count once, in whichever and however many of their lines the text stands', () => {
    const trace = `[stacktrace]\n#0 REPORT_FAILED\n#1 REPORT_FAILED\n{"a":1}\n{"b":"REPORT_FAILED"}\n"} \n`;
    const found = scan(`${text('21:50:00', 'it broke')}${trace}${text('21:51:00', 'fine')}`);
    expect(found.matches).toBe(1);
    expect(found.newest[0]?.first.toString()).toContain('it broke');
    expect(found.newest[0]?.line?.toString()).toBe('#0 REPORT_FAILED');
    expect(times(found)).toEqual(['21:50:00']);
  });

  it('give their five last ones', () => {
    const log = Array.from({ length: 90 }, (_, second) =>
      text(`21:5${Math.floor(second / 60)}:${String(second % 60).padStart(2, '0')}`, match),
    ).join('');
    expect(times(scan(log))).toEqual(['21:51:25', '21:51:26', '21:51:27', '21:51:28', '21:51:29']);
  });

  it.each([1, 2, 3, 7, 13, 64, 101])('are the same however the bytes arrive (%i at a time)', (chunk) => {
    const log = [
      text('21:50:00', `it broke\n#0 a.php\n#1 ${match} b.php\n`),
      json('2026-11-26T21:51:00.123456+00:00', `报告 ${match}`),
      text('21:52:00', `\r\n${match}\r`),
      text('21:53:00', 'nothing'),
    ].join('');
    const whole = scan(log);
    expect(whole.matches).toBe(3);
    expect(scan(log, { chunk })).toEqual(whole);
  });

  it('whose beginning is not in what was read belong to nobody', () => {
    const log = `#7 ${match} {"torn":1}\n${text('21:50:00', 'fine')}`;
    expect(scan(log, { fromStart: false })).toMatchObject({ matches: 0, newest: [] });
    // At the beginning of a file there is nobody before it.
    expect(scan(log)).toMatchObject({ matches: 1, newest: [{ at: undefined }] });
  });

  it('without an end are taken as they are', () => {
    expect(scan(text('21:50:00', match).trimEnd()).matches).toBe(1);
    expect(scan(text('21:50:00', 'REPORT_FAIL').trimEnd()).matches).toBe(0);
  });

  it('of lines with 10 MB cost no memory, and hold what stands anywhere in them', () => {
    const long = 'x'.repeat(10_000_000);
    const log = text('21:50:00', `${long} ${match} ${long}`) + text('21:51:00', match);
    const found = scan(log, { chunk: 65_536 });
    expect(found.matches).toBe(2);
    expect(found.newest[0]?.first.length).toBe(4_096);
    expect(times(found)).toEqual(['21:50:00', '21:51:00']);
  });

  it('among NULs, bytes that are no UTF-8, and line ends of Windows are found', () => {
    const hole = Buffer.alloc(300_000);
    const bytes = Buffer.concat([
      hole,
      Buffer.from(text('21:50:00', `${match}`)),
      Buffer.from([0xff, 0xfe, 0x0a]),
      Buffer.from(text('21:51:00', `a\u0000b ${match}`).replace('\n', '\r\n')),
    ]);
    for (const chunk of [1_000, 65_536, bytes.length])
      expect(times(scan(bytes, { chunk }))).toEqual(['21:50:00', '21:51:00']);
  });

  it('are none where no line begins with a time', () => {
    const found = scan(`Nov 26 21:50:00 host app: ${match}\nNov 26 21:51:00 host app: ${match}\n`);
    expect(found).toMatchObject({ matches: 0, first: undefined, last: undefined });
    expect(found.newest.map(({ at }) => at)).toEqual([undefined, undefined]);
  });

  it('whose time does not exist count without a minute', () => {
    expect(scan(`[2026-13-45 21:50:00] production.ERROR: ${match}\n`)).toMatchObject({ matches: 1 });
    expect(scan(text('21:50:00', 'fine').replace('2026-11-26', '2026-02-31')).matches).toBe(0);
  });
});

describe('records of JSON lines', () => {
  it('are counted by the time they carry', () => {
    const log = [
      json('2026-11-26T21:30:00.000000+00:00', match),
      json('2026-11-26T21:50:00.123456+00:00', match),
      json('2026-11-27T05:51:00.123456+08:00', match),
      json('2026-11-26 21:52:00', match),
      json('2026-11-26T21:53:00Z', 'other'),
    ].join('');
    expect(times(scan(log))).toEqual(['21:50:00', '21:51:00', '21:52:00']);
  });

  it('keep their own time where their context has one, too', () => {
    const record = { message: match, context: { datetime: '2020-01-01 00:00:00' } };
    const line = JSON.stringify({ ...record, datetime: '2026-11-26T21:50:00+00:00' });
    expect(times(scan(`${line}\n`))).toEqual(['21:50:00']);
    const long = { ...record, context: { ...record.context, body: 'x'.repeat(9_000) } };
    const longLine = JSON.stringify({ ...long, datetime: '2026-11-26T21:50:00+00:00' });
    expect(times(scan(`${longLine}\n`))).toEqual(['21:50:00']);
  });

  it.each([
    ['"@timestamp":"2026-11-26T21:50:00.000Z"'],
    ['"timestamp":"2026-11-26 21:50:00"'],
    ['"datetime":{"date":"2026-11-26 21:50:00.000000","timezone_type":3,"timezone":"UTC"}'],
  ])('may be written as %s', (time) => {
    expect(times(scan(`{"message":"${match}",${time}}\n`))).toEqual(['21:50:00']);
  });

  it('hold a text that JSON writes in another way', () => {
    const name = String.raw`App\Jobs\RefundOrderJob "x"`;
    const log = json('2026-11-26T21:50:00+00:00', `${name} failed`) + text('21:51:00', `${name} failed`);
    expect(scan(log, { match: name }).matches).toBe(2);
  });
});

describe('times of the application’s zone', () => {
  it('are read in it, unless they carry an offset', () => {
    const log = [
      `[2026-11-27 05:50:00] production.ERROR: ${match}\n`,
      `[2026-11-26T21:51:00.123456+00:00] production.ERROR: ${match}\n`,
      `[2026-11-27T05:52:00+0800] production.ERROR: ${match}\n`,
      `[2026-11-26 21:53:00] production.ERROR: ${match}\n`,
    ].join('');
    expect(times(scan(log, { zone: 'Asia/Shanghai' }))).toEqual(['21:50:00', '21:51:00', '21:52:00']);
  });

  it('in the hour that summer time repeats are the later ones, unless these are still to come', () => {
    const log = `[2026-10-25 02:05:00] production.ERROR: ${match}\n[2026-10-25 02:50:00] production.ERROR: ${match}\n`;
    // 02:10 in winter time: 02:05 may have been five minutes ago, 02:50 was twenty minutes ago.
    const winter = Date.UTC(2026, 9, 25, 1, 10);
    const found = scan(log, { zone: 'Europe/Berlin', now: winter, from: winter - 1_800_000 });
    expect(times(found)).toEqual(['01:05:00', '00:50:00']);
  });

  it('in the hour that summer time leaves out are times all the same', () => {
    const spring = Date.UTC(2026, 2, 29, 1, 10);
    const log = `[2026-03-29 02:30:00] production.ERROR: ${match}\n[2026-03-29 03:05:00] production.ERROR: ${match}\n`;
    const found = scan(log, { zone: 'Europe/Berlin', now: spring, from: spring - 900_000 });
    expect(times(found)).toContain('01:05:00');
  });
});
