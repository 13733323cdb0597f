import type { Break, BreakParts } from './break.ts';

/** The way from the bot to the application's host. */
export const ssh = ({ world: { proxies } }: BreakParts): Break => ({
  id: 'ssh',
  isBroken: () => proxies.ssh.state().mode === 'refuse',
  async break() {
    const cut = proxies.ssh.connections();
    proxies.ssh.set('refuse');
    return { cut };
  },
  async mend() {
    proxies.ssh.set('pass');
    return {};
  },
});
