import type { WebClient } from '@slack/web-api';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createDefaultWorkspace } from '../../../demo/slack/default-workspace.ts';
import { createSlack, type SimulatedSlack } from '../../../demo/slack/server.ts';
import { clientOf, modal, refusalOf } from './stage.ts';

let slack: SimulatedSlack;
let api: WebClient;

beforeEach(async () => {
  slack = await createSlack();
  api = clientOf(slack);
});
afterEach(() => slack.close());

const post = async (more: object = {}): Promise<string> => {
  const { ts = '' } = await api.chat.postMessage({ channel: 'C0OPS', text: 'x', ...more });
  return ts;
};

describe('the Web API', () => {
  it.each<[string, () => Promise<unknown>, string]>([
    ['a channel that is not there', () => post({ channel: 'C0NONE' }), 'channel_not_found'],
    ['a channel that the bot is not in', () => post({ channel: 'C0RANDOM' }), 'not_in_channel'],
    ['a message to an account that was closed', () => post({ channel: 'U0GONE' }), 'channel_not_found'],
    ['a message without text or blocks', () => post({ text: '' }), 'no_text'],
    [
      'blocks that are no array',
      () => api.apiCall('chat.postMessage', { channel: 'C0OPS', blocks: '{}' }),
      'invalid_blocks_format',
    ],
    ['a text of more than 40,000 characters', () => post({ text: 'x'.repeat(40_001) }), 'msg_too_long'],
    ['metadata that is not whole', () => post({ metadata: { event_type: 'x' } }), 'invalid_metadata_format'],
    [
      'an edit of what is not there',
      () => api.chat.update({ channel: 'C0OPS', ts: '1.2', text: 'x' }),
      'message_not_found',
    ],
    [
      'a permalink to what is not there',
      () => api.chat.getPermalink({ channel: 'C0OPS', message_ts: '1.2' }),
      'message_not_found',
    ],
    [
      'an ephemeral for somebody elsewhere',
      () => api.chat.postEphemeral({ channel: 'C0OPS', user: 'U0STRANGE', text: 'x' }),
      'user_not_in_channel',
    ],
    [
      'a thread that is not there',
      () => api.conversations.replies({ channel: 'C0OPS', ts: '1.2' }),
      'thread_not_found',
    ],
    ['a direct message to an app', () => api.conversations.open({ users: 'U0QKBOT' }), 'cannot_dm_bot'],
    ['an unknown person', () => api.users.info({ user: 'U0NOBODY' }), 'user_not_found'],
    ['an unknown user group', () => api.usergroups.users.list({ usergroup: 'S0NONE' }), 'no_such_subteam'],
    ['an unknown method', () => api.apiCall('poems.write'), 'unknown_method'],
    [
      'an unknown trigger',
      () => api.views.open({ trigger_id: '1.x', view: modal() as never }),
      'invalid_trigger_id',
    ],
    [
      'a view that is not there',
      () => api.views.update({ view_id: 'V0NONE', view: modal() as never }),
      'not_found',
    ],
    ['no token', () => clientOf(slack, '').auth.test(), 'not_authed'],
    ['a wrong token', () => clientOf(slack, 'xoxb-wrong').auth.test(), 'invalid_auth'],
    [
      'an app token where the bot’s belongs',
      () => clientOf(slack, 'xapp-simulated').auth.test(),
      'not_allowed_token_type',
    ],
    [
      'the bot’s token where an app token belongs',
      () => api.apps.connections.open({}),
      'not_allowed_token_type',
    ],
  ])('refuses %s', async (_, call, error) => {
    expect(await refusalOf(call())).toBe(error);
  });

  it('says where blocks are wrong', async () => {
    const blocks = [
      { type: 'divider' },
      { type: 'header', text: { type: 'plain_text', text: 'x'.repeat(151) } },
    ];
    await expect(post({ blocks })).rejects.toMatchObject({
      data: {
        error: 'invalid_blocks',
        errors: ['must be less than 151 characters [json-pointer:/blocks/1/text/text]'],
        response_metadata: {
          messages: ['[ERROR] must be less than 151 characters [json-pointer:/blocks/1/text/text]'],
        },
      },
    });
  });

  it('refuses posts to an archived channel, which can still be read', async () => {
    await post();
    const ops = slack.workspace.channels.find(({ id }) => id === 'C0OPS');
    if (ops !== undefined) ops.isArchived = true;
    expect(await refusalOf(post())).toBe('is_archived');
    expect((await api.conversations.history({ channel: 'C0OPS' })).messages).toHaveLength(1);
  });

  it('knows what the token may do', async () => {
    const own = { ...createDefaultWorkspace(), scopes: ['chat:write'] };
    const limited = await createSlack({ workspace: own });
    const call = clientOf(limited).users.info({ user: 'U0ANNA' });
    await expect(call).rejects.toMatchObject({
      data: { error: 'missing_scope', needed: 'users:read', provided: 'chat:write' },
    });
    await limited.close();
  });

  it('says who the token is', async () => {
    expect(await api.auth.test()).toMatchObject({ user_id: 'U0QKBOT', bot_id: 'B0QK', team_id: 'T0FAP' });
  });
});

describe('a message', () => {
  it('is edited by the app that wrote it alone, and an ephemeral by nobody', async () => {
    const said = slack.timeline.add({ channel: 'C0OPS', user: 'U0BO', text: 'mine', blocks: [] });
    const edit = (ts: string): Promise<string> =>
      refusalOf(api.chat.update({ channel: 'C0OPS', ts, text: 'x' }));
    expect(await edit(said.ts)).toBe('cant_update_message');
    const shown = await api.chat.postEphemeral({ channel: 'C0OPS', user: 'U0ANNA', text: 'psst' });
    expect(await edit(shown.message_ts ?? '')).toBe('message_not_found');
    expect(await edit(await post())).toBe('taken');
  });

  it('loses its blocks when it is edited with text alone', async () => {
    const ts = await post({ blocks: [{ type: 'divider' }] });
    await api.chat.update({ channel: 'C0OPS', ts, text: 'y' });
    expect(slack.timeline.find('C0OPS', ts)).toMatchObject({ text: 'y', blocks: [], edits: 1 });
  });

  it('is deleted by the app that wrote it alone', async () => {
    const said = slack.timeline.add({ channel: 'C0OPS', user: 'U0BO', text: 'mine', blocks: [] });
    expect(await refusalOf(api.chat.delete({ channel: 'C0OPS', ts: said.ts }))).toBe('cant_delete_message');
    const ts = await post();
    await api.chat.delete({ channel: 'C0OPS', ts });
    expect(await refusalOf(api.chat.delete({ channel: 'C0OPS', ts }))).toBe('message_not_found');
  });

  it('has an address, which in a thread names the thread', async () => {
    const ts = await post();
    const reply = await post({ thread_ts: ts });
    const linkOf = async (message_ts: string) =>
      (await api.chat.getPermalink({ channel: 'C0OPS', message_ts })).permalink;
    expect(await linkOf(ts)).toBe(`https://fap.slack.com/archives/C0OPS/p${ts.replace('.', '')}`);
    expect(await linkOf(reply)).toBe(
      `https://fap.slack.com/archives/C0OPS/p${reply.replace('.', '')}?thread_ts=${ts}&cid=C0OPS`,
    );
  });

  it('to a person goes to the direct message', async () => {
    expect(await api.chat.postMessage({ channel: 'U0ANNA', text: 'x' })).toMatchObject({ channel: 'D0ANNA' });
    expect(await api.conversations.open({ users: 'U0ANNA' })).toMatchObject({
      channel: { id: 'D0ANNA', is_im: true },
    });
  });

  it('that only one person sees is seen by no other and in no history', async () => {
    await api.chat.postEphemeral({ channel: 'C0OPS', user: 'U0ANNA', text: 'psst' });
    expect(slack.as('U0ANNA').ephemerals()).toMatchObject([{ text: 'psst' }]);
    expect(slack.as('U0BO').sees('C0OPS')).toEqual([]);
    expect((await api.conversations.history({ channel: 'C0OPS' })).messages).toEqual([]);
    slack.as('U0ANNA').reload();
    expect(slack.as('U0ANNA').ephemerals()).toEqual([]);
  });
});

describe('history and replies', () => {
  it('give the newest first, in pages, and a thread oldest first', async () => {
    const all: string[] = [];
    for (let count = 0; count < 5; count += 1) all.push(await post());
    const [root = ''] = all;
    const reply = await post({ thread_ts: root });
    const first = await api.conversations.history({ channel: 'C0OPS', limit: 3 });
    expect(first.messages?.map(({ ts }) => ts)).toEqual(all.slice(2).reverse());
    expect(first.has_more).toBe(true);
    const next = await api.conversations.history({
      ...{ channel: 'C0OPS', limit: 3, cursor: first.response_metadata?.next_cursor ?? '' },
    });
    expect(next.messages?.map(({ ts }) => ts)).toEqual(all.slice(0, 2).reverse());
    expect(next.messages?.at(-1)).toMatchObject({ reply_count: 1, latest_reply: reply });
    const thread = await api.conversations.replies({ channel: 'C0OPS', ts: root });
    expect(thread.messages?.map(({ ts }) => ts)).toEqual([root, reply]);
  });

  it('stay between two times', async () => {
    const [first, second, third] = [await post(), await post(), await post()];
    const between = async (more: object) =>
      (await api.conversations.history({ channel: 'C0OPS', ...more })).messages?.map(({ ts }) => ts);
    expect(await between({ oldest: first, latest: third })).toEqual([second]);
    expect(await between({ oldest: first, latest: third, inclusive: true })).toEqual([third, second, first]);
  });

  const metadata = { event_type: 'ticket', event_payload: { id: '7' } };

  it('show metadata whole when asked, else its type alone', async () => {
    const ts = await post({ metadata });
    const shown = async (include_all_metadata: boolean) =>
      (await api.conversations.history({ channel: 'C0OPS', include_all_metadata })).messages?.[0]?.metadata;
    expect(await shown(true)).toEqual(metadata);
    expect(await shown(false)).toEqual({ event_type: 'ticket' });
    await api.chat.update({ channel: 'C0OPS', ts, text: 'y' });
    expect(await shown(true)).toEqual(metadata);
    await api.chat.update({ channel: 'C0OPS', ts, text: 'y', metadata: {} as never });
    expect(await shown(true)).toBeUndefined();
  });

  it('show no payload without the scope for it', async () => {
    const own = { ...createDefaultWorkspace(), scopes: ['chat:write', 'channels:history'] };
    const limited = await createSlack({ workspace: own });
    const client = clientOf(limited);
    await client.chat.postMessage({ channel: 'C0OPS', text: 'x', metadata });
    const { messages } = await client.conversations.history({ channel: 'C0OPS', include_all_metadata: true });
    expect(messages?.[0]?.metadata).toEqual({ event_type: 'ticket' });
    await limited.close();
  });

  it('drop metadata of a type with other characters, and warn', async () => {
    const answer = await api.chat.postMessage({
      ...{ channel: 'C0OPS', text: 'x', metadata: { ...metadata, event_type: 'a.b' } },
    });
    expect(answer).toMatchObject({ ok: true, warning: 'invalid_metadata_schema' });
    expect(slack.timeline.messages[0]?.metadata).toBeUndefined();
  });
});

describe('people', () => {
  it('are what the workspace says', async () => {
    const who = async (user: string) => (await api.users.info({ user, include_locale: true })).user;
    expect(await who('U0CHEN')).toMatchObject({ name: 'chen', locale: 'zh-CN', is_restricted: false });
    expect(await who('U0GUEST')).toMatchObject({ is_restricted: true, locale: 'en-US' });
    expect(await who('U0STRANGE')).toMatchObject({ is_stranger: true, team_id: 'T0OTHER' });
    expect(await who('U0GONE')).toMatchObject({ deleted: true });
    expect((await api.users.list({ limit: 3 })).members).toHaveLength(3);
  });

  it('are in groups as long as those are not disabled', async () => {
    const [oncall] = slack.workspace.groups;
    if (oncall === undefined) throw new Error('there are groups');
    oncall.members = ['U0ANNA'];
    const members = () => api.usergroups.users.list({ usergroup: oncall.id });
    expect((await members()).users).toEqual(['U0ANNA']);
    oncall.isDisabled = true;
    expect(await refusalOf(members())).toBe('subteam_disabled');
  });
});
