import type { Workspace } from './workspace.ts';

/** The default workspace's tokens. All are made up. */
export const simulatedTokens = {
  bot: 'xoxb-simulated',
  app: 'xapp-simulated',
  signingSecret: 'simulated-signing-secret',
} as const;

/**
 * A small workspace with one of each: full members, one person's second account, a member whose Slack is Chinese, a
 * guest, a stranger from another workspace, a deactivated account; channels with and without the bot, and a shared one.
 */
export const createDefaultWorkspace = (): Workspace => ({
  teamId: 'T0FAP',
  domain: 'fap',
  appId: 'A0QK',
  bot: { id: 'B0QK', userId: 'U0QKBOT', name: 'Queuekeeper' },
  tokens: simulatedTokens,
  slashCommands: [
    {
      command: '/queue',
      description: 'Look after the queues',
      usageHint: 'status | failed | show ID | retry ID | help',
    },
  ],
  events: ['app_mention', 'message.im', 'app_home_opened'],
  users: [
    { id: 'U0ANNA', name: 'Anna' },
    { id: 'U0ANNA2', name: 'Anna (second account)' },
    { id: 'U0BO', name: 'Bo' },
    { id: 'U0CHEN', name: 'Chen', locale: 'zh-CN' },
    { id: 'U0GUEST', name: 'Guest', isRestricted: true },
    { id: 'U0STRANGE', name: 'Stranger', teamId: 'T0OTHER', isStranger: true },
    { id: 'U0GONE', name: 'Gone', isDeleted: true },
    { id: 'U0QKBOT', name: 'Queuekeeper', isBot: true },
  ],
  groups: [
    { id: 'S0ONCALL', handle: 'oncall', members: [] },
    { id: 'S0LEADS', handle: 'leads', members: [] },
    { id: 'S0BACKEND', handle: 'backend', members: [] },
    { id: 'S0PAYMENTS', handle: 'payments', members: [] },
  ],
  channels: [
    { id: 'C0OPS', name: 'ops', botIsMember: true },
    { id: 'C0ALERTS', name: 'alerts', botIsMember: true },
    { id: 'C0APPROVE', name: 'approvals', botIsMember: true },
    { id: 'C0AUDIT', name: 'audit', botIsMember: true },
    { id: 'C0RANDOM', name: 'random', botIsMember: false },
    { id: 'C0SHARED', name: 'shared', botIsMember: true, isExtShared: true },
  ],
});
