import { readFileSync } from 'node:fs';
import { ulid } from 'ulid';
import type { ConfigChange } from '../../../demo/world/config.ts';
import type { World as DemoWorld } from '../../../demo/world/world.ts';
import { loadConfiguration } from '../../../src/config/load.ts';
import type { AuditActor } from '../../../src/core/audit.ts';
import { systemClock } from '../../../src/core/clock.ts';
import { createDigest } from '../../../src/core/digest.ts';
import { createExecutionRunner, type ExecutionRunner } from '../../../src/core/execution-runner.ts';
import type { FormValues } from '../../../src/core/form.ts';
import { failedJobId, type RequestId } from '../../../src/core/ids.ts';
import { keepRows } from '../../../src/core/keep-rows.ts';
import type { ReadContext, SealedGuarded, Survey } from '../../../src/core/operation.ts';
import { parseAct } from '../../../src/core/parse-act.ts';
import type { Judged } from '../../../src/core/refusal.ts';
import type { RequestView } from '../../../src/core/request.ts';
import type { RunningExecution } from '../../../src/core/store-ports.ts';
import { createSshHost } from '../../../src/hosts/ssh-host.ts';
import { createSupervisorControl } from '../../../src/hosts/supervisor-control.ts';
import { createApp } from '../../../src/laravel/app.ts';
import { createOperationTeller } from '../../../src/operations/tell-operations.ts';
import type { World } from '../../../src/operations/world.ts';
import { migrateStore } from '../../../src/store/migrate.ts';
import { createStore, type Store } from '../../../src/store/store.ts';
import { patient } from '../store/support.ts';

/** Guarded operations on the real world without Slack: asked, approved and run by the store's records. */
export interface Approved {
  readonly world: World;
  readonly store: Store;
  /** Words as after `/queue`; the form is sent with a reason, both ticks, and `values`. */
  ask(words: string, values?: Readonly<Record<string, string>>): Promise<RequestView>;
  survey(words: string): Promise<Survey>;
  /** Bo approves it; it is claimed. */
  approve(view: RequestView): Promise<RunningExecution>;
  /** A process that carries executions out; each has a life of its own. */
  runner(): ExecutionRunner<World>;
  /** Asks, approves and runs, in a runner that goes on to watch the jobs. */
  run(words: string, values?: Readonly<Record<string, string>>): Promise<RequestView>;
  untilEnded(id: RequestId, limitMs?: number): Promise<RequestView>;
  until(id: RequestId, is: (view: RequestView) => boolean, limitMs?: number): Promise<RequestView>;
  find(id: RequestId): Promise<RequestView>;
  /** What the rooms had to say. */
  readonly said: unknown[];
  stop(): Promise<void>;
}

const anna: AuditActor = { person: 'U0ANNA', teamId: 'T0HOME', userId: 'U0ANNA', name: 'Anna' };
const bo: AuditActor = { person: 'U0BO', teamId: 'T0HOME', userId: 'U0BO', name: 'Bo' };
const place = { teamId: 'T0HOME', channel: 'C0OPS' };

export async function createApproved(
  demo: DemoWorld,
  operation: SealedGuarded<World>,
  change?: ConfigChange,
): Promise<Approved> {
  const file = await demo.config(change);
  const loaded = loadConfiguration({ file, env: demo.env, readFile: (path) => readFileSync(path, 'utf8') });
  if (!loaded.ok) throw new Error(`the world's configuration is refused: ${JSON.stringify(loaded.faults)}`);
  const { configuration } = loaded;
  const [own] = configuration.apps;
  const host = own && configuration.hosts.get(own.description.artisan.host);
  if (own === undefined || host === undefined || host.kind !== 'ssh') throw new Error('an app behind SSH');
  const said: unknown[] = [];
  const say = (...words: unknown[]): void => void said.push(words);
  const log = { debug: () => undefined, info: () => undefined, warn: say, error: say };
  await migrateStore(configuration.store.migrateUrl, configuration.store.url);
  const store = createStore({
    ...{ url: configuration.store.url, key: configuration.audit.key, clock: systemClock, log },
    limits: patient,
  });
  const { policyVersion } = configuration;
  await store.start();
  await store.policy.activate(policyVersion, {});
  const runnerOfHost = createSshHost(host);
  const { app, close } = createApp({
    ...{ configuration: own, runner: runnerOfHost, clock: systemClock, log },
    maintenanceMark: async () => ({ ok: true, value: false }),
    logs: { search: async () => undefined },
    workers: {
      list: async () => ({ value: [], missing: [] }),
      inspect: async () => ({ value: [], missing: [] }),
    },
    supervisor: createSupervisorControl(new Map()),
  });
  const world: World = {
    ...{ app, audit: store.audit, requests: store.requests, approvals: store.approvals },
    ...{ control: store.control, switches: store.switches, preapprovals: store.preapprovals },
    ...{ policy: configuration.approvals, roster: configuration.people, clock: systemClock },
    ...{
      appNames: [app.description.name],
      runbooks: configuration.runbooks,
      keeper: store.policy,
      approvalsChannel: 'C0APPROVE',
      policyVersion,
    },
    drills: configuration.drills,
    pauses: store.pauses,
    ...{ drillRecords: store.drills, auditProof: store.auditProof },
    ...{ alerts: store.desk, alertRules: configuration.alerts.rules },
    holdAfterSeconds: configuration.alerts.holdAfterSeconds,
  };
  const worlds = new Map([[app.description.name, world]]);
  const context = (limitMs: number): ReadContext<World> => ({
    ...{ world, locale: 'en', signal: AbortSignal.timeout(limitMs) },
    asker: { teamId: anna.teamId, userId: anna.userId, name: anna.name, operator: true, approver: false },
  });
  const parse = (words: string) => {
    const act = must(parseAct({ operations: [operation], worlds }, words));
    return must(operation.parse(act.words, world));
  };
  const find = async (id: RequestId): Promise<RequestView> => {
    const view = await store.requests.find({ id });
    if (view === undefined) throw new Error('the request is gone');
    return view;
  };
  const until: Approved['until'] = async (id, is, limitMs = 100_000) => {
    const over = Date.now() + limitMs;
    for (;;) {
      const view = await find(id);
      if (is(view)) return view;
      if (Date.now() > over)
        throw new Error(
          `it never came so far: ${JSON.stringify([view.execution, view.countsByState, said])}`,
        );
      await new Promise((resolve) => setTimeout(resolve, 250));
    }
  };
  const runners: ExecutionRunner<World>[] = [];
  const approved: Approved = {
    ...{ world, store, find, until, said },
    survey: async (words) => must(await parse(words).survey(context(30_000))),
    async ask(words, values = {}) {
      const parsed = parse(words);
      const survey = must(await parsed.survey(context(30_000)));
      const form: FormValues = new Map<string, string | true>([
        ...([
          ['reason', 'the cause is fixed'],
          ['cause', true],
          ['twice', true],
        ] as const),
        ...Object.entries(values),
      ]);
      const carried = { words, channel: place.channel, highest: survey.highest };
      const read = parsed.readForm({ values: form, carried }, world, 'en');
      if (!read.ok) throw new Error(`fields are refused: ${JSON.stringify([...read.errors])}`);
      const id = ulid() as RequestId; // a fresh ULID is a request's id
      const digest = createDigest();
      const rows = read.value.freeze(context(60_000));
      const frozen = await keepRows(rows, digest, (some) => store.approvals.freeze(id, some));
      const { coveredBy: _, ...plan } = must(frozen);
      const asked = await store.approvals.ask(
        {
          ...{ ...plan, id, verb: operation.verb, words, requester: anna, policyVersion, place },
          ...{ count: digest.count, highest: failedJobId(digest.highest), digest: digest.end() },
          ...{ quorum: 1, expiresSeconds: 1_800, runWithinSeconds: 300, preapprovals: [] },
          cards: [{ teamId: 'T0HOME', channel: 'C0APPROVE' }],
        },
        { perHour: 1_000 },
      );
      if (!asked.ok) throw new Error(`not asked: ${asked.why}`);
      return asked.view;
    },
    async approve(view) {
      const messageTs = `${view.number}.1`;
      const subject = { about: 'request', id: view.id } as const;
      const card = { subject, channel: 'C0APPROVE', threadTs: undefined, messageTs };
      await store.cards.shown(
        { ...card, version: view.version, shownVersion: 0, attempted: false },
        messageTs,
        view.version,
      );
      const decided = await store.approvals.decide({
        ...{ kind: 'approve', requestId: view.id, actor: bo, policyVersion, detail: {} },
        pressed: { teamId: 'T0HOME', channel: 'C0APPROVE', messageTs },
      });
      if (!decided.ok) throw new Error(`not approved: ${decided.why}`);
      const verified = await operation.verify(decided.view, { world, signal: AbortSignal.timeout(60_000) });
      if (verified.kind !== 'unchanged') throw new Error(`not as it was: ${JSON.stringify(verified)}`);
      const claimed = await store.approvals.claim(decided.view, {
        ...{ voided: [], policyVersion, digest: verified.digest },
      });
      if (!claimed.ok) throw new Error(`not claimed: ${claimed.why}`);
      return claimed.execution;
    },
    runner() {
      const runner = createExecutionRunner<World>({
        ...{ requests: store.requests, control: store.control, cards: { changed: () => undefined } },
        ...{ operations: new Map([[operation.verb, operation]]), worlds, policyVersion, newId: ulid },
        ...{ clock: systemClock, log, teller: createOperationTeller({ worlds, clock: systemClock }) },
      });
      runners.push(runner);
      return runner;
    },
    async run(words, values) {
      const view = await approved.ask(words, values);
      approved.runner().carryOut(await approved.approve(view));
      return view;
    },
    untilEnded: (id, limitMs) =>
      until(id, ({ execution }) => execution !== null && execution.finishedAt !== null, limitMs),
    async stop() {
      await Promise.all(runners.map((runner) => runner.drain(5_000)));
      runnerOfHost.close();
      await close();
      await store.stop(1_000);
    },
  };
  return approved;
}

function must<T>(judged: Judged<T>): T {
  if (judged.ok) return judged.value;
  throw new Error(`refused: ${JSON.stringify(judged.refusal)}`);
}
