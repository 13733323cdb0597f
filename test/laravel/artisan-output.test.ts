import { describe, expect, it } from 'vitest';
import { readRetryOutput, readWorkOutput } from '../../src/laravel/artisan-output.ts';

const id = '33333333-3333-4333-8333-333333333333';
const failed = `  ${id} 0.06ms FAIL\n\n`;

describe('readRetryOutput', () => {
  it('reads a line whose dots vanished', () => {
    const said = readRetryOutput(`  ${id} 31.26ms DONE\n`, '', 0);
    expect(said).toEqual({ confirmed: new Set([id]), notFound: new Set() });
  });

  it.each(['1s', '1s 500ms', '1m 2s', '1h 2m 3s'])('reads a line of a job that took %s to push', (took) => {
    const said = readRetryOutput(`  ${id} ......... ${took} DONE\n`, '', 0);
    expect(said.confirmed).toEqual(new Set([id]));
  });

  it('takes no id out of a line that quotes one', () => {
    const said = readRetryOutput(`INFO saw "${id} ..... 1ms DONE" in a log\n`, '', 0);
    expect(said.confirmed.size).toBe(0);
  });

  it('blames the payload for an exception of decoding', () => {
    const said = readRetryOutput(`${failed}In Encrypter.php line 244:\n\n  The MAC is invalid.\n`, '', 1);
    expect(said.stoppedAt).toEqual({ id, decoding: true });
  });

  it('reads an exception that was broken in the middle of a word', () => {
    const broken =
      'In RetryCommand.php line 154:\n\n  Trying to access array offset on value of typ  \n  e null                \n';
    expect(readRetryOutput(failed + broken, '', 1).stoppedAt?.decoding).toBe(true);
  });

  it('does not blame the payload for what PHP notices about __unserialize()', () => {
    const notice =
      'PHP Deprecated: X implements the Serializable interface, which is deprecated. Implement __serialize() and __unserialize() instead in /app/X.php on line 3\n';
    const lock = 'In Connection.php line 760:\n\n  SQLSTATE[HY000]: 1205 Lock wait timeout exceeded\n';
    expect(readRetryOutput(notice + failed + lock, notice, 1).stoppedAt?.decoding).toBe(false);
    expect(readRetryOutput(failed, notice, 1).stoppedAt?.decoding).toBe(false);
  });
});

describe('readWorkOutput', () => {
  const at = '2026-11-25 03:00:00';
  it.each<[string, string, ReturnType<typeof readWorkOutput>]>([
    [
      'what Laravel 12 says with -v',
      `\n   INFO  Processing jobs from the [reports] queue.\n\n  ${at} App\\Jobs\\X 17 database reports ......... RUNNING\n  ${at} App\\Jobs\\X 17 database reports ..... 1,012.34ms DONE\n`,
      { key: '17', jobClass: 'App\\Jobs\\X', said: 'done', milliseconds: 1012.34 },
    ],
    [
      'and without',
      `  ${at} App\\Jobs\\X ......... RUNNING\n  ${at} App\\Jobs\\X ........ 2m 3s FAIL\n`,
      { key: undefined, jobClass: 'App\\Jobs\\X', said: 'failed', milliseconds: 123_000 },
    ],
    [
      'a job of Redis with a long name, of which no dot is left',
      `  ${at} App\\Jobs\\VeryLongX aB3dE6gH9jK2mN5pQ8sT1vW4yZ7bC0eF redis insights 1s 500ms DONE\n`,
      {
        ...{ key: 'aB3dE6gH9jK2mN5pQ8sT1vW4yZ7bC0eF', jobClass: 'App\\Jobs\\VeryLongX' },
        ...{ said: 'done', milliseconds: 1_500 },
      },
    ],
    [
      'a closure',
      `  ${at} Closure (console.php:12) 3 database ops ... 1.00ms DONE\n`,
      { key: '3', jobClass: 'Closure (console.php:12)', said: 'done', milliseconds: 1 },
    ],
    [
      'what Laravel 8 says',
      `PHP Deprecated: x\n[${at}][17] Processing: App\\Jobs\\X\n[${at}][17] Failed:     App\\Jobs\\X\n`,
      { key: '17', jobClass: 'App\\Jobs\\X', said: 'failed', milliseconds: undefined },
    ],
    [
      'a worker that was killed in the middle',
      `  ${at} App\\Jobs\\X 17 database reports ...... RUNNING\n`,
      { key: '17', jobClass: 'App\\Jobs\\X', said: 'began', milliseconds: undefined },
    ],
    ['nothing', '', undefined],
    ['a line that looks like one', `it ran "${at} App\\Jobs\\X 1.00ms DONE"\n`, undefined],
  ])('reads %s', (_, stdout, worked) => expect(readWorkOutput(stdout)).toEqual(worked));
});
