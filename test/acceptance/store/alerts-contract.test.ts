import { alertsContract } from '../../contract/alerts.ts';
import { startStoreServer } from './store-server.ts';
import { storeOn } from './support.ts';

const tables = [
  ...['incidents', 'incident_entries', 'gatherings', 'rule_states', 'silences', 'accepted_failures'],
  ...['samples', 'cards', 'outbox'],
];

alertsContract('in the store', async () => {
  const server = await startStoreServer();
  const { url, admin } = await server.schema();
  const store = storeOn(url, { alertsChannel: 'C0ALERTS' });
  /** Rows of the log are never taken away, so each case begins after those of the one before. */
  let begun = 0;
  const events = async (condition: string): Promise<readonly string[]> => {
    const rows = await store.database.query((sql) =>
      sql.all(`SELECT event FROM audit_log WHERE seq > ? AND ${condition} ORDER BY seq`, [begun]),
    );
    return rows.map((row) => String(row['event']));
  };
  return {
    ...{ alerts: store.alerts, desk: store.desk, cards: store.cards, outbox: store.outbox },
    async sealedAbout(requestNumber) {
      const rows = await store.audit.list({ requestNumber, limit: 50 }, AbortSignal.timeout(60_000));
      return rows.ok ? rows.value.map(({ event }) => event).reverse() : [];
    },
    sealed: () => events('TRUE'),
    async endLease() {
      await admin.query('UPDATE alert_evaluator SET until = UTC_TIMESTAMP(6)');
    },
    async endSilences() {
      await admin.query('UPDATE silences SET until_at = UTC_TIMESTAMP(6) - INTERVAL 1 SECOND');
    },
    async empty() {
      for (const table of tables) await admin.query(`DELETE FROM ${table}`);
      await admin.query("UPDATE alert_evaluator SET holder = NULL, until = '2000-01-01'");
      begun = (await store.database.query((sql) => sql.all('SELECT seq FROM audit_head')))
        .map((row) => Number(row['seq']))
        .reduce((most, seq) => Math.max(most, seq), 0);
    },
    async stop() {
      await store.stop(1_000);
      await server.stop();
    },
  };
});
