import { findDangerousWord } from '../../core/drill-command.ts';
import { capText } from '../../core/strip.ts';
import { callArtisan } from '../call-artisan.ts';
import type { ArtisanResult } from '../ports.ts';
import type { DrillRun, EndMark } from './drill-run.ts';
import { createMadeFailures } from './find-made.ts';

/** A person has so long to make a failure by hand. */
const handLimitMs = 10 * 60_000;
const lookEveryMs = 1_000;
/** A command that ended badly may have made its failure before. */
const badEndLimitMs = 5_000;
const shownOutput = 300;

/** Step 1: by the configuration's command, or by a person who makes a job fail. */
export async function makeFailure(run: DrillRun): Promise<EndMark> {
  const words = run.facts.words;
  const end = words === undefined ? await waitForHand(run) : await runCommand(run, words);
  // From here on it only looks, until it retries: others may pass.
  await run.context.control.letSlotGo(run.context.execution);
  return end;
}

async function waitForHand(run: DrillRun): Promise<EndMark> {
  const { context, facts } = run;
  await context.control.letSlotGo(context.execution);
  const began = context.clock.now().getTime();
  const made = createMadeFailures(context.world, facts);
  const found = await run.until(
    {
      ...{ forMs: handLimitMs, everyMs: lookEveryMs },
      telling: (leftSeconds) => run.show('waiting', { code: 'by-hand', classes: facts.classes, leftSeconds }),
    },
    () => made.first(context.signal),
  );
  if (found.kind === 'halted') return 'stopped';
  if (found.kind === 'late') {
    run.saw({ code: 'not-made', minutes: handLimitMs / 60_000 });
    return 'failed';
  }
  const waitedSeconds = Math.round((context.clock.now().getTime() - began) / 1_000);
  run.saw({ code: 'made-by-hand', waitedSeconds });
  return 'done';
}

async function runCommand(run: DrillRun, argv: readonly string[]): Promise<EndMark> {
  const { context, facts } = run;
  const words = argv.join(' ');
  // The configuration refuses these; what is sent is looked at once more.
  if (findDangerousWord(argv) !== undefined) {
    run.saw({ code: 'command-forbidden', words });
    return 'failed';
  }
  const result = await callArtisan(context, [], 'make', argv, (limits) =>
    context.world.app.artisan.drill(facts.queue.name, argv, limits),
  );
  if (result.kind === 'not-started') {
    run.saw({ code: 'command-not-started', words, why: capText(result.why, shownOutput) });
    return 'failed';
  }
  if (result.kind === 'unknown') {
    // It has likely ended all the same: the table tells.
    run.saw({ code: 'command-unknown', words, why: capText(result.why, shownOutput) });
    return 'partly';
  }
  run.saw({ code: 'command-ended', words, rc: result.rc, ms: Math.round(result.durationMs) });
  return result.rc === 0 ? 'done' : judgeBadEnd(run, words, result);
}

/** An exit status proves nothing; the table does. */
async function judgeBadEnd(
  run: DrillRun,
  words: string,
  result: Extract<ArtisanResult, { readonly kind: 'ended' }>,
): Promise<EndMark> {
  const made = createMadeFailures(run.context.world, run.facts);
  const found = await run.until({ forMs: badEndLimitMs, everyMs: lookEveryMs }, () =>
    made.first(run.context.signal),
  );
  if (found.kind === 'halted') return 'stopped';
  if (found.kind === 'found') return 'partly';
  run.saw({ code: 'command-made-nothing', words, said: lastLine(`${result.stdout}\n${result.stderr}`) });
  return 'failed';
}

const lastLine = (text: string): string => capText(text.trim().split('\n').at(-1)?.trim() ?? '', shownOutput);
