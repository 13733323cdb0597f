import type { OperationNote } from '../alerts/ports.ts';
import { queueLabel } from '../core/app-description.ts';
import { queuekeeper } from '../core/audit.ts';
import type { Clock } from '../core/clock.ts';
import type { OperationTeller } from '../core/execution-runner-parts.ts';
import type { Incident, IncidentId } from '../core/incident.ts';
import type { RequestView } from '../core/request.ts';
import { parseQueue } from './arguments.ts';
import type { World } from './world.ts';

/** What it reached shows in the first measurement after its end: two ticks and a little are waited for. */
const lookEveryMs = 5_000;
const mostLooks = 15;
const mostOpen = 200;
/** They touch what is counted of the whole application, too. */
const aboutFailures = new Set(['retry', 'retry-all', 'forget', 'flush', 'restore']);

export interface OperationTellerParts {
  readonly worlds: ReadonlyMap<string, World>;
  readonly clock: Clock;
}

export interface OwingOperationTeller extends OperationTeller {
  /**
   * Tells the ends that a process owed when it died between an outcome and its entry. Any process may; telling twice does
   * nothing. Throws for a store that is away.
   */
  tellOwed(): Promise<void>;
}

/**
 * Notes in the threads of open incidents what is done about them: what was started there, and what touches their queue.
 * The end is noted with the value that the incident had after it.
 */
export function createOperationTeller({ worlds, clock }: OperationTellerParts): OwingOperationTeller {
  const tell = async (view: RequestView, phase: OperationNote['phase']): Promise<void> => {
    const world = worlds.get(view.app);
    if (world === undefined) return;
    const incidentId = await findIncident(view, world);
    const outcome = phase === 'ended' ? view.execution?.state : undefined;
    for (const queue of touchedBy(view, world)) {
      await world.alerts.noteOperation({
        ...{
          app: view.app,
          queue,
          requestNumber: view.number,
          verb: view.verb,
          phase,
          actor: isByItself(view) ? queuekeeper : view.requester,
        },
        ...(incidentId === undefined ? {} : { incidentId }),
        ...(outcome === undefined ? {} : { outcome }),
      });
    }
  };

  return {
    began: (view) => tell(view, 'began'),
    async ended(view, closing) {
      const world = worlds.get(view.app);
      if (world !== undefined) await untilMeasured(view, world, clock, closing);
      await tell(view, 'ended');
    },
    async tellOwed() {
      // All worlds share one store.
      const [world] = worlds.values();
      if (world === undefined) return;
      for (const number of await world.alerts.unendedOperations()) {
        const view = await world.requests.find({ number });
        if (view?.execution?.finishedAt) await tell(view, 'ended');
      }
    },
  };
}

async function findIncident({ place }: RequestView, { alerts }: World): Promise<IncidentId | undefined> {
  if (place.threadTs === undefined) return undefined;
  return (await alerts.findByThread(place.channel, place.threadTs))?.id;
}

/** `database:reports` of each queue that it names; undefined: of the whole application. */
function touchedBy({ facts, targets, verb }: RequestView, world: World): readonly (string | undefined)[] {
  const groups = listOf(facts['groups']).flatMap((group) => listOf(fieldOf(group, 'queues')));
  const set = listOf(facts['queues']).map((one) => fieldOf(one, 'queue'));
  const drilled = fieldOf(facts['queue'], 'name') === undefined ? facts['queue'] : labelOf(facts['queue']);
  const labels = [drilled, ...set, ...groups, ...targets.map(labelOf)].filter(
    (label): label is string => typeof label === 'string' && label !== '',
  );
  const queues = new Set<string | undefined>(labels.map((label) => configured(label, world)));
  return queues.size === 0 || aboutFailures.has(verb) ? [undefined, ...queues] : [...queues];
}

/** Who paused for a while did not lift the pause: they may sleep by then. */
const isByItself = ({ facts }: RequestView): boolean => facts['due'] === true;

/** A connection that shares its table with a configured queue means that queue. */
function configured(label: string, world: World): string {
  const queue = parseQueue(label, world);
  return queue.ok ? queueLabel(queue.value) : label;
}

function labelOf(one: unknown): string | undefined {
  const [connection, queue] = [fieldOf(one, 'connection'), fieldOf(one, 'queue') ?? fieldOf(one, 'name')];
  return typeof connection === 'string' && typeof queue === 'string' ? `${connection}:${queue}` : undefined;
}

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

const fieldOf = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;

/** Until every incident that will be told was evaluated after the end, by the store's clock alone. */
async function untilMeasured(
  view: RequestView,
  world: World,
  clock: Clock,
  closing: AbortSignal,
): Promise<void> {
  const endedAt = view.execution?.finishedAt ?? undefined;
  if (endedAt === undefined) return;
  const own = await findIncident(view, world);
  const queues = touchedBy(view, world);
  const isTold = ({ id, queue }: Incident): boolean => id === own || queues.includes(queue);
  for (let look = 0; look < mostLooks && !closing.aborted; look += 1) {
    const [open, states] = await Promise.all([
      world.alerts.incidents(view.app, mostOpen),
      world.alerts.states(view.app),
    ]);
    const known = new Map(states.map(({ fingerprint, state }) => [fingerprint, state.knownAt]));
    const isBehind = open.some(
      (incident) =>
        incident.state !== 'resolved' &&
        isTold(incident) &&
        (known.get(incident.fingerprint)?.getTime() ?? 0) <= endedAt.getTime(),
    );
    if (!isBehind) return;
    await clock.wait(lookEveryMs, closing).catch(() => undefined);
  }
}
