import { describe, expect, it } from 'vitest';
import type { RunContext } from '../../../src/core/operation.ts';
import { drillFactsOf } from '../../../src/operations/drill/drill-facts.ts';
import { conclude } from '../../../src/operations/drill/drill-state.ts';
import { runDrill } from '../../../src/operations/drill/run-drill.ts';
import type { World } from '../../../src/operations/world.ts';
import { type DrillStage, setDrill } from './stage.ts';

class Killed extends Error {}

/** Runs until the process is gone, at the given call of something. */
async function kill(stage: DrillStage, context: RunContext<World>): Promise<void> {
  const view = await stage.view();
  await runDrill(context, drillFactsOf(view.facts)).catch((error: unknown) => {
    if (!(error instanceof Killed)) throw error;
  });
}
const gone = (): never => {
  throw new Killed('gone');
};

describe('the next process, after the bot was killed', () => {
  it('before its first step: the record says cut short at step 1, and nothing is run', async () => {
    const stage = setDrill();
    const context = await stage.begin();
    expect(await stage.settle(context, true)).toMatchObject({
      state: 'partial',
      detail: { conclusion: 'cut-short', step: 1 },
    });
    expect(stage.sent).toEqual([]);
    expect(stage.records[0]?.conclusion).toEqual({ kind: 'cut-short', step: 'make' });
  });

  it('while the command ran: names the failure that it made, and makes none again', async () => {
    const stage = setDrill();
    stage.command = () => {
      stage.add(101);
      return gone();
    };
    const context = await stage.begin();
    await kill(stage, context);
    expect(await stage.settle(context, true)).toMatchObject({
      detail: { conclusion: 'cut-short', step: 1, left: [101] },
    });
    expect(stage.sent).toEqual(['drill reports: fap:drill reports']);
    expect(await stage.buttons()).toContain('forget 101');
  });

  it('while it asked artisan: the failure is still there, and named', async () => {
    const stage = setDrill();
    stage.listed = gone;
    const context = await stage.begin();
    await kill(stage, context);
    expect(await stage.settle(context, true)).toMatchObject({
      detail: { conclusion: 'cut-short', step: 2, left: [101] },
    });
    expect(stage.state()).toBe('present');
  });

  it('while it retried: judged by the data, never retried again', async () => {
    const stage = setDrill();
    stage.retried = (uuids) => {
      for (const [id, { uuid }] of stage.rows)
        if (uuid !== null && uuids.includes(uuid)) stage.rows.delete(id);
      return gone();
    };
    const context = await stage.begin();
    await kill(stage, context);
    expect(await stage.settle(context, true)).toMatchObject({
      detail: { conclusion: 'cut-short', step: 3, left: [] },
    });
    expect(stage.sent.filter((words) => words.startsWith('retry'))).toHaveLength(1);
    // Gone without artisan's word: archived, listed, restorable.
    expect(stage.state()).toBe('unconfirmed');
  });

  it('while it retried and the row is still there: at double risk, named, and not offered for a retry', async () => {
    const stage = setDrill();
    stage.retried = gone;
    const context = await stage.begin();
    await kill(stage, context);
    expect(await stage.settle(context, true)).toMatchObject({ detail: { step: 3, left: [101] } });
    expect(stage.state()).toBe('double_risk');
    expect(await stage.buttons()).toEqual(['show 101', 'forget 101']);
  });

  it('after the retry: nothing is left, and the record says at which step it was cut short', async () => {
    const stage = setDrill();
    Object.assign(stage.world.app.rows, { look: gone });
    const context = await stage.begin();
    await kill(stage, context);
    expect(await stage.settle(context, true)).toMatchObject({
      detail: { conclusion: 'cut-short', step: 5, left: [] },
    });
    expect(await stage.card()).toContain('cut short at step 5: The business');
    expect(await stage.card('zh-CN')).toContain('演练中断于第 5 步：业务状态');
  });

  it('by a process that was told to stop while it waited for a person: it hands the drill back at once', async () => {
    const stage = setDrill({ drills: {} });
    const context = await stage.begin();
    stage.meanwhile = (waits) => {
      if (waits === 3) Object.assign(context.control, { mayGoOn: gone });
    };
    await kill(stage, context);
    expect(stage.clock.waited).toHaveLength(3);
    expect(await stage.settle(context, true)).toMatchObject({
      detail: { conclusion: 'cut-short', step: 1, left: [] },
    });
  });

  it('after its last step: it passed, and settling twice changes nothing', async () => {
    const stage = setDrill();
    const context = await stage.begin();
    await kill(stage, context);
    expect(await stage.settle(context, true)).toMatchObject({ detail: { conclusion: 'passed' } });
    expect(stage.records).toHaveLength(1);
  });
});

describe('conclude', () => {
  it('does not call a drill cut short whose own process saw it break off', () =>
    expect(
      conclude([{ name: 'make', beganMs: 1, tookMs: undefined, mark: 'running', saw: [] }], false, undefined),
    ).toEqual({ kind: 'failed', step: 'make' }));

  it('names the next step where one was done and the next not begun', () =>
    expect(
      conclude([{ name: 'make', beganMs: 1, tookMs: 1, mark: 'done', saw: [] }], true, undefined),
    ).toEqual({ kind: 'cut-short', step: 'see' }));
});
