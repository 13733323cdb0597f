import { type ApprovalClaimer, createApprovalClaimer } from '../../src/core/approval-claimer.ts';
import type { Approvals } from '../../src/core/approval-ports.ts';
import type { AuditEntry } from '../../src/core/audit.ts';
import { createExecutionRunner } from '../../src/core/execution-runner.ts';
import type { RunningOperation } from '../../src/core/execution-runner-parts.ts';
import type { RequestId } from '../../src/core/ids.ts';
import type { Directory, Invocation, Surface } from '../../src/core/invocation.ts';
import type { Log } from '../../src/core/log.ts';
import type { SealedGuarded, SealedOperation } from '../../src/core/operation.ts';
import type { Locale, Member } from '../../src/core/people.ts';
import { createPipeline } from '../../src/core/pipeline.ts';
import { createRecent } from '../../src/core/recent.ts';
import type { Reply } from '../../src/core/reply.ts';
import { operations as shipped } from '../../src/operations/list.ts';
import { presses } from '../../src/operations/presses/list.ts';
import { createOperationTeller } from '../../src/operations/tell-operations.ts';
import type { World } from '../../src/operations/world.ts';
import { sayAsked, sayOpenForm } from '../../src/text/approval.ts';
import { sayFault, sayRefusal } from '../../src/text/refusals.ts';
import { createFakeApprovals } from '../fakes/approvals.ts';
import { createMemory, type Memory } from '../fakes/memory.ts';
import { createFakeRequests } from '../fakes/requests.ts';
import { createFakeRunControl } from '../fakes/run-control.ts';
import { candidate, createFakeApp, createFakeClock, createFakeWorld, type FakeApp } from '../fakes/world.ts';

const silent: Log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

/** The core with everything around it in memory. */
export interface Bench {
  readonly fake: FakeApp;
  readonly memory: Memory;
  readonly world: World;
  readonly requests: ReturnType<typeof createFakeRequests>;
  readonly claimer: ApprovalClaimer;
  readonly approvals: Approvals;
  readonly answers: { readonly reply: Reply; readonly locale: Locale }[];
  readonly posts: Reply[];
  readonly notes: AuditEntry[];
  /** What Slack knows of people and groups; tests change it. */
  readonly people: Record<string, Partial<Member> | undefined>;
  readonly groups: Map<string, ReadonlySet<string> | undefined>;
  /** Members of groups who came too lately to vote. */
  readonly young: Set<string>;
  readonly policy: { active: string };
  say(text: string, change?: Partial<Invocation> & { readonly who?: string }): Promise<void>;
  settled(): Promise<void>;
}

export interface BenchOptions {
  readonly claim?: (key: string) => Promise<boolean>;
  readonly auditWritable?: boolean;
  readonly channel?: Partial<NonNullable<Awaited<ReturnType<Directory['channel']>>>>;
  /** Besides the shipped ones. */
  readonly operations?: readonly SealedOperation<World>[];
  readonly surface?: Partial<Surface>;
  readonly roster?: Partial<World['roster']>;
  readonly quorum?: number;
  readonly world?: Partial<World>;
  readonly commandChannels?: readonly string[];
}

export function createBench(options: BenchOptions = {}): Bench {
  const fake = createFakeApp([candidate(1), candidate(2), candidate(3), candidate(4)]);
  const clock = createFakeClock();
  const memory = createMemory({ now: clock.now, auditWritable: options.auditWritable ?? true });
  const requests = createFakeRequests({ memory });
  const control = createFakeRunControl(memory);
  const approvals = createFakeApprovals(memory);
  const bare = createFakeWorld(fake.app, requests, clock);
  const quorum = options.quorum ?? 1;
  const world: World = {
    ...bare,
    ...{ approvals, control, roster: { ...bare.roster, ...options.roster } },
    policy: { ...bare.policy, quorum: { 'retry-all': quorum, flush: quorum, restore: quorum } },
    ...options.world,
  };
  const { roster } = world;
  const worlds = new Map([['fap', world]]);
  const operations = [...(options.operations ?? []), ...shipped];
  const notes: AuditEntry[] = [];
  const answers: Bench['answers'] = [];
  const posts: Reply[] = [];
  const people: Bench['people'] = {
    U0ANNA: { name: 'Anna' },
    U0CHEN: { name: 'Chen', locale: 'zh-CN' },
    U0GUEST: { name: 'Guest', standing: 'guest' },
  };
  const groups: Bench['groups'] = new Map();
  const young = new Set<string>();
  const policy = { active: 'p1' };
  const directory: Directory = {
    find: async (user) => ({ ...user, name: '?', standing: 'member', locale: 'en', ...people[user.userId] }),
    group: async (id) => (groups.has(id) ? groups.get(id) : new Set()),
    channel: async () => ({ kind: 'channel', shared: false, botIsMember: true, ...options.channel }),
    fresh: () => directory,
  };
  const policyKeeper = {
    active: async () => policy.active,
    settled: async (_: string, members: ReadonlySet<string>) =>
      new Set([...members].filter((id) => !young.has(id))),
  };
  const preapprovals = world.preapprovals;
  const cards = { changed: () => {} };
  let ids = 0;
  const newId = (): string => `R${++ids}`;
  const running = operations.flatMap((one): [string, RunningOperation<World>][] =>
    one.effect === 'read' || one.effect === 'record' ? [] : [[one.verb, one]],
  );
  const executions = createExecutionRunner<World>({
    ...{ requests, control, clock, worlds, cards, policyVersion: 'p1', log: silent, newId },
    ...{ operations: new Map(running), teller: createOperationTeller({ worlds, clock }) },
  });
  const claimer = createApprovalClaimer<World>({
    ...{ approvals, requests, preapprovals, policyKeeper, policyVersion: 'p1', roster, directory, worlds },
    ...{ executions, cards, clock, log: silent, hostOf: ({ app }) => app.artisan.host },
    operations: new Map(
      running.flatMap(([verb, one]): [string, SealedGuarded<World>][] =>
        one.effect === 'guarded' ? [[verb, one]] : [],
      ),
    ),
  });
  const claimed = new Set<string>();
  const pipeline = createPipeline<World>({
    ...{ operations, presses, worlds, directory, executions, roster, clock, log: silent, locale: 'en' },
    commandChannels: options.commandChannels ?? ['C0OPS'],
    audit: { note: (entry) => void notes.push(entry) },
    inbound: {
      claim: options.claim ?? (async (key) => !claimed.has(key) && claimed.add(key) !== undefined),
    },
    recent: createRecent(),
    threads: world.alerts,
    newAuditId: () => 'A1',
    say: {
      ...{ refusal: sayRefusal, fault: sayFault, openForm: sayOpenForm, asked: sayAsked },
      share: () => 'Share',
    },
    approving: {
      ...{ approvals, control, requests, preapprovals, policyKeeper, policyVersion: 'p1', cards },
      ...{ policy: world.policy, channel: 'C0APPROVE', pages: world.policy.page, kick: () => claimer.kick() },
      newId: () => newId() as RequestId, // what ids look like here
    },
  });
  let deliveries = 0;
  return {
    ...{
      fake,
      memory,
      world,
      requests,
      approvals,
      claimer,
      answers,
      posts,
      notes,
      people,
      groups,
      young,
      policy,
    },
    async say(text, { who = 'U0ANNA', ...change } = {}) {
      await pipeline.handle({
        ...{ source: 'slash', user: { teamId: 'T0FAP', userId: who }, text, channel: 'C0OPS' },
        dedupeKey: `command:${++deliveries}`,
        surface: {
          answer: async (reply, locale) => void answers.push({ reply, locale }),
          post: async (reply) => posts.push(reply) > 0,
          ...options.surface,
        },
        ...change,
      });
    },
    // The fake clock's waits end at once, so what is under way is given turns of the event loop, not time.
    async settled() {
      for (let turn = 0; turn < 200; turn += 1) await new Promise<void>((resolve) => setImmediate(resolve));
    },
  };
}

export const refusals = (bench: Bench): readonly (string | undefined)[] =>
  bench.notes.map(({ outcome }) => outcome);
