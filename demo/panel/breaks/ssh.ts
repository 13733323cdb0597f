import { situation } from '../../world/situations/list.ts';
import type { Break, BreakParts } from './break.ts';

const cut = situation('host-cut');

/** The way from the bot to the application's host. */
export const ssh = ({ world }: BreakParts): Break => ({
  id: 'ssh',
  isBroken: () => world.proxies.ssh.state().mode === 'refuse',
  break: () => cut.make(world),
  mend: () => cut.mend(world),
});
