/** Builds everything from the configuration and starts and stops it: the only place that knows everyone. */
import { ulid } from 'ulid';
import { createEvaluator } from './alerts/evaluator.ts';
import { createMeasurer } from './alerts/measurer.ts';
import { createPaging } from './alerts/paging.ts';
import type { AlertStore } from './alerts/ports.ts';
import { probe } from './alerts/probe.ts';
import { createChartDrawer } from './charts/chart-drawer.ts';
import type {
  AgelessLevel,
  AuditVerdict,
  Bot,
  BotParts,
  BuildBot,
  Readiness,
  ReadinessCheck,
  StrangeWords,
} from './cli/bot.ts';
import { queueLabel } from './core/app-description.ts';
import { type ApprovalClaimer, createApprovalClaimer } from './core/approval-claimer.ts';
import { findFieldErrors } from './core/ask.ts';
import type { CardPlace } from './core/card-store.ts';
import { createExecutionRunner, type ExecutionRunner } from './core/execution-runner.ts';
import type { RunningOperation } from './core/execution-runner-parts.ts';
import type { HostDescription } from './core/host-description.ts';
import type { IncidentId, RequestId } from './core/ids.ts';
import type { Incident } from './core/incident.ts';
import { isUnderstood } from './core/is-understood.ts';
import type { SealedGuarded } from './core/operation.ts';
import { createPipeline } from './core/pipeline.ts';
import type { ApprovingParts, PipelineParts } from './core/pipeline-parts.ts';
import { readInShell } from './core/read-in-shell.ts';
import { createRecent } from './core/recent.ts';
import type { Reply } from './core/reply.ts';
import type { RequestView } from './core/request.ts';
import { watchRoster } from './core/roster-watch.ts';
import { within } from './core/within.ts';
import { createLocalHost } from './hosts/local-host.ts';
import { createLogs } from './hosts/log/logs.ts';
import { createMaintenanceMark } from './hosts/maintenance-mark.ts';
import { createRunnerHost } from './hosts/runner/runner-host.ts';
import { createSshHost } from './hosts/ssh-host.ts';
import type { SupervisedHost } from './hosts/supervised-host.ts';
import { createWorkers } from './hosts/supervisor.ts';
import { createSupervisorControl } from './hosts/supervisor-control.ts';
import { tryHosts } from './hosts/try-hosts.ts';
import { createApp } from './laravel/app.ts';
import { createZone } from './laravel/zoned-time.ts';
import { createPictureKeeper, type PictureKeeper } from './operations/incidents/keep-pictures.ts';
import { createIncidentTeller } from './operations/incidents/tell-incidents.ts';
import { appWords } from './operations/job-buttons.ts';
import { isAtLeast } from './operations/laravel-version.ts';
import { operations } from './operations/list.ts';
import type { App } from './operations/ports.ts';
import { presses } from './operations/presses/list.ts';
import { resumeWhenDue } from './operations/resume-due.ts';
import { createSay } from './operations/say-notice.ts';
import { createOperationTeller } from './operations/tell-operations.ts';
import type { World } from './operations/world.ts';
import { beat } from './paging/heartbeat.ts';
import { createCallHttp } from './paging/http-call.ts';
import { pageRequests } from './paging/page-requests.ts';
import { createPager, createSendPage } from './paging/pager.ts';
import { connectSlack, type Slack, type SlackParts } from './slack/slack.ts';
import { migrateStore } from './store/migrate.ts';
import { createStore, type Store } from './store/store.ts';
import { sayAsked, sayOpenForm } from './text/approval.ts';
import { pageSummary, requestSummary } from './text/page.ts';
import { sayFault, sayRefusal } from './text/refusals.ts';
import { slackText } from './text/slack.ts';

/** Of the 25 s that stopping may take. */
const stopLimits = { listeners: 8_000, executions: 8_000, store: 3_000 } as const;
const socketGoneMs = 60_000;

const sweepEveryMs = 5_000;
const activateAgainMs = 5_000;
const claimLimitMs = 2_000;
/** A tick that is under way ends, and the lease is handed back. */
const handBackLimitMs = 3_000;
const tryHostsMs = 4_000;
const probeLimitMs = 25_000;
const acceptedLimitMs = 3_000;

/** What has an execution and a card. */
const running = new Map(
  operations.flatMap((operation): [string, RunningOperation<World>][] =>
    operation.effect === 'read' || operation.effect === 'record' ? [] : [[operation.verb, operation]],
  ),
);
const guarded = new Map(
  operations.flatMap((operation): [string, SealedGuarded<World>][] =>
    operation.effect === 'guarded' ? [[operation.verb, operation]] : [],
  ),
);

export const buildBot: BuildBot = (parts: BotParts): Bot => {
  const { configuration, clock, log } = parts;
  const slackState: { slack?: Slack } = {};
  const store = createStore({
    ...{ url: configuration.store.url, key: configuration.audit.key, clock, log },
    ...(configuration.audit.file === undefined ? {} : { anchorFile: configuration.audit.file }),
    ...(configuration.audit.spool === undefined ? {} : { spoolFile: configuration.audit.spool }),
    ...(configuration.slack.channels.approvals === undefined
      ? {}
      : { rosterChannel: configuration.slack.channels.approvals }),
    ...(configuration.slack.channels.alerts === undefined
      ? {}
      : { alertsChannel: configuration.slack.channels.alerts }),
    holdAfterSeconds: configuration.alerts.holdAfterSeconds,
    onAnchor: (head) => slackState.slack?.anchors.post(head),
  });
  const hosts = new Map([...configuration.hosts].map(([name, host]) => [name, createHost(host)]));
  const apps = configuration.apps.map((app) => {
    const { description } = app;
    const runner = hosts.get(description.artisan.host)?.runner;
    if (runner === undefined)
      throw new Error(`the configuration let an unknown host through: ${description.artisan.host}`);
    return createApp({
      ...{ configuration: app, runner, clock, log },
      maintenanceMark: createMaintenanceMark(runner, description),
      workers: createWorkers(description, hosts, clock),
      logs: createLogs({ description, hosts, zone: createZone(description.timezone) }),
      supervisor: createSupervisorControl(hosts),
    });
  });
  const worlds = new Map(
    apps.map(({ app }): [string, World] => [
      app.description.name,
      {
        ...{ app, audit: store.audit, requests: store.requests, clock },
        ...{ approvals: store.approvals, control: store.control, keeper: store.policy },
        ...{ switches: store.switches, preapprovals: store.preapprovals, pauses: store.pauses },
        policyVersion: configuration.policyVersion,
        approvalsChannel: configuration.slack.channels.approvals,
        ...{ policy: configuration.approvals, roster: configuration.people },
        runbooks: ofQueues(configuration.runbooks, app),
        drills: ofQueues(configuration.drills, app),
        ...{ drillRecords: store.drills, auditProof: store.auditProof, alerts: store.desk },
        alertRules: configuration.alerts.rules.filter(({ app: name }) => name === app.description.name),
        holdAfterSeconds: configuration.alerts.holdAfterSeconds,
        appNames: configuration.apps.map(({ description }) => description.name),
      },
    ]),
  );

  const incidents = createIncidentTeller({
    ...{ desk: store.desk, worlds, rules: configuration.alerts.rules },
    ...{ escalate: configuration.alerts.escalate, locale: configuration.locale },
    ...(configuration.alerts.quiet === undefined ? {} : { quietZone: configuration.alerts.quiet.timezone }),
  });
  const draw: SlackParts['draw'] = async (place) => {
    if (place.subject.about !== 'request') return incidents.draw(place);
    const view = await store.requests.find({ id: place.subject.id });
    const world = view && worlds.get(view.app);
    const operation = view && running.get(view.verb);
    if (view === undefined || world === undefined || operation === undefined) return undefined;
    const reply = operation.card(view, world, configuration.locale);
    return { reply: isMainCard(place) ? reply : withoutOnce(reply), version: view.version };
  };
  const { approvals: approvalsChannel } = configuration.slack.channels;
  const isMainCard = ({ channel, threadTs }: Pick<CardPlace, 'channel' | 'threadTs'>): boolean =>
    approvalsChannel === undefined || (channel === approvalsChannel && threadTs === undefined);

  const drawer = createChartDrawer({ log });

  const stopping = new AbortController();
  let executions: ExecutionRunner<World> | undefined;
  let claiming: Promise<void> = Promise.resolve();
  let evaluating: Promise<void> = Promise.resolve();
  let paging: Promise<void> = Promise.resolve();
  let migrated = false;

  const { policyVersion, people: roster, approvals: policy } = configuration;

  const teller = createOperationTeller({ worlds, clock });
  const createRunner = (slack: Slack): ExecutionRunner<World> =>
    createExecutionRunner<World>({
      ...{ requests: store.requests, control: store.control, operations: running, worlds, policyVersion },
      ...{ cards: slack.cards, clock, log, newId: ulid, teller },
    });

  const createClaimer = (slack: Slack, runner: ExecutionRunner<World>): ApprovalClaimer =>
    createApprovalClaimer<World>({
      ...{ approvals: store.approvals, requests: store.requests, preapprovals: store.preapprovals },
      ...{ policyKeeper: store.policy, policyVersion, roster, directory: slack.directory },
      ...{ operations: guarded, worlds, hostOf: (world) => world.app.artisan.host, executions: runner },
      ...{ cards: slack.cards, clock, log },
    });

  const approvingParts = (slack: Slack, claimer: ApprovalClaimer): ApprovingParts => ({
    ...{ approvals: store.approvals, control: store.control, requests: store.requests },
    ...{ preapprovals: store.preapprovals, policyKeeper: store.policy, policy, policyVersion },
    ...{ channel: configuration.slack.channels.approvals, cards: slack.cards, kick: claimer.kick },
    pages: policy.page && configuration.alerts.page !== undefined,
    newId: () => ulid() as RequestId, // a fresh ULID is a request's id by definition
  });

  const pipelineParts = (
    slack: Slack,
    runner: ExecutionRunner<World>,
    approving: ApprovingParts,
  ): PipelineParts<World> => ({
    ...{ operations, presses, worlds, directory: slack.directory, executions: runner, approving, clock, log },
    ...{ audit: store.audit, inbound: store.inbound, recent: createRecent(), roster, newAuditId: ulid },
    threads: store.desk,
    commandChannels: configuration.slack.channels.commands,
    say: {
      ...{ refusal: sayRefusal, fault: sayFault, openForm: sayOpenForm, asked: sayAsked },
      share: (locale) => slackText[locale].share,
    },
    locale: configuration.locale,
  });

  /** The replica that started last says which policy is in force; until its record is taken none of its own is. */
  const activatePolicy = async (signal: AbortSignal): Promise<void> => {
    while (!signal.aborted) {
      try {
        await store.policy.activate(policyVersion, { instance: parts.instance });
        return;
      } catch (error) {
        log.warn({ err: error }, 'this configuration is not the active one yet');
        await clock.wait(activateAgainMs, signal).catch(() => undefined);
      }
    }
  };

  /** Expiry is decided by each question itself; this only redraws cards and reminds, and tells what a dead process owed. */
  const sweep = async (signal: AbortSignal): Promise<void> => {
    while (!signal.aborted) {
      await store.approvals.sweep().catch((error: unknown) => {
        log.warn({ err: error }, 'what is over can not be tidied now');
      });
      await teller.tellOwed().catch((error: unknown) => {
        log.warn({ err: error }, 'what threads are owed can not be told now');
      });
      await clock.wait(sweepEveryMs, signal).catch(() => undefined);
    }
  };

  const callHttp = createCallHttp(clock.now);
  const environments = new Map(
    apps.map(({ app: { description } }) => [description.name, description.environment]),
  );
  /** One for all pages: a service that asks to be left alone is left alone by all of them. */
  const sendPage =
    configuration.alerts.page && createSendPage({ targets: configuration.alerts.page, callHttp, clock });

  /** What was put out while requests paged is sent, or told to be over, although none does any more. */
  const pageOpenRequests = async (signal: AbortSignal): Promise<void> => {
    if (sendPage === undefined) return;
    const summaryOf = (view: RequestView): string => requestSummary(view, configuration.locale);
    const { requestPages: pages, requests } = store;
    await pageRequests({ pages, requests, send: sendPage, summaryOf, environments, clock, log }, signal);
  };

  /** Beside everything else: no root waits for its picture. */
  const keepPictures = (slack: Slack, signal: AbortSignal): PictureKeeper | undefined => {
    if (configuration.slack.channels.alerts === undefined || configuration.alerts.rules.length === 0) return;
    const keeper = createPictureKeeper({
      ...{ pictures: store.rootPictures, maker: slack.pictures, chartOf: incidents.chart },
      ...{ cards: slack.cards, clock, log },
    });
    void keeper.run(signal);
    return keeper;
  };

  /** Ticks on the replica that holds the evaluator's lease; without rules nothing is evaluated. */
  const evaluateAlerts = async (slack: Slack, signal: AbortSignal): Promise<void> => {
    const pictures = keepPictures(slack, signal);
    const { alerts, locale } = configuration;
    if (alerts.rules.length === 0) return;
    const pager = sendPage && createPager(sendPage, environments);
    const summaryOf = (incident: Incident): string => pageSummary(incident, locale);
    const told: AlertStore = {
      ...store.alerts,
      async commit(lease, tick) {
        await store.alerts.commit(lease, tick);
        // What it says is said at once, not when somebody looks the next time.
        for (const { id } of [...tick.opened, ...tick.changed].slice(0, 1)) {
          slack.cards.changed(id);
          pictures?.kick();
        }
      },
    };
    const evaluator = createEvaluator({
      ...{ store: told, alerts, apps: [...worlds.keys()], clock, log, holder: parts.instance },
      measurer: createMeasurer({
        apps: apps.map(({ app, alerts: reader }) => ({
          ...{ description: app.description, alerts: reader, workers: app.workers },
        })),
        kept: { samples: store.alerts.samples, incidents: store.desk.incidents },
        ...{ stepSeconds: alerts.everySeconds, log },
      }),
      ...(pager === undefined ? {} : { paging: createPaging({ pager, summaryOf, log }) }),
      newId: () => ulid() as IncidentId, // a fresh ULID is an incident's id by definition
    });
    const isWell = (): boolean =>
      evaluator.isWell() && store.state().reachable && slack.connection().connected;
    if (alerts.heartbeat !== undefined)
      void beat({ heartbeat: alerts.heartbeat, isWell, callHttp, clock, log }, signal);
    await evaluator.run(signal);
  };

  return {
    async start() {
      if (parts.slack === undefined) throw new Error('a bot without Slack can not be started');
      const [ran, slack] = await Promise.all([
        migrateStore(configuration.store.migrateUrl, configuration.store.url),
        connectSlack({
          ...{
            wire: parts.slack,
            botToken: parts.slack.botToken,
            apiUrl: parts.slack.apiUrl,
            draw,
            clock,
            log,
          },
          ...{
            auditChannel: configuration.audit.channel,
            cardStore: store.cards,
            outbox: store.outbox,
            drawChart: drawer.draw,
            say: createSay({ requests: store.requests, worlds, incidents, locale: configuration.locale }),
            locale: configuration.locale,
          },
          instance: parts.instance,
        }),
      ]);
      migrated = true;
      slackState.slack = slack;
      if (ran.length > 0) log.info({ migrations: ran }, 'the store was migrated');
      await store.start();
      for (const right of await store.findWideRights())
        log.warn({ right }, 'the store account may do more to the audit log than it should');
      const { signal } = stopping;
      const runner = createRunner(slack);
      executions = runner;
      const claimer = createClaimer(slack, runner);
      await within(activatePolicy(signal), activateAgainMs, undefined);
      void runner.recover(signal);
      claiming = claimer.run(signal);
      void sweep(signal);
      void resumeWhenDue({ pauses: store.pauses, worlds, executions: runner, clock, log }, signal);
      void watchRoster(
        { roster, directory: slack.directory, policyKeeper: store.policy, clock, log },
        signal,
      );
      void store.maintain(signal);
      evaluating = evaluateAlerts(slack, signal);
      paging = pageOpenRequests(signal);
      for (const { warm } of apps) warm();
      const pipeline = createPipeline(pipelineParts(slack, runner, approvingParts(slack, claimer)));
      await slack.listen(pipeline.handle, (submission, locale) =>
        findFieldErrors<World>({ operations, worlds }, submission, locale),
      );
    },

    async stop() {
      const { slack } = slackState;
      // New words are refused from here on, what is under way goes on.
      await slack?.stop(stopLimits.listeners);
      stopping.abort(new Error('stopping'));
      // A claim that is under way hands its execution to the runner before that is drained.
      await within(claiming, claimLimitMs, undefined);
      await executions?.drain(stopLimits.executions);
      await within(Promise.all([evaluating, paging]), handBackLimitMs, undefined);
      await store.stop(stopLimits.store);
      drawer.close();
      await Promise.all(apps.map(({ close }) => close().catch(() => undefined)));
      for (const { close } of hosts.values()) close();
    },

    readiness: () => readinessOf(store, slackState.slack, migrated, stopping.signal.aborted),

    async runReading(words, locale) {
      const parsed = { operations, worlds, note: store.audit.note };
      const judged = await readInShell<World>(parsed, words, locale);
      return judged.ok
        ? { reply: judged.value, ok: true }
        : { reply: sayRefusal(judged.refusal, locale), ok: false };
    },

    async verifyAudit(): Promise<AuditVerdict> {
      const { rows, head, fault } = await store.verifyAudit();
      return fault === undefined ? { ok: true, rows, last: head } : { ok: false, rows, fault };
    },

    strangeWords: () => findStrangeWords(worlds),

    async findAgeless() {
      const reads = apps.map(async ({ app: { artisan, description } }) => {
        const asked = description.queues.filter(
          ({ slo, connection }) =>
            slo?.maxOldestSeconds !== undefined &&
            description.connections.get(connection)?.driver === 'redis',
        );
        const version =
          asked.length === 0 ? undefined : await artisan.version(AbortSignal.timeout(tryHostsMs));
        if (version?.ok !== true || isAtLeast(version.value, 12, 11)) return [];
        return asked.map(
          ({ name, ...queue }): AgelessLevel => ({
            ...{ queue: queueLabel({ ...queue, name }), version: version.value },
            path: ['apps', description.name, 'queues', name, 'slo', 'max_oldest'],
          }),
        );
      });
      return (await Promise.all(reads)).flat();
    },

    async tryConditions() {
      const reads = await Promise.all(
        apps.map(({ app, tryConditions }) =>
          tryConditions(
            {
              runbooks: ofQueues(configuration.runbooks, app),
              drills: ofQueues(configuration.drills, app),
              rules: configuration.alerts.rules.filter((rule) => rule.app === app.description.name),
            },
            stopping.signal,
          ),
        ),
      );
      return {
        value: reads.flatMap((read) => (read.ok ? read.value : [])),
        missing: reads.flatMap((read) => (read.ok ? [] : [read.missing])),
      };
    },

    probe: (ask) =>
      probe(
        {
          apps: apps.map(({ app: { description }, alerts }) => ({ description, alerts })),
          accepted: (app) => within(store.desk.accepted(app), acceptedLimitMs, []).catch(() => []),
          clock,
        },
        ask,
        AbortSignal.any([stopping.signal, AbortSignal.timeout(probeLimitMs)]),
      ),

    tryHosts: () =>
      tryHosts(
        configuration.hosts,
        (name) => hosts.get(name)?.runner,
        AbortSignal.any([stopping.signal, AbortSignal.timeout(tryHostsMs)]),
      ),

    migrate: () => migrateStore(configuration.store.migrateUrl, configuration.store.url),
  };
};

/** Of what is configured by queue, what concerns this app's queues. */
const ofQueues = <T>(byQueue: ReadonlyMap<string, T>, { description }: App): ReadonlyMap<string, T> => {
  const names = new Set(description.queues.map(({ name }) => name));
  return new Map([...byQueue].filter(([queue]) => names.has(queue)));
};

/** Words of verdicts' buttons that no operation takes. With several apps the button says which one. */
const findStrangeWords = (worlds: ReadonlyMap<string, World>): readonly StrangeWords[] =>
  [...worlds.values()].flatMap((world) =>
    [...world.runbooks].flatMap(([queue, { verdicts = [] }]) =>
      verdicts.flatMap(({ do: words }, index): readonly StrangeWords[] => {
        if (words === undefined || isUnderstood({ operations, worlds }, words + appWords(world))) return [];
        return [{ path: ['runbook', queue, 'verdicts', index, 'do'], words }];
      }),
    ),
  );

/** Another place's card calls nobody a second time. */
const withoutOnce = (reply: Reply): Reply => ({
  ...reply,
  parts: reply.parts.filter((part) => part.kind !== 'text' || part.once !== true),
});

function createHost(host: HostDescription): SupervisedHost & { readonly close: () => void } {
  const { supervisorctl } = host;
  if (host.kind === 'local') return { runner: createLocalHost(host), supervisorctl, close: () => undefined };
  const runner = host.runner ? createRunnerHost(host, ulid) : createSshHost(host);
  return { runner, supervisorctl, close: runner.close };
}

/** True only while commands are taken, their audit rows written, and Slack is heard. */
function readinessOf(
  store: Store,
  slack: Slack | undefined,
  migrated: boolean,
  stopping: boolean,
): Readiness {
  const { reachable, writable, behind } = store.state();
  const connection = slack?.connection();
  const gone = connection?.connected === false && Date.now() - connection.since > socketGoneMs;
  const checks: readonly ReadinessCheck[] = [
    {
      name: 'store',
      ok: migrated && reachable,
      detail: migrated ? (reachable ? 'reachable' : 'can not be reached') : 'not migrated yet',
    },
    {
      name: 'audit',
      ok: writable && behind === undefined,
      detail: behind === undefined ? (writable ? 'writable' : 'does not take records') : 'rows were lost',
    },
    {
      name: 'slack',
      ok: connection?.connected === true,
      detail: `${connection?.detail ?? 'not connected yet'}${gone ? ' for over a minute' : ''}`,
    },
    { name: 'running', ok: !stopping, detail: stopping ? 'stopping' : 'running' },
  ];
  return { ready: checks.every(({ ok }) => ok), checks };
}
