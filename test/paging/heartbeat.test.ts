import { describe, expect, it } from 'vitest';
import type { Log } from '../../src/core/log.ts';
import { Secret } from '../../src/core/secret.ts';
import { beat } from '../../src/paging/heartbeat.ts';
import type { CallHttp, HttpAnswer } from '../../src/paging/http-call.ts';

const url = 'https://beats.example/s3cret';
const taken: HttpAnswer = { kind: 'answered', status: 200, text: '' };
const cut: HttpAnswer = { kind: 'lost', why: 'unreachable', code: 'ECONNRESET' };
const broken: HttpAnswer = { kind: 'answered', status: 500, text: 'no' };

/** Beats once for each moment, and gives what was called, waited and logged. */
async function run(moments: readonly (HttpAnswer | 'unwell' | 'throws')[]) {
  const stop = new AbortController();
  const said: string[] = [];
  const waits: number[] = [];
  let calls = 0;
  let at = 0;
  const note = (fields: object, message: string): void =>
    void said.push(`${message} ${JSON.stringify(fields)}`);
  const log: Log = { debug: note, info: note, warn: note, error: note };
  const callHttp: CallHttp = async (request) => {
    expect(request).toEqual({ method: 'GET', url });
    calls += 1;
    const answer = moments[at];
    return typeof answer === 'object' ? answer : taken;
  };
  await beat(
    {
      heartbeat: { url: new Secret(url), everySeconds: 60 },
      isWell: async () => {
        if (moments[at] === 'throws') throw new Error('store');
        return moments[at] !== 'unwell';
      },
      ...{ callHttp, log },
      clock: {
        now: () => new Date(),
        wait: async (milliseconds) => {
          waits.push(milliseconds);
          at += 1;
          if (at === moments.length) stop.abort();
        },
      },
    },
    stop.signal,
  );
  return { said, waits, calls };
}

describe('the heartbeat', () => {
  it('is called every so many seconds while all is well', async () => {
    const { calls, waits, said } = await run([taken, taken, taken]);
    expect({ calls, waits }).toEqual({ calls: 3, waits: [60_000, 60_000, 60_000] });
    expect(said).toHaveLength(1);
  });

  it('keeps still while something is not well, or can not say so', async () => {
    const { calls, said } = await run(['unwell', 'unwell', 'throws', taken]);
    expect(calls).toBe(1);
    expect(said.map((line) => line.split(' {')[0])).toEqual([
      'no heartbeat is sent: evaluation, store or Slack is not well',
      'the heartbeat is taken again',
    ]);
  });

  it('goes on after a failure, and logs each change once without the address', async () => {
    const { calls, said } = await run([taken, cut, cut, broken, broken, taken, taken]);
    expect(calls).toBe(7);
    expect(said).toEqual([
      'the heartbeat is taken {}',
      'the heartbeat was not taken {"why":"ECONNRESET"}',
      'the heartbeat was not taken {"why":"500"}',
      'the heartbeat is taken again {"before":"lost: 500"}',
    ]);
    expect(said.join()).not.toContain('s3cret');
  });
});
