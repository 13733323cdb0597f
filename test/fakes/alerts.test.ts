import { alertsContract } from '../contract/alerts.ts';
import { createFakeAlerts } from './alerts.ts';

alertsContract('in memory', async () => {
  const fake = createFakeAlerts();
  return {
    ...{ alerts: fake, desk: fake, cards: fake.cards, outbox: fake.outbox },
    sealedAbout: async (number) =>
      fake.events
        .filter((one) => one.number === number || one.about.includes(number))
        .map(({ event }) => event),
    sealed: async () => fake.events.map(({ event }) => event),
    endLease: async () => fake.endLease(),
    endSilences: async () => fake.endSilences(),
    empty: async () => fake.empty(),
    stop: async () => undefined,
  };
});
