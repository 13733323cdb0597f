import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createSlack, type SimulatedSlack } from '../../../demo/slack/server.ts';
import type { Directory } from '../../../src/core/invocation.ts';
import { Secret } from '../../../src/core/secret.ts';
import { createSlackApi } from '../../../src/slack/api.ts';
import { createDirectory } from '../../../src/slack/directory.ts';
import { silent } from '../../slack/silent.ts';

describe('the directory', () => {
  let slack: SimulatedSlack;
  let directory: Directory;
  let now = 0;
  beforeAll(async () => {
    slack = await createSlack();
  });
  afterAll(() => slack.close());
  beforeEach(() => {
    slack.faults.clear();
    const { reads } = createSlackApi(new Secret(slack.workspace.tokens.bot), slack.apiUrl, silent);
    directory = createDirectory({ client: reads, homeTeamId: 'T0FAP', now: () => now });
  });
  const find = (userId: string, teamId = 'T0FAP') => directory.find({ teamId, userId });
  const calls = (method: string) => slack.wireLog.filter(({ what }) => what === method).length;

  it.each([
    ['U0ANNA', 'member'],
    ['U0GUEST', 'guest'],
    ['U0GONE', 'deactivated'],
    ['U0QKBOT', 'bot'],
    ['U0STRANGE', 'stranger'],
  ])('knows of %s that it is a %s', async (userId, standing) => {
    expect(await find(userId)).toMatchObject({ userId, standing });
  });

  it('takes whoever acts from another workspace for a stranger, known or not', async () => {
    expect(await find('U0ANNA', 'T0OTHER')).toMatchObject({ standing: 'stranger' });
    expect(await find('U0NOBODY', 'T0OTHER')).toMatchObject({ standing: 'stranger', userId: 'U0NOBODY' });
  });

  it('knows nobody whom Slack does not know', async () => {
    expect(await find('U0NOBODY')).toBeUndefined();
  });

  it('speaks the language of the person', async () => {
    expect((await find('U0CHEN'))?.locale).toBe('zh-CN');
    expect((await find('U0BO'))?.locale).toBe('en');
  });

  it('asks once for many who ask at the same time, and again after a minute', async () => {
    const before = calls('users.info');
    await Promise.all(Array.from({ length: 50 }, () => find('U0ANNA')));
    now += 59_000;
    await find('U0ANNA');
    expect(calls('users.info') - before).toBe(1);
    now += 2_000;
    await find('U0ANNA');
    expect(calls('users.info') - before).toBe(2);
  });

  it('reads groups, and says when one can not be read; a failure is not kept for long', async () => {
    const oncall = slack.workspace.groups.find(({ id }) => id === 'S0ONCALL');
    if (oncall !== undefined) oncall.members = ['U0ANNA', 'U0BO'];
    expect(await directory.group('S0ONCALL')).toEqual(new Set(['U0ANNA', 'U0BO']));
    expect(await directory.group('S0LEADS')).toEqual(new Set());
    slack.faults.set('usergroups.users.list', { kind: 'refuse', error: 'missing_scope' });
    expect(await directory.group('S0BACKEND')).toBeUndefined();
    expect(await directory.group('S0NONE')).toBeUndefined();
    slack.faults.clear();
    now += 2_100;
    expect(await directory.group('S0BACKEND')).toEqual(new Set());
    slack.faults.set('usergroups.users.list', { kind: 'rate-limit', retryAfterSeconds: 30 });
    now += 61_000;
    expect(await directory.group('S0ONCALL')).toBeUndefined();
  });

  it('knows channels: shared, without the bot, direct', async () => {
    expect(await directory.channel('C0OPS')).toEqual({ kind: 'channel', shared: false, botIsMember: true });
    expect(await directory.channel('C0SHARED')).toMatchObject({ shared: true });
    expect(await directory.channel('C0RANDOM')).toMatchObject({ botIsMember: false });
    expect(await directory.channel('D0ANNA')).toMatchObject({ kind: 'direct-message' });
    expect(await directory.channel('C0NOWHERE')).toBeUndefined();
  });

  it('asks once more when Slack did not answer', async () => {
    slack.faults.set('users.info', { kind: 'error', status: 500 }, 1);
    expect(await find('U0BO')).toMatchObject({ standing: 'member' });
  });
});
