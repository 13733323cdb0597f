import type { Break, BreakParts } from './break.ts';

const jobs = ['RefundOrderJob', 'ReprocessPaymentEventJob'] as const;
const customers = 2;

/** Refunds and payment events need the payment provider, which times out. */
export const provider = ({ world: { app } }: BreakParts): Break => ({
  id: 'provider',
  isBroken: () => jobs.some((job) => app.told()[job]?.do === 'throw'),
  async break() {
    await app.behave(Object.fromEntries(jobs.map((job) => [job, { do: 'throw', exception: 'provider' }])));
    await app.dispatch('RefundOrderJob', customers);
    return { customers };
  },
  async mend() {
    await app.behave(Object.fromEntries(jobs.map((job) => [job, undefined])));
    return {};
  },
});
