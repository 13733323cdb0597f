import type {
  DrillDescription,
  Localized,
  RowsQuery,
  RunbookDescription,
  StepDescription,
  VerdictCondition,
  VerdictRule,
} from '../core/runbook-description.ts';
import { present } from './present.ts';
import type { DrillSection } from './schema/drills.ts';
import type { RunbookSection } from './schema/runbook.ts';

type StepSection = RunbookSection['steps'][number];
type ConditionSection = RunbookSection['verdicts'][number]['when'][number];
type RowsSection = Exclude<StepSection['rows'], undefined>;

export function buildRunbook(queue: string, section: RunbookSection): RunbookDescription {
  const { title, link, steps, verdicts } = section;
  return {
    queue,
    ...present({ link }),
    ...(title === undefined ? {} : { title: localized(title) }),
    steps: steps.map(buildStep),
    verdicts: verdicts.map(buildVerdict),
  };
}

function buildStep(section: StepSection): StepDescription {
  const { workers, backlog, failures, rows, log, title } = section;
  const limits = {
    ...(title === undefined ? {} : { title: localized(title) }),
    ...present({ suspiciousAbove: section.suspicious_above, brokenAbove: section.broken_above }),
  };
  if (workers !== undefined) return { kind: 'workers', group: workers, ...limits };
  if (backlog !== undefined) return { kind: 'backlog', queue: backlog, ...limits };
  if (rows !== undefined) return { kind: 'rows', rows: buildRows(rows), ...limits };
  if (log !== undefined)
    return { kind: 'log', log: { match: log.match, withinSeconds: log.within }, ...limits };
  if (failures !== undefined)
    return { kind: 'failures', jobs: failures.jobs, withinSeconds: failures.within, ...limits };
  throw new Error('the schema let a step through that does nothing');
}

const buildRows = (section: RowsSection): RowsQuery => ({
  ...{ table: section.table, groupBy: section.group_by, show: section.show },
  ...present({
    ...{ where: section.where, since: section.since, updated: section.updated },
    ...{ olderThanSeconds: section.older_than, newerThanSeconds: section.newer_than },
  }),
});

const buildVerdict = (section: RunbookSection['verdicts'][number]): VerdictRule => ({
  ...{ when: section.when.map(buildCondition), say: localized(section.say) },
  ...present({ do: section.do }),
});

const buildCondition = ({ step, value, above, below, mark }: ConditionSection): VerdictCondition => ({
  step,
  ...present({ value, above, below, mark }),
});

export const buildDrill = (queue: string, section: DrillSection): DrillDescription => ({
  queue,
  ...present({ makeFailure: section.make_failure, recovered: section.recovered }),
});

const localized = (texts: { readonly en: string; readonly 'zh-CN'?: string | undefined }): Localized => ({
  en: texts.en,
  ...present({ 'zh-CN': texts['zh-CN'] }),
});
