import type { AskedRequest, Claimed, Decided, DecisionKind } from '../../../src/core/approval-ports.ts';
import type { AuditActor } from '../../../src/core/audit.ts';
import type { RequestView } from '../../../src/core/request.ts';
import type { RunningExecution } from '../../../src/core/store-ports.ts';
import type { Store } from '../../../src/store/store.ts';
import { anna, askOf, bo, shownCard, target } from './support.ts';

let asks = 0;

/** A question that waits for its votes, its card shown. Each has a target and a host of its own unless told otherwise. */
export async function asked(
  store: Store,
  more: Partial<AskedRequest> = {},
  ids = [1, 2, 3],
): Promise<RequestView> {
  asks += 1;
  const request = askOf(ids, { target: `retry-all n=${asks}`, host: `host-${asks}`, ...more });
  await store.approvals.freeze(
    request.id,
    ids.map((id) => target(id)),
  );
  const result = await store.approvals.ask(request, { perHour: 1_000 });
  if (!result.ok) throw new Error(`not asked: ${result.why}`);
  await shownCard(store, result.view);
  return result.view;
}

export const decide = (
  store: Store,
  view: RequestView,
  kind: DecisionKind,
  actor: AuditActor,
): Promise<Decided> =>
  store.approvals.decide({
    ...{ kind, requestId: view.id, actor, policyVersion: view.policyVersion, detail: {} },
    pressed: { teamId: 'T0HOME', channel: 'C0APPROVE', messageTs: `${view.number}.1` },
  });

export async function approved(
  store: Store,
  more: Partial<AskedRequest> = {},
  ids = [1, 2, 3],
): Promise<RequestView> {
  const decided = await decide(store, await asked(store, more, ids), 'approve', bo);
  if (!decided.ok) throw new Error(`not approved: ${decided.why}`);
  return decided.view;
}

export const claim = (store: Store, view: RequestView, voided: readonly string[] = []): Promise<Claimed> =>
  store.approvals.claim(view, { voided, policyVersion: view.policyVersion, digest: view.digest });

export async function claimed(
  store: Store,
  more: Partial<AskedRequest> = {},
  ids = [1, 2, 3],
): Promise<RunningExecution> {
  const result = await claim(store, await approved(store, more, ids));
  if (!result.ok) throw new Error(`not claimed: ${result.why}`);
  return result.execution;
}

export async function found(store: Store, view: Pick<RequestView, 'number'>): Promise<RequestView> {
  const now = await store.requests.find({ number: view.number });
  if (now === undefined) throw new Error('not found');
  return now;
}

export const persons = (count: number): readonly AuditActor[] =>
  Array.from({ length: count }, (_, index) => ({
    ...anna,
    person: `U0P${index}`,
    userId: `U0P${index}`,
  }));
