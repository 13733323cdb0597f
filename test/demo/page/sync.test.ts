import { describe, expect, it } from 'vitest';
import type { Control } from '../../../demo/slack/page/src/api/control.ts';
import type { Message, View } from '../../../demo/slack/page/src/api/types.ts';
import { createStore } from '../../../demo/slack/page/src/state/store.ts';
import { createSync } from '../../../demo/slack/page/src/state/sync.ts';

const message = (ts: number, text = `at ${ts}`, edits = 0): Message => ({
  ...{ channel: 'C0OPS', ts: `${ts}.000000`, user: 'U0BO', text, blocks: [], edits },
});

/** Answers when the test says so. */
function slowControl(answers: Readonly<Record<string, unknown>>): Control & { readonly answer: () => void } {
  const waiting: (() => void)[] = [];
  return {
    look: (what) => new Promise((resolve) => waiting.push(() => resolve(answers[what] as never))), // as the test wants it
    act: () => Promise.reject(new Error('nobody acts here')),
    answer: () => {
      for (const one of waiting.splice(0)) one();
    },
  };
}

const bare = { views: [], home: null, wire: [], channels: [], people: [], groups: [] };

describe('bringing the page up to the server', () => {
  it('loses no message that comes while a channel is being asked for', async () => {
    const store = createStore('U0ANNA');
    const control = slowControl({ messages: [message(1), message(2)] });
    const sync = createSync(control, store);
    const opened = sync.channel('C0OPS');
    sync.hear({ kind: 'message', how: 'added', message: message(3) });
    sync.hear({ kind: 'message', how: 'edited', message: message(2, 'edited', 1) });
    sync.hear({ kind: 'message', how: 'removed', message: message(1) });
    control.answer();
    await opened;
    expect(store.get().timelines['C0OPS']?.messages.map(({ text }) => text)).toEqual(['edited', 'at 3']);
  });

  it('loses no modal that opens while everything is looked at anew', async () => {
    const store = createStore('U0ANNA');
    const control = slowControl(bare);
    const sync = createSync(control, store);
    const all = sync.all();
    const view: View = {
      ...{ id: 'V1', user: 'U0ANNA', title: null, submit: null, close: null, blocks: [] },
      type: 'modal',
      ...{ state: { values: {} }, hash: '1', previous_view_id: null, closed: false, errors: {} },
    };
    sync.hear({ kind: 'view', how: 'opened', view });
    control.answer();
    await all;
    expect(store.get().views).toEqual([view]);
    expect(store.get().phase).toBe('ready');
  });

  it('brings the messages of the channel that is opened first with all else', async () => {
    const store = createStore('U0ANNA');
    const control = slowControl({ ...bare, messages: [message(1)] });
    const sync = createSync(control, store);
    const all = sync.all('C0OPS');
    sync.hear({ kind: 'message', how: 'added', message: message(2) });
    control.answer();
    await all;
    expect(store.get()).toMatchObject({
      phase: 'ready',
      timelines: { C0OPS: { messages: [message(1), message(2)] } },
    });
  });

  it('does without those of a channel that an address names and that is not there', async () => {
    const store = createStore('U0ANNA');
    const answering = slowControl(bare);
    const control: Control = {
      ...answering,
      look: (what, query) =>
        what === 'messages' ? Promise.reject(new Error('no such channel')) : answering.look(what, query),
    };
    const all = createSync(control, store).all('C0GONE');
    answering.answer();
    await all;
    expect(store.get()).toMatchObject({ phase: 'ready', timelines: {} });
  });

  it('asks for a channel once, and for older messages only while there are some', async () => {
    const store = createStore('U0ANNA');
    const control = slowControl({ messages: [message(1)] });
    const sync = createSync(control, store);
    const twice = [sync.channel('C0OPS'), sync.channel('C0OPS')];
    control.answer();
    await Promise.all(twice);
    await sync.older('C0OPS');
    expect(store.get().timelines['C0OPS']).toMatchObject({ hasOlder: false, messages: [message(1)] });
  });
});
