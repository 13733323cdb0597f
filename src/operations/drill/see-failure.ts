import { countValue, mustRead } from '../../core/reading.ts';
import { frozen } from '../failed-jobs-request.ts';
import type { TargetCandidate } from '../ports.ts';
import type { DrillRun, EndMark } from './drill-run.ts';
import { createMadeFailures } from './find-made.ts';

/** A job that is tried three times with a pause between fails late. */
const rowLimitMs = 120_000;
const lookEveryMs = 500;
/** From so many rows on `queue:failed` is not asked: it loads all of them whole. */
export const mostListed = 1_000;

/** Step 2: a new row in the table, and artisan says the same. */
export async function seeFailure(run: DrillRun): Promise<EndMark> {
  const { context, facts } = run;
  const made = createMadeFailures(context.world, facts);
  const found = await run.until({ forMs: rowLimitMs, everyMs: lookEveryMs }, () =>
    made.first(context.signal),
  );
  if (found.kind === 'halted') return 'stopped';
  if (found.kind === 'late') {
    const { highest: above, classes } = facts;
    run.saw({ code: 'no-row', above, classes, seconds: rowLimitMs / 1_000 });
    return 'failed';
  }
  const failure = found.value;
  await context.world.drillRecords.target(context.execution, frozen(failure));
  run.saw({
    ...{ code: 'row', id: failure.failedId, uuid: failure.uuid ?? '', jobClass: failure.jobClass },
    ...{ exceptionClass: failure.exceptionClass, above: facts.highest },
  });
  return askArtisan(run, failure);
}

async function askArtisan(run: DrillRun, { failedId, uuid }: TargetCandidate): Promise<EndMark> {
  const { world, signal } = run.context;
  const page = mustRead(await world.app.failures.page({ limit: 1 }, signal));
  const rows = countValue(page.total);
  if (rows === undefined || rows >= mostListed) {
    run.saw({ code: 'not-asked', rows: rows ?? mostListed, limit: mostListed });
    return 'partly';
  }
  const listed = mustRead(await world.app.artisan.failed(signal));
  const byUuid = world.app.description.failed.driver === 'database-uuids';
  if (listed.has(byUuid ? (uuid ?? '') : String(failedId))) {
    run.saw({ code: 'listed', listed: rows });
    return 'done';
  }
  run.saw({ code: 'not-listed', id: failedId, listed: listed.size });
  return 'failed';
}
