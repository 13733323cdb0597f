import { describe, expect, it } from 'vitest';
import { renderReply } from '../../src/cli/render-text.ts';
import type { ExecutionState, RequestState, RequestView, TargetRecord } from '../../src/core/request.ts';
import { showJobs } from '../../src/operations/presses/show-jobs.ts';
import { createFakeRequests } from '../fakes/requests.ts';
import { createFakeApp, createFakeClock, createFakeWorld } from '../fakes/world.ts';

const world = createFakeWorld(createFakeApp().app, createFakeRequests(), createFakeClock());
const frozen = {
  ...{ failedId: 7, uuid: null, connection: 'database', queue: 'reports', jobClass: 'GenerateReportJob' },
  ...{ payloadHash: 'h', state: 'frozen', failedAgainAs: null },
} as unknown as TargetRecord; // what the list reads of one

/** What is said of a frozen job of a request that stands so. */
async function said(state: RequestState, execution?: ExecutionState): Promise<string> {
  const view = {
    ...{ id: 'R1', number: 12, count: 1, state },
    execution: execution === undefined ? null : { state: execution },
  } as unknown as RequestView; // what the list reads of one
  const judged = await showJobs.press(view, {
    control: { targetPage: async () => [frozen] },
    ...{ argument: '', world, locale: 'en' },
  } as unknown as Parameters<typeof showJobs.press>[1]); // and of what it is given
  if (!judged.ok) return judged.refusal.code;
  return judged.value === undefined ? 'nothing' : renderReply(judged.value);
}

describe('the jobs of a request', () => {
  it.each([
    ['pending', undefined, 'waits with the request'],
    ['approved', undefined, 'waits with the request'],
    ['consumed', 'executing', 'about to be sent'],
    ['expired', undefined, 'nothing was done to it'],
    ['consumed', 'not_started', 'nothing was done to it'],
  ] as const)('which is %s (%s): %s', async (state, execution, expected) => {
    expect(await said(state, execution)).toContain(expected);
  });
});
