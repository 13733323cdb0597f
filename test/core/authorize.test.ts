import { describe, expect, it } from 'vitest';
import { type AuthorizationFacts, authorize } from '../../src/core/authorize.ts';
import type { ChannelFacts } from '../../src/core/invocation.ts';
import type { Member, Rights, Standing } from '../../src/core/people.ts';

const member = (standing: Standing = 'member'): Member => ({
  ...{ teamId: 'T0FAP', userId: 'U0ANNA', name: 'Anna', standing, locale: 'en' },
});
const channel: ChannelFacts = { kind: 'channel', shared: false, botIsMember: true };
const rights: Rights = { operator: true, approver: false, unreadableGroups: [] };
const facts: AuthorizationFacts = {
  ...{ member: member(), rights, channel, channelId: 'C0OPS', commandChannels: ['C0OPS'] },
};
const read = { verb: 'status', role: 'everybody', changes: false } as const;
const write = { verb: 'retry', role: 'operator', changes: true } as const;
const code = (change: Partial<AuthorizationFacts>, demand: typeof read | typeof write = write): string => {
  const judged = authorize({ ...facts, ...change }, demand);
  return judged.ok ? 'allowed' : judged.refusal.code;
};

describe('the authorizer', () => {
  it.each<[string, Partial<AuthorizationFacts>, typeof read | typeof write, string]>([
    ['lets an operator change', {}, write, 'allowed'],
    ['refuses who is no operator', { rights: { ...rights, operator: false } }, write, 'needs-role'],
    ['lets everybody read', { rights: { ...rights, operator: false } }, read, 'allowed'],
    ['refuses guests even to read', { member: member('guest') }, read, 'not-a-member'],
    ['refuses strangers even to read', { member: member('stranger') }, read, 'not-a-member'],
    ['refuses bots', { member: member('bot') }, read, 'not-a-member'],
    ['refuses the deactivated', { member: member('deactivated') }, read, 'not-a-member'],
    ['refuses whom Slack can not tell', { member: undefined }, read, 'slack-unreadable'],
    ['refuses a channel that Slack can not tell', { channel: undefined }, read, 'slack-unreadable'],
    [
      'refuses a channel shared with others',
      { channel: { ...channel, shared: true } },
      read,
      'channel-shared',
    ],
    ['refuses other channels', { channelId: 'C0RANDOM' }, read, 'channel-not-allowed'],
    [
      'answers everywhere where no channels are named',
      { channelId: 'C0RANDOM', commandChannels: undefined },
      read,
      'allowed',
    ],
    [
      'reads in a channel that it is not in',
      { channel: { ...channel, botIsMember: false } },
      read,
      'allowed',
    ],
    [
      'changes nothing where colleagues can not see it',
      { channel: { ...channel, botIsMember: false } },
      write,
      'not-in-channel',
    ],
    [
      'reads in a direct message',
      { channel: { ...channel, kind: 'direct-message' }, channelId: 'D0ANNA' },
      read,
      'allowed',
    ],
    [
      'changes nothing in a direct message',
      { channel: { ...channel, kind: 'direct-message' }, channelId: 'D0ANNA' },
      write,
      'not-in-direct-message',
    ],
  ])('%s', (_, change, demand, expected) => {
    expect(code(change, demand)).toBe(expected);
  });
});
