import { describe, expect, it } from 'vitest';
import type { SealedRead } from '../../src/core/operation.ts';
import { exact } from '../../src/core/reading.ts';
import type { Button, Reply } from '../../src/core/reply.ts';
import { parseWords } from '../../src/core/words.ts';
import { failed } from '../../src/operations/failed.ts';
import type { App } from '../../src/operations/ports.ts';
import { status } from '../../src/operations/status.ts';
import type { World } from '../../src/operations/world.ts';
import { createFakeRequests } from '../fakes/requests.ts';
import { createFakeApp, createFakeClock, createFakeWorld } from '../fakes/world.ts';
import { failure, ok, sizes, whole } from '../runbook/stage.ts';

const clock = createFakeClock();
const fakes = createFakeApp().app;
const row = {
  ...failure('RuntimeException', 7, [60, 60], clock.now()),
  ...{ id: 7 as never, uuid: null, exceptionMessage: 'it broke', failedAt: '', ageSeconds: 60 },
  failedInstant: clock.now(),
};
const app: App = {
  ...fakes,
  queues: { ...fakes.queues, sizes: async () => whole([sizes({ pending: exact(3), oldestSeconds: 90 })]) },
  failures: {
    ...fakes.failures,
    page: async () => ok({ rows: [row], next: undefined, total: exact(1), complete: true, searched: 1 }),
  },
};
const world = createFakeWorld(app, createFakeRequests(), clock);

async function wordsOf(operation: SealedRead<World>, typed: string): Promise<readonly string[]> {
  const words = parseWords(typed);
  const parsed = words.ok ? operation.parse(words.words, world) : undefined;
  if (parsed?.ok !== true) throw new Error(`not understood: ${typed}`);
  const asker = { teamId: 'T', userId: 'U', name: 'Anna', operator: true, approver: false };
  const judged = await parsed.value.answer({
    ...{ world, asker, locale: 'en', signal: AbortSignal.timeout(60_000) },
  });
  if (!judged.ok) throw new Error('it was refused');
  return buttonsOf(judged.value).flatMap(({ press }) => (press.kind === 'words' ? press.words : []));
}

const buttonsOf = ({ parts }: Reply): readonly Button[] =>
  parts.flatMap((part) => (part.kind === 'buttons' ? part.buttons : []));

describe('the button that diagnoses', () => {
  it('stands under the state of a queue, and under its failures', async () => {
    expect(await wordsOf(status, 'reports')).toContain('diagnose database:reports');
    expect(await wordsOf(failed, 'reports')).toContain('diagnose database:reports');
  });

  it('does not stand where no queue was asked for', async () => {
    expect(await wordsOf(failed, '')).toEqual([]);
  });
});
