import type { DrillRun, EndMark } from './drill-run.ts';

const proofLimitMs = 8_000;

/** Step 6: what this drill did stands in the audit log, and the chain holds from its first row to the newest. */
export async function seeAudit(run: DrillRun): Promise<EndMark> {
  const { world, execution, signal } = run.context;
  const limit = AbortSignal.any([signal, AbortSignal.timeout(proofLimitMs)]);
  const proof = await world.auditProof.prove(execution.requestId, limit);
  if (proof.kind === 'missing') {
    run.saw({ code: 'part-missing', part: proof.part });
    return 'failed';
  }
  if (proof.kind === 'broken') {
    run.saw({ code: 'chain-broken', kind: proof.fault, seq: proof.seq });
    return 'failed';
  }
  const missing = missingEvents(proof.events, run.facts.words !== undefined);
  if (missing.length > 0) {
    run.saw({ code: 'audit-rows-missing', missing });
    return 'failed';
  }
  run.saw({ code: 'audit-rows', events: proof.events });
  run.saw({ code: 'chain-holds', from: proof.from, to: proof.to });
  return 'done';
}

/** Each call of artisan has its intent and its result: the one that makes the failure, and the retry. */
function missingEvents(events: readonly string[], madeByCommand: boolean): readonly string[] {
  const calls = madeByCommand ? 2 : 1;
  const needed = { REQUESTED: 1, CLAIMED: 1, ARCHIVED: 1, INTENT: calls, RESULT: calls };
  return Object.entries(needed)
    .filter(([name, count]) => events.filter((event) => event === name).length < count)
    .map(([name]) => name);
}
