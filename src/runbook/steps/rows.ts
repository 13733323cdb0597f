import { countValue } from '../../core/reading.ts';
import type { RowsQuery } from '../../core/runbook-description.ts';
import type { RowsFound, RowsGroup } from '../../operations/runbook-ports.ts';
import type { RowsFacts } from '../facts.ts';
import { markOf } from '../marks.ts';
import type { StepContext } from '../ports.ts';
import { isErrorColumn, saysFailed, saysInWork, saysWaiting } from '../row-words.ts';
import type { ResultOf } from '../step-result.ts';

type Result = ResultOf<'rows'>;

const dayInSeconds = 86_400;

/** Rows of a table of the application that the runbook asks for. */
export async function lookAtRows(
  number: number,
  step: Result['step'],
  { app, signal }: StepContext,
): Promise<Result> {
  const read = await app.rows.look(step.rows, signal);
  if (!read.ok) {
    return {
      ...{ kind: 'rows', number, step, mark: 'unseen', missing: [read.missing] },
      ...{ facts: undefined, found: undefined },
    };
  }
  const facts = rowsFacts(number, step.rows, read.value);
  // A look at what happened lately says what is usual; any other one says what should not be there.
  const isOdd = step.rows.newerThanSeconds === undefined && facts.total > 0;
  const mark = markOf(read.value.total, step, isOdd ? 'suspicious' : 'fine');
  return { kind: 'rows', number, step, facts, mark, missing: [], found: read.value };
}

export function rowsFacts(step: number, query: RowsQuery, { total, groups }: RowsFound): RowsFacts {
  const having = (says: (value: string | null) => boolean): readonly RowsGroup[] =>
    groups.filter(({ values }) => values.some(says));
  const [inWork, waiting] = [having(saysInWork), having(saysWaiting)];
  const errors = errorsOf(query, groups);
  const top = errors[0];
  const all = countValue(total) ?? 0;
  const newestSeconds = least(groups.map((group) => group.newestSeconds));
  const updatedSeconds = least(groups.map((group) => group.updatedSeconds));
  return {
    ...{ step, table: query.table, total: all, isAtLeast: total.kind !== 'exact' },
    ...{ inWork: sumOf(inWork), inWorkOldestSeconds: oldestOf(inWork), orphaned: undefined },
    inWorkValue: inWork.flatMap(({ values }) => values.find(saysInWork) ?? [])[0],
    ...{ waiting: sumOf(waiting), waitingOldestSeconds: oldestOf(waiting) },
    waitingValue: waiting.flatMap(({ values }) => values.find(saysWaiting) ?? [])[0],
    ...{ error: top?.text, errorCount: top?.count ?? 0, errorShare: all === 0 ? 0 : (top?.count ?? 0) / all },
    ...{ newestSeconds, updatedSeconds },
    isStale: (least([newestSeconds, updatedSeconds]) ?? 0) > dayInSeconds,
  };
}

const sumOf = (groups: readonly RowsGroup[]): number =>
  groups.reduce((sum, { count }) => sum + (countValue(count) ?? 0), 0);

const oldestOf = (groups: readonly RowsGroup[]): number | undefined => {
  const known = groups.flatMap(({ oldestSeconds }) => oldestSeconds ?? []);
  return known.length === 0 ? undefined : Math.max(...known);
};

const least = (values: readonly (number | undefined)[]): number | undefined => {
  const known = values.flatMap((value) => value ?? []);
  return known.length === 0 ? undefined : Math.min(...known);
};

/** What stands in columns that hold errors; where there is none, statuses that say so. Most frequent first. */
function errorsOf(
  { groupBy }: RowsQuery,
  groups: readonly RowsGroup[],
): readonly { readonly text: string; readonly count: number }[] {
  const column = groupBy.findIndex(isErrorColumn);
  const counts = new Map<string, number>();
  for (const { values, count } of groups) {
    const text = column === -1 ? values.find(saysFailed) : values[column];
    if (text === undefined || text === null || text === '') continue;
    counts.set(text, (counts.get(text) ?? 0) + (countValue(count) ?? 0));
  }
  return [...counts].map(([text, count]) => ({ text, count })).sort((a, b) => b.count - a.count);
}
