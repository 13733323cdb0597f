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
    });
  });

  it('names where a call of the app went', () => {
    expect(detailsOf(entry({ request: { channel: 'C0OPS', text: 'four' } }))).toEqual({
      ...{ title: 'chat.postMessage', subject: 'C0OPS' },
    });
  });
});
