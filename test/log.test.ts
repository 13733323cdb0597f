import { describe, expect, it } from 'vitest';
import { StoreUnavailable } from '../src/core/store-ports.ts';
import { createLog } from '../src/log.ts';

const logged = (
  write: (log: ReturnType<typeof createLog>) => void,
  secrets: readonly string[] = [],
): string => {
  const lines: string[] = [];
  write(
    createLog({ level: 'info', base: { version: '1' }, secrets, write: (line) => void lines.push(line) }),
  );
  return lines.join('');
};

describe('the log', () => {
  it('is one JSON object a line, with level, time in UTC and what stands on every line', () => {
    const line: unknown = JSON.parse(logged((log) => log.info({ queue: 'reports' }, 'hello')));
    expect(line).toMatchObject({ level: 'info', version: '1', queue: 'reports', msg: 'hello' });
    expect(line).toHaveProperty('time', expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/));
  });

  it.each(['hunter2-long', 'with "quotes" and \\', 'a.b*c+d'])('takes out the known secret %j', (secret) => {
    const line = logged(
      (log) => log.error({ err: new Error(`no ${secret} here`), list: [secret] }, secret),
      [secret],
    );
    const parsed: unknown = JSON.parse(line);
    expect(JSON.stringify(parsed)).not.toContain(JSON.stringify(secret).slice(1, -1));
  });

  it.each([
    'mysql://root:hunter2@db:3306/x',
    'xoxb-1234567890-abcdefghij',
    '{"password":"hunter2"}',
    'DB_PASSWORD=hunter2',
  ])('takes out what looks like a secret, as in %s, and stays JSON', (text) => {
    const line = logged((log) => log.warn({ text, err: new Error(text) }, text));
    expect(() => JSON.parse(line)).not.toThrow();
    expect(line).not.toMatch(/hunter2|abcdefghij/);
  });

  it('hides what stands under the name of a secret', () => {
    const line = logged((log) => log.info({ botToken: 'abc', nested: { password: 'abc' } }, 'x'));
    expect(line).not.toContain('abc');
  });

  it('is short about a store that is away: its reason, and no trace', () => {
    const cause = Object.assign(new Error('connect ETIMEDOUT'), { code: 'ETIMEDOUT' });
    const err = new StoreUnavailable('the store can not be reached', { cause });
    const line = logged((log) => log.warn({ err }, 'no leases'));
    expect(JSON.parse(line)).toMatchObject({ err: { cause: { code: 'ETIMEDOUT' } } });
    expect(line).not.toContain('stack');
    expect(logged((log) => log.warn({ err: new Error('a bug') }, 'x'))).toContain('stack');
  });

  it('tells the causes of an error, but not the fields that foreign libraries hang on it', () => {
    const error = Object.assign(new Error('outer', { cause: new Error('inner') }), {
      code: 'ECONNRESET',
      config: { headers: 'all of them' },
    });
    const line = logged((log) => log.error({ err: error }, 'failed'));
    expect(JSON.parse(line)).toMatchObject({
      err: { type: 'Error', code: 'ECONNRESET', message: 'outer', cause: { message: 'inner' } },
    });
    expect(line).not.toContain('all of them');
  });
});
