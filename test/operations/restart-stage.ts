import { renderReply } from '../../src/cli/render-text.ts';
import type { QueueDescription } from '../../src/core/app-description.ts';
import { digestOf } from '../../src/core/digest.ts';
import type { RequestId } from '../../src/core/ids.ts';
import type { ReadContext, RunContext, SealedWrite } from '../../src/core/operation.ts';
import type { Locale } from '../../src/core/people.ts';
import type { Reply } from '../../src/core/reply.ts';
import { parseWords } from '../../src/core/words.ts';
import type { World } from '../../src/operations/world.ts';
import { createFakeRequests } from '../fakes/requests.ts';
import { createFakeRunControl } from '../fakes/run-control.ts';
import { createFakeSupervisor, type FakeProcess, type FakeSupervisor } from '../fakes/supervisor.ts';
import { createFakeApp, createFakeClock, createFakeWorld, description } from '../fakes/world.ts';

export const anna = { person: 'U0ANNA', teamId: 'T0HOME', userId: 'U0ANNA', name: 'Anna' };
export const queue = (
  name: string,
  connection: string,
  group: string,
  hosts = ['api-1'],
): QueueDescription => ({
  ...{ name, connection, jobs: [], costly: false, workers: { group, hosts } },
});
export const queues = [
  queue('reports', 'database', 'reports'),
  queue('ops', 'database', 'ops'),
  ...[queue('high', 'redis', 'fast'), queue('default', 'redis', 'fast')],
];

export type Hosts = Readonly<Record<string, Readonly<Record<string, Partial<FakeProcess>>>>>;

/** A restart in memory, from its words to its card. */
export interface RestartStage {
  readonly supervisor: FakeSupervisor;
  readonly world: World;
  readonly requests: ReturnType<typeof createFakeRequests>;
  readonly control: ReturnType<typeof createFakeRunControl>;
  plan(words: string): ReturnType<ReturnType<typeof planned>>;
  /** Opens the request as the pipeline would. */
  open(words: string): Promise<{
    readonly context: RunContext<World>;
    run(change?: Partial<RunContext<World>>): Promise<void>;
  }>;
  /** All of it, and its card. */
  go(words: string, locale?: Locale): Promise<string>;
  card(locale?: Locale): Promise<string>;
  buttons(): Promise<readonly string[]>;
  state(): Promise<string | undefined>;
}

const planned = (operation: SealedWrite<World>, world: World) => async (typed: string) => {
  const cut = parseWords(typed);
  if (!cut.ok) throw new Error(cut.problem.code);
  const context: ReadContext<World> = {
    ...{ world, locale: 'en', signal: AbortSignal.timeout(60_000) },
    asker: { teamId: 'T0HOME', userId: 'U0ANNA', name: 'Anna', operator: true, approver: false },
  };
  const parsed = operation.parse(cut.words, world);
  return parsed.ok ? parsed.value.plan(context) : parsed;
};

export function setRestart(
  operation: SealedWrite<World>,
  hosts: Hosts,
  own: readonly QueueDescription[] = queues,
): RestartStage {
  const clock = createFakeClock();
  const supervisor = createFakeSupervisor(clock, hosts);
  const requests = createFakeRequests();
  const control = createFakeRunControl(requests.memory);
  const { app } = createFakeApp();
  const world = createFakeWorld(
    { ...app, description: { ...description, queues: own }, supervisor: supervisor.control },
    requests,
    clock,
  );
  const plan = planned(operation, world);
  const id = 'R1' as RequestId; // any text is an id here
  const open: RestartStage['open'] = async (words) => {
    const judged = await plan(words);
    if (!judged.ok) throw new Error(judged.refusal.code);
    const { request } = judged.value;
    const opened = await requests.open(
      {
        ...{
          ...request,
          reason: null,
          id,
          verb: operation.verb,
          words,
          requester: anna,
          policyVersion: 'p1',
        },
        ...{ place: { teamId: 'T0HOME', channel: 'C0OPS' }, digest: digestOf(request.targets) },
      },
      undefined,
    );
    if (!opened.ok) throw new Error(opened.why);
    const context: RunContext<World> = {
      ...{ world, execution: opened.execution, requests, control, clock, changed: () => undefined },
      signal: AbortSignal.timeout(60_000),
    };
    return { context, run: (change) => judged.value.run({ ...context, ...change }) };
  };
  const draw = async (locale: Locale): Promise<Reply> => {
    const view = await requests.find({ id });
    if (view === undefined) throw new Error('nothing was asked');
    return operation.card(view, world, locale);
  };
  const card: RestartStage['card'] = async (locale = 'en') => renderReply(await draw(locale));
  return {
    ...{ supervisor, world, requests, control, plan, open, card },
    async go(words, locale) {
      const { context, run } = await open(words);
      await run();
      const { state, detail } = await operation.settle(context);
      await requests.finish(context.execution, state, detail);
      return card(locale);
    },
    buttons: async () =>
      (await draw('en')).parts.flatMap((part) =>
        part.kind === 'buttons' ? part.buttons.map(({ label }) => label) : [],
      ),
    state: async () => (await requests.find({ id }))?.execution?.state,
  };
}
