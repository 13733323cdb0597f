import { queueLabel } from '../core/app-description.ts';
import type { QueuePause } from '../core/pause-ports.ts';
import type { Locale } from '../core/people.ts';
import type { Read } from '../core/reading.ts';
import type { Button, ReplyPart } from '../core/reply.ts';
import { joinRich, type Rich } from '../core/rich.ts';
import { pauseText } from '../text/pause.ts';
import { statusText } from '../text/status.ts';
import { askStore } from './ask-store.ts';
import { pauseButton, resumeButton, untilOf } from './pause-card.ts';
import type { AppCondition, QueueName } from './ports.ts';
import { configuredQueue } from './queue-in-facts.ts';
import type { World } from './world.ts';

/** Who has paused what, by Queuekeeper's own record. */
export interface PausesKnown {
  readonly live: readonly QueuePause[];
  /** By queue: the request whose run holds it. */
  readonly held: ReadonlyMap<string, number>;
}

/** Pauses are read from the cache up to five seconds ago, and artisan takes its time. */
const freshMs = 15_000;

export const readPauses = ({ pauses, app }: World): Promise<Read<PausesKnown>> =>
  askStore(
    Promise.all([pauses.list(app.description.name), pauses.heldByRuns(app.description.name)]).then(
      ([live, held]) => ({ live, held }),
    ),
  );

/**
 * For each queue that workers find paused: who did it, until when and why; and which pauses others have lifted. `label`:
 * of one queue alone.
 */
export function pauseParts(
  paused: AppCondition['paused'],
  known: PausesKnown | undefined,
  world: World,
  locale: Locale,
  label?: string,
): readonly ReplyPart[] {
  if (paused === undefined) return [];
  const labels = paused.map(queueLabel);
  if (known === undefined)
    return labels.length === 0 ? [] : [{ kind: 'text', text: statusText[locale].pausedQueues(labels) }];
  const { stands } = pauseText[locale];
  const lapsed = known.live.filter(({ queue, lifting, since }) => {
    const isFresh = world.clock.now().getTime() - since.getTime() < freshMs;
    return (label === undefined || queue === label) && !labels.includes(queue) && !lifting && !isFresh;
  });
  const lines: readonly Rich[] = [
    ...labels.map((queue) => standsSo(queue, known, world, locale)),
    ...lapsed.map(({ queue, number }) => stands.lapsed(queue, number)),
  ];
  return lines.length === 0 ? [] : [{ kind: 'text', text: joinRich(lines, '\n') }];
}

function standsSo(queue: string, { live, held }: PausesKnown, world: World, locale: Locale): Rich {
  const { stands } = pauseText[locale];
  const pause = live.find((one) => one.queue === queue);
  if (pause !== undefined) {
    const { by, number, until, reason } = pause;
    return stands.person(queue, by.userId, number, untilOf(until, world), reason);
  }
  const run = held.get(queue);
  return run === undefined ? stands.stranger(queue) : stands.run(queue, run);
}

/** Of one queue: what an operator can do about its pause. None where nobody could see the effect. */
export function brakeButtons(
  queue: QueueName,
  { paused }: AppCondition,
  world: World,
  locale: Locale,
): readonly Button[] {
  const label = queueLabel(queue);
  if (paused === undefined || configuredQueue(label, world) === undefined) return [];
  const isPaused = paused.some((one) => queueLabel(one) === label);
  return [isPaused ? resumeButton(label, world, locale) : pauseButton(label, world, locale)];
}
