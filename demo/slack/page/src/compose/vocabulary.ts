import { useMemo } from 'react';
import { useSnapshot } from '../shell/context.tsx';
import type { Vocabulary } from './completion.ts';

/** What can be completed: the app's commands, the app itself first among people, channels. */
export function useVocabulary(): Vocabulary {
  const app = useSnapshot((now) => now.app);
  const people = useSnapshot((now) => now.people);
  const channels = useSnapshot((now) => now.channels);
  return useMemo(
    () => ({
      commands: (app?.slashCommands ?? []).map((one) =>
        typeof one === 'string'
          ? { command: one, description: '', usageHint: '' }
          : { command: one.command, description: one.description ?? '', usageHint: one.usageHint ?? '' },
      ),
      people: people
        .filter(({ isDeleted }) => isDeleted !== true)
        .toSorted((one, other) => Number(other.isBot === true) - Number(one.isBot === true))
        .map(({ id, name }) => ({ id, name })),
      channels: channels
        .filter(({ isArchived, isDirect }) => isArchived !== true && isDirect !== true)
        .map(({ id, name }) => ({ id, name })),
    }),
    [app, people, channels],
  );
}
