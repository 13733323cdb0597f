import { shortClass } from '../../core/app-description.ts';
import { countValue, mustRead } from '../../core/reading.ts';
import type { DrillDescription } from '../../core/runbook-description.ts';
import type { DrillRun, EndMark } from './drill-run.ts';
import { onlyTarget } from './only-target.ts';

/** A job's last write may come a moment after it left its queue. */
const recoverLimitMs = 30_000;
const lookEveryMs = 1_000;

/** Step 5: the job's own business row, where an outcome rule knows it, and the rows that the configuration names. */
export async function seeBusiness(run: DrillRun): Promise<EndMark> {
  const { state, jobClass, businessKey } = await onlyTarget(run.context);
  const key = businessKey ?? '';
  if (state === 'ended_quietly') {
    run.saw({ code: 'row-not-good', jobClass, key });
    return 'failed';
  }
  if (state === 'done') run.saw({ code: 'row-good', jobClass: shortClass(jobClass), key });
  const { recovered } = run.description;
  if (recovered !== undefined) return awaitRecovery(run, recovered);
  if (state === 'done') return 'done';
  run.saw({ code: 'no-business-rule', jobClass: shortClass(jobClass) });
  return 'partly';
}

async function awaitRecovery(
  run: DrillRun,
  { table, where, since }: NonNullable<DrillDescription['recovered']>,
): Promise<EndMark> {
  const { world, signal } = run.context;
  const found = await run.until({ forMs: recoverLimitMs, everyMs: lookEveryMs }, async () => {
    // Times of rows are whole seconds, and so is this one; the drill's first second belongs to it.
    const newerThanSeconds = run.elapsedSeconds() + 1;
    const query = { table, where, since, newerThanSeconds, groupBy: [], show: [] };
    const rows = countValue(mustRead(await world.app.rows.look(query, signal)).total);
    return rows === undefined || rows === 0 ? undefined : rows;
  });
  if (found.kind === 'halted') return 'stopped';
  if (found.kind === 'late') {
    run.saw({ code: 'not-recovered', table, seconds: recoverLimitMs / 1_000 });
    return 'failed';
  }
  run.saw({ code: 'recovered', table, rows: found.value });
  return 'done';
}
