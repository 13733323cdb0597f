import type { QueueDescription } from '../core/app-description.ts';
import { judgeWorkers, type WorkersNow } from './judge-workers.ts';
import type { Judgement } from './judgement.ts';
import { knownDue, whyDark } from './measure-backlog.ts';
import {
  groupsOf,
  type Measuring,
  measured,
  nameOf,
  present,
  queuesOf,
  type RuleOf,
  unknown,
  workersOf,
} from './measuring.ts';
import type { Measured } from './ports.ts';
import { countRestarting } from './restarting.ts';

/** Nobody alive although work is due: of each queue, or of the one that the rule names. */
export function measureWorkers(rule: RuleOf<'workers'>, measuring: Measuring): Promise<readonly Measured[]> {
  return Promise.all(
    queuesOf(rule, measuring).map(async (queue) => {
      const level = measuring.level(queue);
      const { alive, expected, restarting } = await nowAt(rule, queue, measuring);
      const due = knownDue(level, 0);
      const judgement = await named(judgeWorkers(rule, { alive, due }), queue, measuring);
      return measured(rule, queue, judgement, measuring, async () =>
        present({ expected, restarting, oldestSeconds: level?.oldestSeconds }),
      );
    }),
  );
}

/** Of what could not be read the name: which host, which database. */
async function named(
  judgement: Judgement,
  { workers: group }: QueueDescription,
  measuring: Measuring,
): Promise<Judgement> {
  if (judgement.kind === 'known') return judgement;
  if (judgement.why === 'backlog') return unknown(whyDark(measuring));
  const dark = group === undefined ? undefined : (await measuring.workers()).missing[0];
  return dark === undefined ? judgement : unknown(nameOf(dark));
}

/** What Supervisor calls RUNNING, unless each of them only starts again and again. */
async function supervised(queue: QueueDescription, measuring: Measuring) {
  const { alive, expected } = await workersOf(queue, measuring);
  const { running, isKnown } = await groupsOf(queue, measuring);
  const restarting = running.length === 0 ? 0 : await countRestarting(queue, running, measuring);
  if (restarting === 0) return { alive, expected, restarting };
  return { alive: isKnown ? 0 : undefined, expected, restarting };
}

/** Where no Supervisor is configured, work that is held tells of a worker, and work that is old of none. */
async function nowAt(
  rule: RuleOf<'workers'>,
  queue: QueueDescription,
  measuring: Measuring,
): Promise<
  Pick<WorkersNow, 'alive'> & { readonly expected: number | undefined; readonly restarting?: number }
> {
  if (queue.workers !== undefined) return supervised(queue, measuring);
  const { held, oldestSeconds, isAgeless } = measuring.level(queue) ?? {};
  if (held !== undefined && held > 0) return { alive: held, expected: undefined };
  const isOld = oldestSeconds !== undefined && oldestSeconds > rule.forSeconds;
  // Where no job says how old it is, that nothing is taken at each look for so long says the same.
  if (held === 0 && (isOld || isAgeless === true)) return { alive: 0, expected: undefined };
  // What has just become due may be taken in a moment: that is as good as a worker.
  return { alive: held === 0 && oldestSeconds !== undefined ? 1 : undefined, expected: undefined };
}
