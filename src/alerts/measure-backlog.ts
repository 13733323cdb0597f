import type { QueueDescription } from '../core/app-description.ts';
import { queueLabel } from '../core/app-description.ts';
import { fingerprintOf } from '../core/incident.ts';
import { longestGapSeconds } from './episode.ts';
import { judgeBacklog } from './judge-backlog.ts';
import type { Judgement, Sample } from './judgement.ts';
import {
  type Measuring,
  measured,
  nameOf,
  present,
  queuesOf,
  type RuleOf,
  unknown,
  workersOf,
} from './measuring.ts';
import type { QueueLevel } from './measuring-ports.ts';
import type { Measured } from './ports.ts';

/** What a worker could take now, over the rule's window of samples; for its queue or for each. */
export function measureBacklog(rule: RuleOf<'backlog'>, measuring: Measuring): Promise<readonly Measured[]> {
  return Promise.all(
    queuesOf(rule, measuring).map(async (queue) => {
      const level = measuring.level(queue);
      const due = knownDue(level, rule.above);
      if (due === undefined) return measured(rule, queue, unknown(whyDark(measuring)), measuring);
      const judgement = await judge(rule, queue, due, measuring);
      return measured(rule, queue, judgement, measuring, () => tell(rule, queue, due, judgement, measuring));
    }),
  );
}

/** Undefined as well where there are "so many or more", and so many are not above the threshold. */
export function knownDue(level: QueueLevel | undefined, above: number): number | undefined {
  if (level?.due === undefined) return undefined;
  return level.counted === 'least' && level.due <= above ? undefined : level.due;
}

export const whyDark = ({ levelsMissing: [missing] }: Measuring): string =>
  missing === undefined ? 'backlog' : nameOf(missing);

async function judge(
  rule: RuleOf<'backlog'>,
  queue: QueueDescription,
  due: number,
  { kept, memory, stepSeconds }: Measuring,
): Promise<Judgement> {
  const fingerprint = fingerprintOf(rule.name, rule.app, queueLabel(queue));
  const from = new Date(memory.now.getTime() - rule.noDeclineForSeconds * 1_000);
  const before = await kept.samples(fingerprint, from, memory.now);
  const newest = { at: memory.now, value: due };
  const earlier = before.filter(({ at }) => at < memory.now);
  const gap = Math.max(longestGapSeconds, 3 * stepSeconds);
  return judgeBacklog(rule, sinceLastGap([...earlier, newest], gap), memory.now, stepSeconds);
}

/** What came before a pause of more than so many seconds tells nothing of the trend. `samples`: ascending. */
export function sinceLastGap(samples: readonly Sample[], gapSeconds: number): readonly Sample[] {
  const start = samples.findLastIndex(({ at }, index) => {
    const before = samples[index - 1];
    return before !== undefined && at.getTime() - before.at.getTime() > gapSeconds * 1_000;
  });
  return start < 0 ? samples : samples.slice(start);
}

async function tell(
  rule: RuleOf<'backlog'>,
  queue: QueueDescription,
  due: number,
  judgement: Judgement,
  measuring: Measuring,
) {
  const perMinute = judgement.kind === 'known' ? judgement.facts['perMinute'] : undefined;
  const level = measuring.level(queue);
  return present({
    ...(await workersOf(queue, measuring)),
    ...{ due, threshold: rule.above, oldestSeconds: level?.oldestSeconds, counted: level?.counted },
    emptyInSeconds: perMinute !== undefined && perMinute < 0 ? Math.ceil((due / -perMinute) * 60) : undefined,
  });
}
