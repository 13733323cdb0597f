import { queueLabel } from '../core/app-description.ts';
import type { Locale } from '../core/people.ts';
import type { Button } from '../core/reply.ts';
import { workersText } from '../text/workers.ts';
import { appWords } from './job-buttons.ts';
import type { QueueName } from './ports.ts';
import type { World } from './world.ts';

/** Restarts the workers of a queue, as typed; asks first. */
export function restartButton(queue: QueueName, world: World, locale: Locale): Button {
  const { restart, confirmRestart } = workersText[locale];
  const words = `restart ${queueLabel(queue)}${appWords(world)}`;
  return { label: restart, press: { kind: 'words', verb: 'restart', words }, confirm: confirmRestart };
}
