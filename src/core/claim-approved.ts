import type { Approvals, Claimed, PolicyKeeper, Preapprovals } from './approval-ports.ts';
import type { Clock } from './clock.ts';
import type { ExecutionRunner } from './execution-runner.ts';
import type { Cards, Directory } from './invocation.ts';
import type { Log } from './log.ts';
import type { SealedGuarded } from './operation.ts';
import type { Roster } from './people.ts';
import type { RequestView } from './request.ts';
import type { Requests } from './store-ports.ts';
import { judgeRequester, judgeVoter, type Standing, type VoterParts } from './voter.ts';

export interface ClaimParts<World> {
  readonly approvals: Pick<Approvals, 'approved' | 'claim' | 'invalidate'>;
  readonly requests: Pick<Requests, 'find'>;
  readonly preapprovals: Pick<Preapprovals, 'find'>;
  readonly policyKeeper: Pick<PolicyKeeper, 'active' | 'settled'>;
  readonly policyVersion: string;
  readonly roster: Roster;
  readonly directory: Directory;
  /** By verb. */
  readonly operations: ReadonlyMap<string, SealedGuarded<World>>;
  readonly worlds: ReadonlyMap<string, World>;
  /** On which host the application's artisan runs now. */
  readonly hostOf: (world: World) => string;
  readonly executions: Pick<ExecutionRunner<World>, 'carryOut'>;
  readonly cards: Cards;
  readonly clock: Clock;
  readonly log: Log;
}

/** For so long the request is left alone; 0: it is off the list, or to be looked at again at once. */
export interface Rest {
  readonly milliseconds: number;
}

const done: Rest = { milliseconds: 0 };
/** What can't be read now may be readable soon; `run_by` ends the waiting. */
const unreadable: Rest = { milliseconds: 5_000 };
const verifyLimitMs = 120_000;

/**
 * One approved request: everybody's right and the data once more, by facts of this moment, then the claim. What is not any
 * more as it was approved makes it void; what can't be told now waits until its time is over.
 */
export async function claimApproved<World>(
  parts: ClaimParts<World>,
  view: RequestView,
  stopping: AbortSignal,
): Promise<Rest> {
  const operation = parts.operations.get(view.verb);
  // Another version of the bot asked for it; a replica that knows it may claim it.
  if (operation === undefined) return unreadable;
  // Whose policy is not the active one starts nothing.
  if ((await parts.policyKeeper.active()) !== parts.policyVersion) return unreadable;
  const world = parts.worlds.get(view.app);
  if (view.policyVersion !== parts.policyVersion) return invalidate(parts, view, 'policy', {});
  if (world === undefined) return invalidate(parts, view, 'app', {});
  if (parts.hostOf(world) !== view.host) return invalidate(parts, view, 'host', {});
  const standing = await judgePersons(parts, view, operation.who === 'operator');
  if (standing === 'unknown') return unreadable;
  if (standing === 'requester') return invalidate(parts, view, 'requester', {});
  const began = parts.clock.now().getTime();
  const signal = AbortSignal.any([stopping, AbortSignal.timeout(verifyLimitMs)]);
  const verified = await operation.verify(view, { world, signal });
  if (verified.kind === 'unreadable') {
    parts.log.warn({ request: view.number, why: verified.why }, 'frozen rows can not be read again yet');
    return unreadable;
  }
  if (verified.kind === 'changed') {
    return invalidate(parts, view, 'data', { what: verified.why, ids: verified.ids.slice(0, 100) });
  }
  const { voided } = standing;
  const { policyVersion } = parts;
  if (stopping.aborted) return unreadable;
  const claimed = await parts.approvals.claim(view, { voided, policyVersion, digest: verified.digest });
  return concludeClaim(parts, view, claimed, voided, parts.clock.now().getTime() - began);
}

async function concludeClaim<World>(
  parts: ClaimParts<World>,
  view: RequestView,
  claimed: Claimed,
  voided: readonly string[],
  tookMs: number,
): Promise<Rest> {
  if (claimed.ok) {
    parts.executions.carryOut(claimed.execution);
    return done;
  }
  switch (claimed.why) {
    case 'quorum':
      return invalidate(parts, view, 'quorum', { voided });
    case 'digest':
      return invalidate(parts, view, 'digest', {});
    case 'busy':
      // The rows are read again each time: the more of them, the more seldom.
      return { milliseconds: Math.max(1_000, 3 * tookMs) };
    default:
      return unreadable;
  }
}

async function invalidate<World>(
  parts: ClaimParts<World>,
  seen: RequestView,
  why: string,
  detail: Readonly<Record<string, unknown>>,
): Promise<Rest> {
  // A claim may have noted something of the request.
  const view = (await parts.requests.find({ id: seen.id })) ?? seen;
  const ended = await parts.approvals.invalidate(view, why, detail);
  if (ended) parts.log.warn({ request: view.number, why }, 'an approved request is void');
  parts.cards.changed(view.id);
  return done;
}

type Persons = { readonly voided: readonly string[] } | 'requester' | 'unknown';

async function judgePersons<World>(
  parts: ClaimParts<World>,
  view: RequestView,
  needsOperator: boolean,
): Promise<Persons> {
  const judge: VoterParts = { ...parts, directory: parts.directory.fresh() };
  const signer =
    view.preapproval === null
      ? undefined
      : await parts.preapprovals.find(view.preapproval.id as RequestView['id']); // the id of the request that signed it
  const voters = [
    ...view.votes.filter(({ decision }) => decision === 'approve').map(({ actor }) => actor),
    ...(signer === undefined ? [] : [signer.signer]),
  ];
  const [requester, ...standings] = await Promise.all([
    needsOperator ? judgeRequester(judge, view.requester) : ('may' as Standing),
    ...voters.map((actor) => judgeVoter(judge, actor)),
  ]);
  if (requester === 'may-not') return 'requester';
  if (requester === 'unknown' || standings.includes('unknown')) return 'unknown';
  const voided = voters.filter((_, index) => standings[index] === 'may-not').map(({ person }) => person);
  return { voided: [...new Set(voided)] };
}
