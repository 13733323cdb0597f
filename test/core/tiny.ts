import { createDigest } from '../../src/core/digest.ts';
import { failedJobId, type RunId } from '../../src/core/ids.ts';
import {
  type FrozenPlan,
  type GuardedOperation,
  type RunContext,
  type SealedGuarded,
  sealGuarded,
  type Verified,
} from '../../src/core/operation.ts';
import { accept, type Judged, refuse } from '../../src/core/refusal.ts';
import type { FrozenTarget, TargetRecord } from '../../src/core/request.ts';
import type { World } from '../../src/operations/world.ts';
import { type FakeApp, uuidOf } from '../fakes/world.ts';

/** What a test may turn in the tiny operation. */
export interface TinySwitches {
  fake: FakeApp | undefined;
  frozen: boolean;
  survey: 'found' | 'nothing' | 'fails';
  verify: Verified['kind'];
  coveredBy: readonly string[];
  /** Calls without jobs can be made again. */
  harmless: boolean;
  /** Called before each call, e.g. to break off there. */
  beforeCall: (context: RunContext<World>, call: number) => Promise<void>;
}

interface Input {
  readonly reason: string | undefined;
}

/** `tidy` retries every failure there is, one call each: as little as an operation that others decide can be. */
export function createTiny(): { readonly operation: SealedGuarded<World>; readonly switches: TinySwitches } {
  const switches: TinySwitches = {
    ...{ fake: undefined, frozen: false, survey: 'found', verify: 'unchanged', coveredBy: [] },
    harmless: false,
    beforeCall: async () => undefined,
  };
  const rows = (): readonly FrozenTarget[] =>
    [...(switches.fake?.rows.values() ?? [])].map(
      ({ failedId, uuid, jobUuid, connection, queue, payloadSha256, jobClass, businessKey }) => ({
        ...{ failedId, uuid, jobUuid, connection, queue, payloadSha256, jobClass, businessKey },
      }),
    );
  const operation: GuardedOperation<Input, World> = {
    ...{ verb: 'tidy', typed: ['tidy'], usage: '', who: 'operator', filters: ['queue'] },
    ...{ effect: 'guarded', quorum: 'retry-all' },
    parse: () => accept({ reason: undefined }),
    target: () => 'tidy',
    mayAsk: async () =>
      switches.frozen
        ? refuse({ code: 'app-frozen', reason: 'wait', byUserId: 'U0BO', at: new Date(0) })
        : accept(null),
    async survey() {
      if (switches.survey === 'fails') throw new Error('the survey fell over');
      if (switches.survey === 'nothing') return refuse({ code: 'nothing-to-do', verb: 'tidy', leftOut: 0 });
      return accept({ highest: 4, count: rows().length, detail: {} });
    },
    form: (_, survey) => ({
      ...{ title: 'Tidy', submit: 'Ask', close: 'Not now' },
      parts: [{ kind: 'text', text: survey === undefined ? 'looking' : `${survey.count} jobs` }],
      fields: survey === undefined ? [] : [{ kind: 'text', name: 'reason', label: 'Reason', longest: 100 }],
    }),
    readForm(_, { values }) {
      const reason = values.get('reason');
      return typeof reason === 'string'
        ? { ok: true, value: { reason } }
        : { ok: false, errors: new Map([['reason', 'say why']]) };
    },
    async *freeze({ reason }, { world }): AsyncGenerator<readonly FrozenTarget[], Judged<FrozenPlan>> {
      for (const row of rows()) yield [row];
      return accept({
        ...{ app: 'fap', host: world.app.artisan.host, takesSlot: true, template: 'retry', facts: {} },
        ...{ reason: reason ?? '', target: 'tidy', coveredBy: switches.coveredBy },
      });
    },
    isHarmless: ({ failedIds }) => switches.harmless && failedIds.length === 0,
    async verify(view) {
      if (switches.verify === 'unreadable') return { kind: 'unreadable', why: 'the database is away' };
      if (switches.verify === 'changed') return { kind: 'changed', why: 'payload', ids: [2] };
      const digest = createDigest();
      for (const target of view.targets) digest.add(target);
      return { kind: 'unchanged', digest: digest.end(), gone: 0 };
    },
    run: (context) => pushEach(context, switches),
    async settle({ requests, execution }) {
      const targets = await requests.targets(execution.requestId);
      const done = targets.filter(({ state }) => state === 'pushed').length;
      return { state: done === targets.length ? 'succeeded' : 'partial', detail: { done } };
    },
    card: (view) => ({ heading: `tidy ${view.number}`, mood: 'neutral', parts: [] }),
  };
  return { operation: sealGuarded(operation), switches };
}

async function pushEach(context: RunContext<World>, switches: TinySwitches): Promise<void> {
  const { requests, execution, control } = context;
  const targets = await requests.targets(execution.requestId);
  const first = (await requests.calls(execution.executionId)).length;
  for (const [index, target] of targets.filter(({ state }) => state === 'frozen').entries()) {
    const may = await control.mayGoOn(execution);
    if (may.kind !== 'go') return;
    await switches.beforeCall(context, first + index);
    await pushOne(context, target, first + index);
  }
}

async function pushOne(context: RunContext<World>, target: TargetRecord, call: number): Promise<void> {
  const { requests, execution, world, signal } = context;
  const runId = `${execution.executionId}-${call}` as RunId; // what ids look like
  const failedIds = [target.failedId];
  await requests.intend(execution, { runId, failedIds, argv: [], lifeSeconds: 1, countsBefore: {} });
  const limits = { startWithinSeconds: 1, timeoutSeconds: 1 };
  await world.app.artisan.retry([uuidOf(target.failedId)], { runId, signal, ...limits });
  await requests.record(execution, {
    ...{ runId, state: 'ended', rc: 0, stdout: '', stderr: '', durationMs: 1 },
    countsAfter: {},
  });
  await requests.setTargets(execution, new Map([[failedJobId(target.failedId), { state: 'pushed' }]]));
}
