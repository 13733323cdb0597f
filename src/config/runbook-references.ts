import type { ConfigPath } from './fault.ts';
import type { Finding } from './issues.ts';
import { at, entries, items, queueNameOf, queueNames, unknownName } from './look-in.ts';

/** What runbooks say of queues, groups of workers, logs and their own steps. On the raw tree, as `references.ts`. */
export function findRunbookFaults(root: unknown): readonly Finding[] {
  return entries(at(root, 'runbook')).flatMap(([queue, book]) => {
    const path = ['runbook', queue];
    const steps = items(at(book, 'steps'));
    return [
      ...unknownName(path, 'known-queue', queue, queueNames(root)),
      ...steps.flatMap((step, index) => stepFaults(root, queue, step, [...path, 'steps', index])),
      ...items(at(book, 'verdicts')).flatMap((verdict, index) =>
        verdictFaults(verdict, [...path, 'verdicts', index, 'when'], steps.length),
      ),
    ];
  });
}

function stepFaults(root: unknown, queue: string, step: unknown, path: ConfigPath): readonly Finding[] {
  const apps = appsWith(root, queue);
  const group = at(step, 'workers');
  return [
    ...unknownName([...path, 'backlog'], 'known-queue', at(step, 'backlog'), queueNames(root)),
    // Of a queue that nobody has, that is the fault.
    ...(apps.length === 0 ? [] : unknownName([...path, 'workers'], 'known-group', group, groupsOf(apps))),
    ...(at(step, 'log') === undefined ? [] : apps)
      .filter(([, app]) => at(app, 'log') === undefined)
      .map(([name]) => ({
        ...{ path: [...path, 'log'], expected: 'log-configured' as const, names: [`apps.${name}.log`] },
        came: { kind: 'missing' as const },
      })),
  ];
}

type Apps = readonly (readonly [string, unknown])[];

/** The apps that a runbook is for. */
const appsWith = (root: unknown, queue: string): Apps =>
  entries(at(root, 'apps')).filter(([, app]) =>
    entries(at(app, 'queues')).some(([key, description]) => queueNameOf(key, description) === queue),
  );

const groupsOf = (apps: Apps): readonly string[] => [
  ...new Set(
    apps.flatMap(([, app]) =>
      entries(at(app, 'queues')).flatMap(([, description]) => {
        const workers = at(description, 'workers');
        const group = at(workers, 'group') ?? workers;
        return typeof group === 'string' ? [group] : [];
      }),
    ),
  ),
];

/** A condition on a step that is not there would never hold, and nobody would notice. */
function verdictFaults(verdict: unknown, path: ConfigPath, steps: number): readonly Finding[] {
  const when = at(verdict, 'when');
  const conditions: Apps = Array.isArray(when) ? Object.entries(when) : [['', when]];
  return conditions.flatMap(([key, condition]): readonly Finding[] => {
    const step = at(condition, 'step');
    if (typeof step !== 'number' || !Number.isInteger(step) || step < 1 || step <= steps) return [];
    const place = [...path, ...(key === '' ? [] : [Number(key)]), 'step'];
    const came = { kind: 'value', text: String(step) } as const;
    return [{ path: place, expected: 'known-step', names: [String(steps)], came }];
  });
}
