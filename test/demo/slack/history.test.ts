import { afterEach, describe, expect, it } from 'vitest';
import { createSlack, type SimulatedSlack } from '../../../demo/slack/server.ts';

const open: SimulatedSlack[] = [];
afterEach(async () => {
  for (const slack of open.splice(0)) await slack.close();
});
const start = async (history?: object): Promise<SimulatedSlack> => {
  const slack = await createSlack(history === undefined ? {} : { history: history as never }); // it went through JSON
  open.push(slack);
  return slack;
};

describe('the history of a simulated Slack', () => {
  it('is put back whole: messages in their threads, edits, what was deleted, how far people read', async () => {
    const first = await start();
    const { timeline } = first;
    const begun = timeline.add({ channel: 'C0OPS', user: 'U0ANNA', text: 'who has it?', blocks: [] });
    timeline.add({ channel: 'C0OPS', user: 'U0BO', text: 'I do', blocks: [], threadTs: begun.ts });
    timeline.edit(begun, { text: 'who has them?' });
    timeline.remove(timeline.add({ channel: 'C0OPS', user: 'U0BO', text: 'oops', blocks: [] }));
    const second = await start(JSON.parse(JSON.stringify(first.history())));
    expect(second.timeline.messages).toEqual(timeline.messages);
    expect(second.timeline.repliesTo('C0OPS', begun.ts).map(({ text }) => text)).toEqual(['I do']);
    expect(
      second
        .as('U0ANNA')
        .sees('C0OPS')
        .map(({ text }) => text),
    ).toEqual(['who has them?', 'I do']);
    expect(second.history()).toEqual(first.history());
  });

  it('goes on after its last message, although its clock is behind', async () => {
    const first = await start();
    first.clock.advance(3_600_000);
    const last = first.timeline.add({ channel: 'C0OPS', user: 'U0ANNA', text: 'late', blocks: [] });
    const second = await start(JSON.parse(JSON.stringify(first.history())));
    const next = second.timeline.add({ channel: 'C0OPS', user: 'U0ANNA', text: 'later', blocks: [] });
    expect(next.ts > last.ts).toBe(true);
    expect(second.timeline.find('C0OPS', next.ts)).toBe(next);
  });
});
