import type { Locale } from '../core/people.ts';
import type { Button } from '../core/reply.ts';
import { onceText } from '../text/once.ts';
import { appWords } from './job-buttons.ts';
import { configuredQueue } from './queue-in-facts.ts';
import type { World } from './world.ts';

/** Asks first where running a job twice costs something. `queue`: `connection:queue`; none where nobody configured it. */
export function onceButtons(queue: string, world: World, locale: Locale): readonly Button[] {
  const found = configuredQueue(queue, world);
  if (found === undefined) return [];
  const t = onceText[locale];
  const press = (words: string): Button['press'] => ({
    ...{ kind: 'words', verb: 'once', words: `${words}${appWords(world)}` },
  });
  return [
    found.costly
      ? { label: t.button, press: press(`once ${queue} sure=yes`), confirm: t.confirm }
      : { label: t.button, press: press(`once ${queue}`) },
  ];
}
