import { describe, expect, it } from 'vitest';
import { type FailedJobId, failedJobId, findJobUuid, type JobUuid } from '../../src/core/ids.ts';
import { followJobs } from '../../src/operations/follow-jobs.ts';
import { markToFacts } from '../../src/operations/queue-mark.ts';
import { setBulk } from './bulk/stage.ts';

const ok = <T>(value: T) => ({ ok: true as const, value });
const id = failedJobId(1);

/** One pushed job that is in no queue; from that look on its new failure is there. */
async function gone(options: { readonly recordedAt?: number; readonly good?: boolean }) {
  const stage = await setBulk(1, {
    facts: { mark: markToFacts({ tables: new Map(), lists: new Map() }), highest: 1 },
    ...(options.good === undefined ? {} : { outcomes: new Set(options.good ? ['K-1'] : []) }),
  });
  await stage.requests.setTargets(stage.execution, new Map([[id, { state: 'pushed' }]]));
  const uuid = findJobUuid(
    (await stage.requests.targets(stage.execution.requestId))[0]?.jobUuid ?? undefined,
  );
  if (uuid === undefined) throw new Error('a job has its uuid');
  let looks = 0;
  const { app } = stage.context.world;
  const world = {
    ...stage.context.world,
    app: {
      ...app,
      queues: { ...app.queues, locate: async () => ok(new Map<JobUuid, 'waiting'>()) },
      failures: {
        ...app.failures,
        async failedAgain() {
          looks += 1;
          const isThere = options.recordedAt !== undefined && looks >= options.recordedAt;
          return ok(new Map<JobUuid, FailedJobId>(isThere ? [[uuid, failedJobId(2)]] : []));
        },
      },
      business: {
        ...app.business,
        isGood: async (_: string, key: string) =>
          ok({ table: 'report_snapshots', key, good: options.good === true, shows: '' }),
      },
    },
  };
  await followJobs({ ...stage.context, world });
  return { state: stage.state(1), looks };
}

describe('a job that was pushed and is in no queue', () => {
  it('has left it when no failure of it is recorded in three looks', async () => {
    expect(await gone({})).toEqual({ state: 'left', looks: 3 });
  });

  it('failed again, although the host stood still between the end of the job and its record', async () => {
    expect(await gone({ recordedAt: 3 })).toMatchObject({ state: 'failed_again' });
    expect(await gone({ recordedAt: 3, good: false })).toMatchObject({ state: 'failed_again' });
  });

  it('is done as soon as it is so twice, where its business row is good', async () => {
    expect(await gone({ good: true })).toEqual({ state: 'done', looks: 2 });
  });

  it('has ended quietly where that row is not good', async () => {
    expect(await gone({ good: false })).toMatchObject({ state: 'ended_quietly' });
  });
});
