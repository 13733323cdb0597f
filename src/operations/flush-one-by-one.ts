import type { RunContext } from '../core/operation.ts';
import { mustRead } from '../core/reading.ts';
import type { FrozenTarget, TargetRecord, TargetState } from '../core/request.ts';
import { callAndLook, changes } from './call-artisan.ts';
import { artisanId } from './failed-jobs-request.ts';
import type { FlushNotes } from './flush-notes.ts';
import { type FlushPlan, manyOneByOne } from './flush-plan.ts';
import { isNameless } from './flush-set.ts';
import { frozenPages } from './flush-statement.ts';
import type { ArtisanResult, TargetCandidate } from './ports.ts';
import type { World } from './world.ts';

/** More than two add nothing on two cores; each is a whole PHP. */
const lanes = 2;
/** So many calls in a row without effect end it. */
const mostFruitless = 2;

/** What both lanes share. */
interface Shared {
  next(): Promise<TargetRecord | undefined>;
  number(): number;
  readonly notes: FlushNotes;
  fruitless: number;
  /** No lane begins another one. */
  over: boolean;
}

/**
 * The rest by `queue:forget`, each row read again right before its call. Ends early when it is stopped, when a call's end
 * was not seen, or when calls do nothing.
 */
export async function flushOneByOne(
  context: RunContext<World>,
  plan: FlushPlan,
  notes: FlushNotes,
): Promise<void> {
  const { control, execution, requests } = context;
  const left = (await control.countsByState(execution.requestId)).frozen ?? 0;
  if (left === 0) return;
  if (plan.older && plan.inStatement > 0 && left > manyOneByOne) return notes.end({ why: 'rest' });
  await notes.begin('one-by-one', 0, left);
  const calls = await requests.calls(execution.executionId);
  // The first number is the statement's.
  let number = calls.reduce((most, { runId }) => Math.max(most, numberOf(runId)), 1);
  const shared: Shared = {
    ...{ next: createFeed(context), notes, fruitless: 0, over: false },
    number: () => {
      number += 1;
      return number;
    },
  };
  const ended = await Promise.allSettled(Array.from({ length: lanes }, () => runLane(context, shared)));
  for (const one of ended) if (one.status === 'rejected') throw one.reason;
}

const numberOf = (runId: string): number => Number(/\d+$/.exec(runId)?.[0] ?? 0);

/** Hands out targets one at a time, whoever asks. */
function createFeed(context: RunContext<World>): () => Promise<TargetRecord | undefined> {
  const pages = frozenPages(context);
  let page: TargetRecord[] = [];
  let asked: Promise<unknown> = Promise.resolve();
  const take = async (): Promise<TargetRecord | undefined> => {
    while (page.length === 0) {
      const next = await pages.next();
      if (next.done === true) return undefined;
      page = [...next.value];
    }
    return page.shift();
  };
  return () => {
    const taken = asked.then(take);
    asked = taken.catch(() => undefined);
    return taken;
  };
}

async function runLane(context: RunContext<World>, shared: Shared): Promise<void> {
  try {
    while (!shared.over) {
      const target = await shared.next();
      if (target === undefined) return;
      if (!(await shared.notes.mayGoOn())) shared.over = true;
      else await forgetOne(context, target, shared);
    }
  } catch (error) {
    shared.over = true;
    throw error;
  }
}

async function forgetOne(context: RunContext<World>, target: TargetRecord, shared: Shared): Promise<void> {
  const { requests, execution, world } = context;
  const { failedId } = target;
  const set = (state: TargetState): Promise<void> =>
    requests.setTargets(execution, changes(new Map([[failedId, state]])));
  const row = await readRow(context, target);
  // Archived, and removed by someone else since.
  if (row === undefined) await set('unconfirmed');
  // One that is not the row that was approved stays, and so does one that nothing can name.
  else if (isTheSame(target, row) && !isNameless(row, world)) {
    const id = artisanId(target, world);
    const argv = ['queue:forget', id];
    const { result, present } = await callAndLook(context, [target], shared.number(), argv, (limits) =>
      world.app.artisan.forget(id, limits),
    );
    if (result.kind === 'unknown') {
      shared.over = true;
      return;
    }
    const isGone = !mustRead(present).has(failedId);
    shared.fruitless = isGone ? 0 : shared.fruitless + 1;
    if (isGone) await set('forgotten');
    else if (shared.fruitless >= mostFruitless) await giveUp(result, shared);
  }
  await shared.notes.step(1);
}

/** Right before the call, with how many rows share its uuid: artisan would delete them all. */
async function readRow(
  { world, signal }: RunContext<World>,
  { failedId: id }: TargetRecord,
): Promise<TargetCandidate | undefined> {
  const [row] = mustRead(await world.app.failures.targets([{ kind: 'id', id }], signal));
  return row;
}

const isTheSame = (target: FrozenTarget, row: FrozenTarget): boolean =>
  row.uuid === target.uuid &&
  row.connection === target.connection &&
  row.queue === target.queue &&
  row.payloadSha256 === target.payloadSha256;

async function giveUp(
  result: Exclude<ArtisanResult, { readonly kind: 'unknown' }>,
  shared: Shared,
): Promise<void> {
  shared.over = true;
  if (result.kind === 'not-started') await shared.notes.end({ why: 'not-started', text: result.why });
  else await shared.notes.end({ why: 'no-effect', text: result.stdout || result.stderr });
}
