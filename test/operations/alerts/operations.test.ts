import { describe, expect, it } from 'vitest';
import type { IncidentFacts } from '../../../src/core/incident.ts';
import type { RequestView } from '../../../src/core/request.ts';
import { StoreUnavailable } from '../../../src/core/store-ports.ts';
import { createOperationTeller } from '../../../src/operations/tell-operations.ts';
import { anna } from '../../alerts/evaluating.ts';
import { createFakeClock, uuidOf } from '../../fakes/world.ts';
import { createStage } from './stage.ts';

const root = '1700000000.000001';
type Stage = ReturnType<typeof createStage>;

/** What the thread of #N says of operations. */
async function told(stage: Stage, number: number): Promise<readonly IncidentFacts[]> {
  const incident = await stage.alerts.find({ number });
  if (incident === undefined) throw new Error(`there is no #${number}`);
  const entries = await stage.alerts.entries(incident.id);
  return entries.filter(({ kind }) => kind === 'operation').map(({ facts }) => facts);
}

describe('an operation', () => {
  it('is told in the thread of what it touches: begun, and its outcome with the value before and after', async () => {
    const stage = createStage();
    await stage.open({ rule: 'slo', queue: 'database:reports', value: 42 });
    await stage.say('retry 1 2');
    await stage.settled();
    expect(await told(stage, 1)).toEqual([
      { request: 1, verb: 'retry', phase: 'began', by: 'U0ANNA', name: 'Anna', value: 42 },
      {
        request: 1,
        verb: 'retry',
        phase: 'ended',
        by: 'U0ANNA',
        name: 'Anna',
        value: 42,
        before: 42,
        outcome: 'succeeded',
      },
    ]);
  });

  it('waits for the first value that was measured after its end', async () => {
    const stage = createStage();
    await stage.open({ rule: 'slo', queue: 'database:reports', value: 42 });
    let looks = 0;
    const { states } = stage.alerts;
    stage.alerts.states = async (app) => {
      looks += 1;
      if (looks === 3) await stage.measures('slo', 'database:reports', 3);
      return states(app);
    };
    await stage.say('retry 1');
    await stage.settled();
    expect(await told(stage, 1)).toMatchObject([{ phase: 'began' }, { before: 42, value: 3 }]);
  });

  it('on failures touches what counts those of the whole application', async () => {
    const stage = createStage();
    await stage.open();
    await stage.say('retry 1');
    await stage.settled();
    expect(await told(stage, 1)).toHaveLength(2);
  });

  it('whose end was owed when its process died is told by the next one, once', async () => {
    const stage = createStage();
    await stage.open({ rule: 'slo', queue: 'database:reports', value: 42 });
    const { noteOperation } = stage.alerts;
    stage.alerts.noteOperation = (note) =>
      note.phase === 'ended' ? Promise.reject(new Error('killed')) : noteOperation(note);
    await stage.say('retry 1');
    await stage.settled();
    expect(await told(stage, 1)).toMatchObject([{ phase: 'began' }]);
    stage.alerts.noteOperation = noteOperation;
    const teller = createOperationTeller({
      worlds: new Map([['fap', stage.world]]),
      clock: createFakeClock(),
    });
    await teller.tellOwed();
    await teller.tellOwed();
    expect(await told(stage, 1)).toMatchObject([{ phase: 'began' }, { before: 42, outcome: 'succeeded' }]);
  });

  it('that Queuekeeper does by itself is told as its own: who paused for a while may sleep by then', async () => {
    const stage = createStage();
    await stage.open({ rule: 'slo', queue: 'database:reports', value: 42 });
    const teller = createOperationTeller({
      worlds: new Map([['fap', stage.world]]),
      clock: createFakeClock(),
    });
    const resume = {
      ...{ app: 'fap', number: 9, verb: 'resume', requester: anna, place: { channel: 'C0OPS' } },
      ...{ facts: { queue: 'database:reports', due: true }, execution: null, targets: [] },
    } as unknown as RequestView; // what a teller reads of one
    await teller.began(resume);
    await teller.began({ ...resume, number: 10, facts: { queue: 'database:reports' } });
    expect((await told(stage, 1)).map(({ by, name }) => [by, name])).toEqual([
      ['', 'Queuekeeper'],
      ['U0ANNA', 'Anna'],
    ]);
  });

  it('on another queue is not told', async () => {
    const stage = createStage();
    await stage.open({ rule: 'slo', queue: 'database:commerce' });
    await stage.say('retry 1');
    await stage.settled();
    expect(await told(stage, 1)).toEqual([]);
  });

  it('is told where it was started, whatever it touches, and its card is there', async () => {
    const stage = createStage({ commandChannels: ['C0OPS', 'C0ALERTS'] });
    await stage.open({ rule: 'slo', queue: 'database:commerce' });
    await stage.say('retry 1', { source: 'button', channel: 'C0ALERTS', messageTs: root });
    await stage.settled();
    expect(await told(stage, 1)).toMatchObject([{ phase: 'began' }, { phase: 'ended' }]);
    expect(stage.requests.kept[0]?.request.place).toMatchObject({ channel: 'C0ALERTS', threadTs: root });
  });

  it('runs although no thread can be told of it', async () => {
    const stage = createStage();
    await stage.open({ rule: 'slo', queue: 'database:reports' });
    stage.alerts.noteOperation = () => Promise.reject(new StoreUnavailable('away'));
    await stage.say('retry 1');
    await stage.settled();
    expect(stage.fake.artisanCalls).toEqual([[uuidOf(1)]]);
    expect(stage.requests.kept[0]).toMatchObject({ state: 'succeeded' });
  });
});
