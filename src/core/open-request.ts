import { digestOf } from './digest.ts';
import type { ExecutionRunnerParts, Order } from './execution-runner-parts.ts';
import type { RequestId } from './ids.ts';
import { accept, type Judged, refuse } from './refusal.ts';
import type { RunningExecution } from './store-ports.ts';

/** Records the request: number, targets, execution and its slot in one transaction. */
export async function openRequest<World>(
  parts: Pick<ExecutionRunnerParts<World>, 'requests' | 'newId' | 'policyVersion'>,
  order: Order<World>,
): Promise<Judged<RunningExecution>> {
  const { request } = order.planned;
  const { allowance, instead, reason = null, ...recorded } = request;
  const opened = await parts.requests.open(
    {
      ...recorded,
      id: parts.newId() as RequestId, // a fresh ULID is a request's id by definition
      verb: order.operation.verb,
      words: order.words,
      requester: order.requester,
      reason,
      place: order.place,
      digest: digestOf(request.targets),
      policyVersion: parts.policyVersion,
    },
    allowance === undefined ? undefined : { ...allowance, person: order.requester.person },
  );
  if (opened.ok) return accept(opened.execution);
  if (opened.why === 'busy') return refuse({ code: 'busy', request: opened.number });
  if (opened.why === 'policy') return refuse({ code: 'policy-outdated' });
  if (opened.why === 'frozen') {
    const { reason, by, at } = opened.freeze;
    return refuse({ code: 'app-frozen', reason, byUserId: by.userId, at });
  }
  return refuse({
    ...{ code: 'needs-approval', verb: order.operation.verb, count: request.targets.length },
    ...{ limit: opened.limit, costly: opened.costly, usedInWindow: opened.used },
    ...{ withinSeconds: allowance?.withinSeconds ?? 0, instead: instead ?? '' },
  });
}
