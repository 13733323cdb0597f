import { describe, expect, it } from 'vitest';
import type { Message, View, WireEntry } from '../../../demo/slack/page/src/api/types.ts';
import { rowsOf } from '../../../demo/slack/page/src/messages/rows.ts';
import { applyChange } from '../../../demo/slack/page/src/state/apply.ts';
import { emptySnapshot, threadKey } from '../../../demo/slack/page/src/state/snapshot.ts';
import { emptyTimeline, withMessages } from '../../../demo/slack/page/src/state/timeline.ts';

const message = (ts: number, more: Partial<Message> = {}): Message => ({
  ...{ channel: 'C0OPS', ts: `${ts}.000000`, user: 'U0BO', text: `at ${ts}`, blocks: [], edits: 0 },
  ...more,
});

const view = (id: string, more: Partial<View> = {}): View => ({
  ...{ id, type: 'modal', user: 'U0ANNA', title: null, submit: null, close: null, blocks: [] },
  ...{ state: { values: {} }, hash: '1', previous_view_id: null, closed: false, errors: {} },
  ...more,
});

const texts = (messages: readonly Message[]): readonly string[] => messages.map(({ text }) => text);

describe('a channel', () => {
  it('keeps messages in order, however they come', () => {
    const timeline = withMessages(withMessages(emptyTimeline, [message(3), message(4)]), [
      message(1),
      message(2),
    ]);
    expect(texts(timeline.messages)).toEqual(['at 1', 'at 2', 'at 3', 'at 4']);
    expect(timeline.firstIndex).toBe(emptyTimeline.firstIndex - 2);
  });

  it('takes the newer version of a message, whichever comes last', () => {
    const newer = withMessages(emptyTimeline, [message(1, { edits: 2, text: 'newer' })]);
    expect(texts(withMessages(newer, [message(1, { edits: 1, text: 'older' })]).messages)).toEqual(['newer']);
  });
});

describe('rows', () => {
  it('put together what one author says within five minutes', () => {
    const rows = rowsOf(
      [message(1), message(2), message(400), message(401, { user: 'U0ANNA' })],
      undefined,
      'U0ANNA',
    );
    expect(rows.map(({ isContinued }) => isContinued)).toEqual([false, true, false, false]);
  });

  it('begin what is new where others spoke after the last look', () => {
    const unseen = { after: '2.000000', until: '4.000000' };
    const mine = message(3, { user: 'U0ANNA' });
    const rows = rowsOf([message(1), message(2), mine, message(4)], unseen, 'U0ANNA');
    expect(rows.map(({ startsNew }) => startsNew)).toEqual([false, false, false, true]);
    // What comes while somebody looks on is not new to them.
    const later = rowsOf([message(1), message(5)], unseen, 'U0ANNA');
    expect(later.map(({ startsNew }) => startsNew)).toEqual([false, false]);
  });

  it('begin every day with its name', () => {
    const rows = rowsOf([message(0), message(200_000)], undefined, 'U0ANNA');
    expect(rows.map(({ startsDay }) => startsDay)).toEqual([true, true]);
  });
});

describe('changes', () => {
  const start = emptySnapshot('U0ANNA');

  const open = {
    ...start,
    timelines: { C0OPS: emptyTimeline },
    threads: { [threadKey('C0OPS', '1.000000')]: [] },
  };
  const said = (...messages: readonly Message[]): typeof start =>
    messages.reduce(
      (now, one) => applyChange(now, { kind: 'message', how: 'added', message: one }),
      open as typeof start,
    );

  it('replies stand in their thread alone, unless they were sent to the channel too', () => {
    const reply = message(2, { threadTs: '1.000000' });
    const both = message(3, { threadTs: '1.000000', isBroadcast: true });
    const now = said(message(1), reply, both);
    expect(texts(now.timelines['C0OPS']?.messages ?? [])).toEqual(['at 1', 'at 3']);
    expect(texts(now.threads[threadKey('C0OPS', '1.000000')] ?? [])).toEqual(['at 1', 'at 2', 'at 3']);
  });

  it('messages of a channel that was not opened come with its first page', () => {
    expect(said(message(1, { channel: 'C0OTHER' }))).toBe(open);
  });

  it('an edit of what is older than the first page comes with its own page', () => {
    const paged = {
      ...open,
      timelines: { C0OPS: { ...emptyTimeline, hasOlder: true, messages: [message(5)] } },
    };
    const now = applyChange(paged, { kind: 'message', how: 'edited', message: message(1, { edits: 1 }) });
    expect(texts(now.timelines['C0OPS']?.messages ?? [])).toEqual(['at 5']);
  });

  it('what is unread is as the server says', () => {
    const channel = { id: 'C0OPS', name: 'ops', botIsMember: true, unread: 0, mentions: 0 };
    const news = { channel: 'C0OPS', readTo: '1.000000', unread: 2, mentions: 1 };
    expect(applyChange({ ...start, channels: [channel] }, { kind: 'unread', news }).channels).toEqual([
      { ...channel, readTo: '1.000000', unread: 2, mentions: 1 },
    ]);
  });

  it('a removed message is gone', () => {
    const added = applyChange(open, { kind: 'message', how: 'added', message: message(1) });
    const removed = applyChange(added, { kind: 'message', how: 'removed', message: message(1) });
    expect(removed.timelines['C0OPS']?.messages).toEqual([]);
  });

  it('a view is pushed on the one below it, changed in its place, and a new one begins a new stack', () => {
    const opened = applyChange(start, { kind: 'view', how: 'opened', view: view('V1') });
    const pushed = applyChange(opened, {
      kind: 'view',
      how: 'opened',
      view: view('V2', { previous_view_id: 'V1' }),
    });
    expect(pushed.views.map(({ id }) => id)).toEqual(['V1', 'V2']);
    const changed = applyChange(pushed, { kind: 'view', how: 'changed', view: view('V1', { hash: '2' }) });
    expect(changed.views.map(({ id, hash }) => id + hash)).toEqual(['V12', 'V21']);
    const another = applyChange(changed, { kind: 'view', how: 'opened', view: view('V3') });
    expect(another.views.map(({ id }) => id)).toEqual(['V3']);
    expect(
      applyChange(another, { kind: 'view', how: 'closed', view: view('V3', { closed: true }) }).views,
    ).toEqual([]);
  });

  it("somebody else's view is not shown", () => {
    expect(applyChange(start, { kind: 'view', how: 'opened', view: view('V1', { user: 'U0BO' }) })).toBe(
      start,
    );
  });

  it('an entry of the wire that comes twice stands there once', () => {
    const entry: WireEntry = {
      number: 1,
      at: 0,
      direction: 'to-app',
      what: 'slash_commands',
      milliseconds: 1,
      via: 'http',
    };
    const once = applyChange(start, { kind: 'wire', entry });
    expect(applyChange(once, { kind: 'wire', entry }).wire).toHaveLength(1);
  });
});
