import { WebAPIPlatformError, WebAPIRateLimitedError } from '@slack/web-api';
import { describe, expect, it } from 'vitest';
import type { OpenMessage } from '../../src/core/invocation.ts';
import type { SlackApi } from '../../src/slack/api.ts';
import { openMessage } from '../../src/slack/open-message.ts';
import { noPictures, silent } from './silent.ts';

const reply = { heading: 'reports: looking', mood: 'working', parts: [] } as const;

interface Edit {
  readonly channel: string;
  readonly ts: string;
  readonly text: string;
  readonly blocks: readonly unknown[];
}

/** A message that is open, and whose edits end as told; what comes after those is taken. */
async function openWith(...ends: readonly Error[]): Promise<{ message: OpenMessage; edits: Edit[] }> {
  const edits: Edit[] = [];
  const left = [...ends];
  const update = async (edit: Edit): Promise<object> => {
    edits.push(edit);
    const end = left.shift();
    if (end !== undefined) throw end;
    return { ok: true, ts: edit.ts };
  };
  const api = { posts: { chat: { update } } } as unknown as SlackApi; // no other call is made
  const say = async () => ({ kind: 'taken', ts: '1.5' }) as const;
  const message = await openMessage(
    { api, log: silent, channel: 'C0OPS', say, pictures: noPictures },
    reply,
    'en',
  );
  if (message === undefined) throw new Error('it was posted');
  return { message, edits };
}

const refusedAs = (error: string): Error => new WebAPIPlatformError({ ok: false, error });

describe('a message that is open', () => {
  it('is edited where it was posted', async () => {
    const { message, edits } = await openWith();
    expect(await message.draw({ ...reply, heading: 'reports: all is well' }, 'en')).toEqual({
      kind: 'drawn',
    });
    expect(edits).toMatchObject([{ channel: 'C0OPS', ts: '1.5', text: 'reports: all is well' }]);
  });

  it('is edited in another form where Slack refuses the first, without blocks in the end', async () => {
    const { message, edits } = await openWith(refusedAs('invalid_blocks'), refusedAs('msg_blocks_too_long'));
    expect(await message.draw(reply, 'en')).toEqual({ kind: 'drawn' });
    expect(edits).toHaveLength(3);
    expect(edits[2]?.blocks).toEqual([]);
  });

  it('is edited later when Slack limits us or nobody knows whether it was', async () => {
    const { message } = await openWith(
      new WebAPIRateLimitedError(7),
      new TypeError('fetch failed', { cause: new Error('reset') }),
    );
    expect(await message.draw(reply, 'en')).toEqual({ kind: 'later', milliseconds: 7_000 });
    expect(await message.draw(reply, 'en')).toEqual({ kind: 'later', milliseconds: 1_000 });
    expect(await message.draw(reply, 'en')).toEqual({ kind: 'drawn' });
  });

  it('is gone when somebody deleted it', async () => {
    const { message } = await openWith(refusedAs('message_not_found'));
    expect(await message.draw(reply, 'en')).toEqual({ kind: 'gone' });
  });

  it('is none where Slack did not take the post', async () => {
    const api = {} as SlackApi; // nothing is called
    const say = async () => ({ kind: 'lost', why: 'not_in_channel' }) as const;
    expect(
      await openMessage({ api, log: silent, channel: 'C0OPS', say, pictures: noPictures }, reply, 'en'),
    ).toBeUndefined();
  });
});
