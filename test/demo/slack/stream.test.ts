import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createSlack, type SimulatedSlack } from '../../../demo/slack/server.ts';
import type { Json } from './stage.ts';

let slack: SimulatedSlack;
const closing: AbortController[] = [];

beforeEach(async () => {
  slack = await createSlack();
});
afterEach(async () => {
  for (const one of closing.splice(0)) one.abort();
  await slack.close();
});

interface Event {
  readonly id: string | undefined;
  readonly event: string;
  readonly data: Json;
}

/** Listens as a browser does. */
async function listen(query = 'who=U0ANNA', headers: Record<string, string> = {}): Promise<readonly Event[]> {
  const ending = new AbortController();
  closing.push(ending);
  const answer = await fetch(`http://127.0.0.1:${slack.port}/control/stream?${query}`, {
    ...{ headers, signal: ending.signal },
  });
  const events: Event[] = [];
  const read = async (): Promise<void> => {
    let rest = '';
    for await (const chunk of answer.body ?? []) {
      const parts = (rest + Buffer.from(chunk).toString('utf8')).split('\n\n');
      rest = parts.pop() ?? '';
      events.push(...parts.filter((part) => !part.startsWith(':')).map(parse));
    }
  };
  read().catch(() => undefined);
  return events;
}

function parse(part: string): Event {
  const fields = Object.fromEntries(part.split('\n').map((line) => line.split(/: (.*)/s, 2)));
  return {
    id: fields['id'],
    event: String(fields['event']),
    data: JSON.parse(String(fields['data'])) as Json,
  };
}

const say = (text: string, more: object = {}) =>
  slack.timeline.add({ channel: 'C0OPS', user: 'U0BO', text, blocks: [], ...more });
const textsOf = (events: readonly Event[]): readonly string[] =>
  events
    .filter(({ event }) => event === 'message')
    .map(({ data: { how, message } }) => `${how} ${(message as Json)['text']}`); // a message event has one

describe('the stream', () => {
  it('begins with hello, and tells of messages and of what is unread', async () => {
    const events = await listen();
    const said = say('hi <@U0ANNA>');
    slack.timeline.edit(said, { text: 'hi' });
    slack.timeline.remove(said);
    await expect.poll(() => textsOf(events)).toEqual(['added hi <@U0ANNA>', 'edited hi', 'removed hi']);
    expect(events[0]).toMatchObject({ event: 'hello', id: expect.stringMatching(/^\w+-0$/) });
    expect(events.find(({ event }) => event === 'unread')?.data).toMatchObject({
      channel: 'C0OPS',
      unread: 1,
      mentions: 1,
    });
  });

  it('brings a parent along with its replies', async () => {
    const events = await listen();
    const root = say('root');
    say('reply', { threadTs: root.ts });
    await expect.poll(() => textsOf(events)).toEqual(['added root', 'added reply', 'edited root']);
    expect(events.filter(({ event }) => event === 'message').at(-1)?.data).toMatchObject({
      message: { thread: { replies: 1 } },
    });
  });

  it('keeps others’ ephemerals and channels from a person, and a mark from others', async () => {
    const [anna, stranger] = [await listen(), await listen('who=U0STRANGE')];
    say('for Bo', { ephemeralFor: 'U0BO' });
    const last = say('for all');
    say('for both', { channel: 'C0SHARED' });
    await fetch(`http://127.0.0.1:${slack.port}/control/read`, {
      ...{ method: 'POST', body: JSON.stringify({ who: 'U0ANNA', channel: 'C0OPS', ts: last.ts }) },
      headers: { 'content-type': 'application/json' },
    });
    await expect.poll(() => anna.at(-1)?.data['readTo']).toBe(last.ts);
    expect(textsOf(anna)).toEqual(['added for all', 'added for both']);
    expect(textsOf(stranger)).toEqual(['added for both']);
    expect(stranger.at(-1)?.data['readTo']).toBeUndefined();
  });

  it('gives what was missed after the last id, by header or address', async () => {
    const first = await listen();
    say('one');
    await expect.poll(() => textsOf(first)).toEqual(['added one']);
    const id = first.findLast((event) => event.id !== undefined)?.id ?? '';
    closing.splice(0).forEach((one) => void one.abort());
    const missed = say('two');
    say('three');
    slack.timeline.remove(missed);
    for (const events of [
      await listen('who=U0ANNA', { 'last-event-id': id }),
      await listen(`who=U0ANNA&after=${id}`),
    ]) {
      await expect.poll(() => textsOf(events)).toEqual(['removed two', 'added three', 'removed two']);
      expect(events.some(({ event }) => event === 'hello')).toBe(false);
    }
  });

  it('says that all has to be looked at anew when the id is another Slack’s, or too old', async () => {
    const foreign = await listen('who=U0ANNA&after=beef-3');
    await expect.poll(() => foreign[0]?.event).toBe('reset');
    for (let count = 0; count < 6_000; count += 1) say(`${count}`);
    const old = await listen(`who=U0ANNA&after=${foreign[0]?.id}`);
    await expect.poll(() => old[0]?.event).toBe('reset');
  });

  it('tells when somebody was moved and when there is another panel', async () => {
    const events = await listen();
    await fetch(`http://127.0.0.1:${slack.port}/control/channel`, {
      ...{ method: 'POST', body: JSON.stringify({ id: 'C0OPS', isArchived: true }) },
      headers: { 'content-type': 'application/json' },
    });
    slack.addPanel({ id: 'world', title: 'World', url: '/world/' });
    await expect.poll(() => events.map(({ event }) => event)).toEqual(['hello', 'workspace', 'panels']);
  });
});
