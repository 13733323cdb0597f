import { describe, expect, it } from 'vitest';
import { textOfRecord } from '../../../src/hosts/log/found-text.ts';

const text = (first: string, line?: string): string =>
  textOfRecord({
    ...{ at: 0, kind: first.startsWith('{') ? 'json' : 'text', first: Buffer.from(first) },
    line: line === undefined ? undefined : Buffer.from(line),
  });

describe('a record of the log, as a person sees it', () => {
  it('is its level, message and context, without the time that stands beside it', () => {
    expect(text('[2026-11-26 21:50:00] production.ERROR: REPORT_FAILED {"attempt_id":"a-1"} \r')).toBe(
      'production.ERROR: REPORT_FAILED {"attempt_id":"a-1"}',
    );
  });

  it('reads the same when it was written as JSON', () => {
    const record = { message: 'REPORT_FAILED', context: { attempt_id: 'a-1' }, level_name: 'ERROR' };
    const line = JSON.stringify({
      ...record,
      channel: 'production',
      datetime: '2026-11-26T21:50:00Z',
      extra: {},
    });
    expect(text(line)).toBe('production.ERROR: REPORT_FAILED {"attempt_id":"a-1"}');
    expect(text('{"message":"REPORT_FAILED","context":[],"datetime":"2026-11-26"}')).toBe('REPORT_FAILED');
    expect(text('{"message":"REPORT_FAILED","cut')).toContain('REPORT_FAILED');
  });

  it('has the line with the match behind its head', () => {
    expect(text('[2026-11-26 21:50:00] production.ERROR: it broke', '#3 Report.php(7): REPORT_FAILED')).toBe(
      'production.ERROR: it broke … #3 Report.php(7): REPORT_FAILED',
    );
  });

  it('holds no secret, also where it is cut', () => {
    const secret = 'hunter2-hunter2-hunter2';
    for (const said of [
      `[2026-11-26 21:50:00] production.ERROR: SQLSTATE {"password":"${secret}"}`,
      `[2026-11-26 21:50:00] production.ERROR: mysql://fap:${secret}@db/fap`,
      `[2026-11-26 21:50:00] production.ERROR: DB_PASSWORD=${secret}`,
      `[2026-11-26 21:50:00] production.ERROR: ${'x'.repeat(285)} token=${secret}`,
      JSON.stringify({ message: 'm', context: { api_key: secret, nested: { password: secret } } }),
    ])
      expect(text(said)).not.toContain('hunter2');
    expect(text('[2026-11-26 21:50:00] a.ERROR: b', `  'password' => x, password=${secret}`)).not.toContain(
      'hunter2',
    );
  });

  it('is one line of 300 characters without anything that deceives', () => {
    const said = text(`[2026-11-26 21:50:00] production.ERROR: \u001b[31m\u202e${'报'.repeat(400)}\ttab`);
    expect([...said].length).toBe(300);
    for (const sign of ['\u001b', '\u202e', '\n', '\t']) expect(said).not.toContain(sign);
    expect(
      textOfRecord({ at: 0, kind: 'text', first: Buffer.from([0xff, 0x41, 0xe6, 0x8a]), line: undefined }),
    ).toBe('\ufffdA\ufffd');
  });
});
