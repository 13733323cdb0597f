import type { PolicyKeeper } from './approval-ports.ts';
import type { Clock } from './clock.ts';
import type { Directory } from './invocation.ts';
import type { Log } from './log.ts';
import type { Roster } from './people.ts';

export interface RosterWatchParts {
  readonly roster: Roster;
  readonly directory: Directory;
  readonly policyKeeper: Pick<PolicyKeeper, 'settled'>;
  readonly clock: Clock;
  readonly log: Log;
}

const everyMs = 180_000;

/** Looks every few minutes who is in the roster's groups, so that who comes and goes is noted although nobody votes. */
export async function watchRoster(parts: RosterWatchParts, signal: AbortSignal): Promise<void> {
  const { operators, approvers } = parts.roster;
  const groups = new Set([...operators, ...approvers].filter((entry) => entry.startsWith('S')));
  while (!signal.aborted) {
    const directory = parts.directory.fresh();
    for (const group of groups) {
      // A group that can't be read is nobody's for now; whether anybody left it can't be told.
      const members = await directory.group(group).catch(() => undefined);
      if (members !== undefined) await note(parts, group, members);
    }
    await parts.clock.wait(everyMs, signal).catch(() => undefined);
  }
}

async function note(parts: RosterWatchParts, group: string, members: ReadonlySet<string>): Promise<void> {
  await parts.policyKeeper.settled(group, members).catch((error: unknown) => {
    parts.log.warn({ err: error, group }, 'who is in a group can not be noted now');
  });
}
