import type { WebClient } from '@slack/web-api';
import { describe, expect, it } from 'vitest';
import { createDirectory } from '../../src/slack/directory.ts';

const home = 'T0HOME';
const anna = { teamId: home, userId: 'U0ANNA' };

/** A client that answers `users.info` with this person. */
const slackSaying = (user: object): WebClient =>
  ({ users: { info: async () => ({ ok: true, user }) } }) as unknown as WebClient; // nothing else is asked of it

const standing = async (user: object, asking = anna): Promise<unknown> => {
  const directory = createDirectory({ client: slackSaying(user), homeTeamId: home, now: () => 0 });
  return (await directory.find(asking))?.standing;
};

describe('the standing of an account', () => {
  it.each([
    ['of the home workspace', { team_id: home }, 'member'],
    [
      'of its grid, at home here too',
      { team_id: 'T0OTHER', enterprise_user: { teams: ['T0OTHER', home] } },
      'member',
    ],
    [
      'of another organisation’s grid',
      { team_id: 'T0OTHER', enterprise_user: { teams: ['T0OTHER'] } },
      'stranger',
    ],
    ['of another workspace', { team_id: 'T0OTHER' }, 'stranger'],
    ['of no workspace that Slack names', {}, 'stranger'],
    ['that Slack calls a stranger', { team_id: home, is_stranger: true }, 'stranger'],
    ['restricted', { team_id: home, is_restricted: true }, 'guest'],
    ['restricted to one channel', { team_id: home, is_restricted: true, is_ultra_restricted: true }, 'guest'],
    ['of a bot', { team_id: home, is_bot: true }, 'bot'],
    ['deactivated', { team_id: home, deleted: true }, 'deactivated'],
  ])('%s', async (_, user, expected) => expect(await standing(user)).toBe(expected));

  it('is a stranger’s for who acts from another workspace, whatever Slack says of the account', async () => {
    expect(await standing({ team_id: home }, { teamId: 'T0OTHER', userId: 'U0ANNA' })).toBe('stranger');
  });
});

describe('the directory', () => {
  const counting = () => {
    const asked: string[] = [];
    let answers = true;
    let now = 0;
    const info = async ({ user }: { readonly user: string }) => {
      asked.push(user);
      if (!answers) throw new DOMException('too late', 'TimeoutError');
      return { ok: true, user: { team_id: home, locale: 'zh-CN', profile: { display_name: 'Anna' } } };
    };
    const client = { users: { info } } as unknown as WebClient; // nothing else is asked of it
    const directory = createDirectory({ client, homeTeamId: home, now: () => now });
    return {
      ...{ asked, directory },
      fail(on: boolean) {
        answers = !on;
      },
      advance(milliseconds: number) {
        now += milliseconds;
      },
    };
  };

  it('asks once for all who ask within a minute', async () => {
    const { asked, directory, advance } = counting();
    await Promise.all([directory.find(anna), directory.find(anna)]);
    advance(59_000);
    expect(await directory.find(anna)).toEqual({
      ...anna,
      name: 'Anna',
      standing: 'member',
      locale: 'zh-CN',
    });
    expect(asked).toHaveLength(1);
    advance(2_000);
    await directory.find(anna);
    expect(asked).toHaveLength(2);
  });

  it('knows nobody while Slack is away, and asks again soon', async () => {
    const { directory, advance, fail } = counting();
    fail(true);
    expect(await directory.find(anna)).toBeUndefined();
    fail(false);
    advance(2_100);
    expect((await directory.find(anna))?.standing).toBe('member');
  });
});
