import type { AlertRule, AlertsDescription } from '../core/alert-description.ts';
import type { Clock } from '../core/clock.ts';
import type { Fingerprint, IncidentId } from '../core/incident.ts';
import type { Log } from '../core/log.ts';
import { LeaseLost } from '../core/store-ports.ts';
import { within } from '../core/within.ts';
import { decideTick, type TickDecision, type TickInput } from './decide.ts';
import { dueRules, type Looked } from './due-rules.ts';
import type { Paging } from './paging.ts';
import type { AlertMemory, AlertStore, EvaluatorLease, MeasuredTick, Measurer } from './ports.ts';

export interface EvaluatorParts {
  readonly store: AlertStore;
  readonly measurer: Measurer;
  readonly alerts: AlertsDescription;
  /** Names of all configured applications. */
  readonly apps: readonly string[];
  /** Left out: pages go nowhere. */
  readonly paging?: Paging;
  readonly clock: Clock;
  readonly log: Log;
  /** This replica, for the lease. */
  readonly holder: string;
  readonly newId: () => IncidentId;
}

/** `standby`: another replica evaluates. */
export type Ticked = 'evaluated' | 'standby';

export interface Evaluator {
  /** Ticks until the signal ends it, then hands the lease back. Never rejects. */
  run(signal: AbortSignal): Promise<void>;
  /** One tick. Throws what the store throws. */
  tick(signal: AbortSignal): Promise<Ticked>;
  /** This replica evaluates, and its last tick is in the store and not long ago. */
  isWell(): boolean;
}

/** The measurer ends its own statements before this; one that does not answer at all must not hold the lease. */
const measureLimitMs = 25_000;
const handBackLimitMs = 2_000;
const thinEveryMs = 3_600_000;
/** So many ticks without a committed one, and evaluation is not well. */
const missedTicks = 3;
/** How far back an application is looked for without failures. */
const neverWellMs = 30 * 86_400_000;

/** The tick that ties it together: load, measure, decide, commit. Whatever dies in between, nothing of the tick is there, or all. */
export function createEvaluator(parts: EvaluatorParts): Evaluator {
  const { store, measurer, alerts, apps, paging, clock, log, holder, newId } = parts;
  const everyMs = alerts.everySeconds * 1_000;
  const looked: Looked = new Map();
  let lease: EvaluatorLease | undefined;
  let committedAt: Date | undefined;
  let thinnedAt = 0;

  const tick = async (signal: AbortSignal): Promise<Ticked> => {
    const held = await store.takeLease(holder);
    if (held?.token !== lease?.token) {
      log.info(
        {},
        held === undefined ? 'another replica evaluates the alerts' : 'this replica evaluates the alerts',
      );
      looked.clear();
    }
    lease = held;
    if (held === undefined) {
      committedAt = undefined;
      return 'standby';
    }
    const started = performance.now();
    const memory = await store.load(held);
    const due = dueRules(alerts.rules, looked, memory.now, alerts.everySeconds);
    const measured = await within(measurer.measure(due, signal, memory), measureLimitMs, undefined);
    if (measured === undefined) throw new Error('measuring did not end in time');
    // What was cut short by our own end is no failure of what it asked.
    signal.throwIfAborted();
    const pages = paging?.results() ?? new Map();
    const decision = await decide({ memory, tick: measured, alerts, apps, pages, newId });
    await store.commit(held, { ...decision.changes, costMs: performance.now() - started });
    for (const rule of due) looked.set(rule, memory.now);
    committedAt = clock.now();
    paging?.forget(pages);
    tell(log, decision, measured);
    await sendPages(held, decision, signal);
    return 'evaluated';
  };

  /** An application's old failures are looked for only when its first alert is about to be told. */
  const decide = async (input: Omit<TickInput, 'neverWell'>): Promise<TickDecision> => {
    const decision = decideTick({ ...input, neverWell: new Set() });
    const neverWell = new Set<Fingerprint>();
    for (const { fingerprint, rule, app } of decision.changes.opened) {
      const described = alerts.rules.find((one) => one.name === rule && one.app === app);
      if (described !== undefined && (await wasNeverWell(described, fingerprint, input.memory)))
        neverWell.add(fingerprint);
    }
    return neverWell.size === 0 ? decision : decideTick({ ...input, neverWell });
  };

  const wasNeverWell = async (
    rule: AlertRule,
    fingerprint: Fingerprint,
    { accepted, now }: AlertMemory,
  ): Promise<boolean> => {
    if (rule.watch !== 'failed_jobs' || accepted.some(({ app }) => app === rule.app)) return false;
    const samples = await store.samples(fingerprint, new Date(now.getTime() - neverWellMs));
    return samples.every(({ value }) => value > rule.above);
  };

  /** As they are in the store now: with their numbers, and with what people did meanwhile. */
  const sendPages = async (
    held: EvaluatorLease,
    { pagesDue, pagesToEnd }: TickDecision,
    signal: AbortSignal,
  ): Promise<void> => {
    paging?.end(pagesToEnd, signal);
    if (paging === undefined || pagesDue.length === 0) return;
    const { open } = await store.load(held);
    const due = new Set(pagesDue);
    paging.send(
      [...open.values()].filter(({ id }) => due.has(id)),
      signal,
    );
  };

  const thin = async (): Promise<void> => {
    if (Math.abs(clock.now().getTime() - thinnedAt) < thinEveryMs) return;
    thinnedAt = clock.now().getTime();
    await store.thin();
  };

  return {
    tick,
    isWell() {
      if (committedAt === undefined) return false;
      return Math.abs(clock.now().getTime() - committedAt.getTime()) < missedTicks * everyMs;
    },

    async run(signal) {
      while (!signal.aborted) {
        const started = clock.now().getTime();
        try {
          if ((await tick(signal)) === 'evaluated') await thin();
        } catch (error) {
          if (error instanceof LeaseLost) log.info({}, 'another replica took the evaluation of alerts over');
          else if (!signal.aborted) log.error({ err: error }, 'a tick of the alerts failed');
        }
        const next = started + everyMs - clock.now().getTime();
        // A clock that was set back must not make it sleep for longer than a tick.
        await clock.wait(Math.min(everyMs, Math.max(0, next)), signal).catch(() => undefined);
      }
      if (lease !== undefined)
        await within(store.handBack(lease), handBackLimitMs, undefined).catch(() => undefined);
    },
  };
}

function tell(
  log: Log,
  { changes: { opened, changed, pageEnds = [] } }: TickDecision,
  { cost }: MeasuredTick,
): void {
  for (const { id, taken } of pageEnds)
    if (!taken) log.error({ incident: id }, 'that an incident is over reached nobody who was paged');
  const resolved = changed.filter(({ state }) => state === 'resolved').length;
  if (opened.length + resolved > 0)
    log.info({ fired: opened.map(({ fingerprint }) => fingerprint), resolved }, 'alerts');
  log.debug({ cost: Object.fromEntries(cost) }, 'a tick of the alerts');
}
