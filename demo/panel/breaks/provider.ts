import { situation } from '../../world/situations/list.ts';
import type { Break, BreakParts } from './break.ts';

const jobs = ['RefundOrderJob', 'ReprocessPaymentEventJob'] as const;
const silent = situation('provider');

/** Refunds and payment events need the payment provider, which times out. */
export const provider = ({ world }: BreakParts): Break => ({
  id: 'provider',
  isBroken: () => jobs.some((job) => world.app.told()[job]?.do === 'throw'),
  break: () => silent.make(world),
  mend: () => silent.mend(world),
});
