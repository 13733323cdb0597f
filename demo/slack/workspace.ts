/** Who and what there is in a simulated workspace. Plain data; the default one is below. */
export interface Workspace {
  readonly teamId: string;
  readonly domain: string;
  readonly appId: string;
  readonly bot: { readonly id: string; readonly userId: string; readonly name: string };
  readonly tokens: { readonly bot: string; readonly app: string; readonly signingSecret: string };
  readonly users: readonly SimulatedUser[];
  readonly groups: readonly SimulatedGroup[];
  readonly channels: readonly SimulatedChannel[];
}

export interface SimulatedUser {
  readonly id: string;
  readonly name: string;
  readonly teamId?: string;
  readonly locale?: string;
  readonly isRestricted?: boolean;
  readonly isBot?: boolean;
  readonly isDeleted?: boolean;
  readonly isStranger?: boolean;
}

export interface SimulatedGroup {
  readonly id: string;
  readonly handle: string;
  members: readonly string[];
}

export interface SimulatedChannel {
  readonly id: string;
  readonly name: string;
  botIsMember: boolean;
  readonly isExtShared?: boolean;
  isArchived?: boolean;
}

/** People and channels of the reference configuration. All tokens are made up. */
export const createDefaultWorkspace = (): Workspace => ({
  ...{ teamId: 'T0FAP', domain: 'fap', appId: 'A0QK' },
  bot: { id: 'B0QK', userId: 'U0QKBOT', name: 'Queuekeeper' },
  tokens: { bot: 'xoxb-simulated', app: 'xapp-simulated', signingSecret: 'simulated-signing-secret' },
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
  groups: ['ONCALL', 'LEADS', 'BACKEND', 'PAYMENTS'].map((name) => ({
    ...{ id: `S0${name}`, handle: name.toLowerCase(), members: [] },
  })),
  channels: [
    { id: 'C0OPS', name: 'ops', botIsMember: true },
    { id: 'C0ALERTS', name: 'alerts', botIsMember: true },
    { id: 'C0APPROVE', name: 'approvals', botIsMember: true },
    { id: 'C0AUDIT', name: 'audit', botIsMember: true },
    { id: 'C0RANDOM', name: 'random', botIsMember: false },
    { id: 'C0SHARED', name: 'shared', botIsMember: true, isExtShared: true },
  ],
});
