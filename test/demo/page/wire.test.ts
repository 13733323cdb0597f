import { describe, expect, it } from 'vitest';
import type { WireEntry } from '../../../demo/slack/page/src/api/types.ts';
import { detailsOf } from '../../../demo/slack/page/src/side/wire-details.ts';

const entry = (more: Partial<WireEntry>): WireEntry => ({
  ...{ number: 1, at: 0, direction: 'to-slack', what: 'chat.postMessage', milliseconds: 3, via: 'http' },
  ...more,
});

describe('an entry of the wire', () => {
  it.each([
    ['slash_commands', { command: '/queue', text: 'status' }, '/queue', 'status'],
    ['interactive', { type: 'block_actions', actions: [{ action_id: 'retry' }] }, 'block_actions', 'retry'],
    ['interactive', { type: 'view_submission', view: { callback_id: 'ask' } }, 'view_submission', 'ask'],
    [
      'events_api',
      { type: 'event_callback', event: { type: 'app_mention', text: 'hi' } },
      'app_mention',
      'hi',
    ],
  ])('names what %s brought to the app', (what, request, title, subject) => {
    expect(detailsOf(entry({ direction: 'to-app', what, request }))).toMatchObject({
      title,
      subject,
      limits: [],
    });
  });

  it('says how much of each limit a message used', () => {
    const blocks = [{ type: 'divider' }, { type: 'divider' }];
    expect(detailsOf(entry({ request: { channel: 'C0OPS', text: 'four', blocks } }))).toEqual({
      ...{ title: 'chat.postMessage', subject: 'C0OPS' },
      limits: [
        { what: 'Text', used: 4, most: 40_000 },
        { what: 'Blocks', used: 2, most: 50 },
        { what: 'Characters of blocks', used: JSON.stringify(blocks).length, most: 13_000 },
      ],
    });
  });

  it('counts the bytes of a view', () => {
    const view = { type: 'modal', blocks: [{ type: 'divider' }], title: '报' };
    const { limits } = detailsOf(entry({ what: 'views.open', request: { view } }));
    expect(limits.at(-1)).toEqual({
      ...{ what: 'Bytes of the view', most: 250_000 },
      used: Buffer.byteLength(JSON.stringify(view)),
    });
  });
});
