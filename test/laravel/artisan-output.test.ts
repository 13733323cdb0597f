import { describe, expect, it } from 'vitest';
import { readRetryOutput } from '../../src/laravel/artisan-output.ts';

const id = '33333333-3333-4333-8333-333333333333';
const failed = `  ${id} 0.06ms FAIL\n\n`;

describe('readRetryOutput', () => {
  it('reads a line whose dots vanished', () => {
    const said = readRetryOutput(`  ${id} 31.26ms DONE\n`, '', 0);
    expect(said).toEqual({ confirmed: new Set([id]), notFound: new Set() });
  });

  it('takes no id out of a line that quotes one', () => {
    const said = readRetryOutput(`INFO saw "${id} ..... 1ms DONE" in a log\n`, '', 0);
    expect(said.confirmed.size).toBe(0);
  });

  it('blames the payload for an exception of decoding', () => {
    const said = readRetryOutput(`${failed}In Encrypter.php line 244:\n\n  The MAC is invalid.\n`, '', 1);
    expect(said.stoppedAt).toEqual({ id, decoding: true });
  });

  it('does not blame the payload for what PHP notices about __unserialize()', () => {
    const notice =
      'PHP Deprecated: X implements the Serializable interface, which is deprecated. Implement __serialize() and __unserialize() instead in /app/X.php on line 3\n';
    const lock = 'In Connection.php line 760:\n\n  SQLSTATE[HY000]: 1205 Lock wait timeout exceeded\n';
    expect(readRetryOutput(notice + failed + lock, notice, 1).stoppedAt?.decoding).toBe(false);
    expect(readRetryOutput(failed, notice, 1).stoppedAt?.decoding).toBe(false);
  });
});
