import type { RowDataPacket } from 'mysql2/promise';
import { createStoreDatabase } from '../../src/store/database.ts';
import { createSamples } from '../../src/store/samples.ts';
import { type StoreSchema, startStoreServer } from '../acceptance/store/store-server.ts';
import { type Bench, type Line, megabytes } from './bench.ts';

/**
 * Ten queues under the rules of the example: pending, failed and oldest of each; workers of each; the levels of three; and
 * four rules over all.
 */
const series = 10 * 3 + 10 + 3 + 4;
const days = 40;
const dayMs = 86_400_000;
const ticksADay = 2_880;
const callsADay = 24;

/** What the ring of samples takes on the disk: a tick every 30 s, thinned every hour, on a clock that jumps by days. */
export const samplesBench: Bench = {
  name: 'samples',
  about: `samples of ten queues over ${days} days, thinned as they age: after a month they only change`,
  async run(say) {
    const server = await startStoreServer();
    try {
      return await fill(await server.schema(), say);
    } finally {
      await server.stop();
    }
  },
};

async function fill({ url, admin }: StoreSchema, say: (text: string) => void): Promise<readonly Line[]> {
  const database = createStoreDatabase(url);
  let now = Math.floor(Date.now() / dayMs) * dayMs;
  const samples = createSamples(database, async () => now);
  try {
    const ids = await samples.idsOf(
      Array.from({ length: series }, (_, index) => `pending/fap/database:q${index}`),
    );
    const sizes: number[] = [];
    for (let day = 0; day < days; day += 1) {
      await admin.query(
        `INSERT INTO samples (series, at, value) SELECT s.id, ? + t.seq * 30000, RAND() * 1000
         FROM sample_series s JOIN seq_0_to_${ticksADay - 1} t ORDER BY t.seq, s.id`,
        [now],
      );
      now += dayMs;
      for (let call = 0; call < callsADay; call += 1) await samples.thin();
      sizes.push(await sizeMb(admin));
      if (day % 5 === 4) say(`day ${day + 1}: ${megabytes(sizes.at(-1) ?? 0)}`);
    }
    const [[row]] = await admin.query<RowDataPacket[]>('SELECT COUNT(*) AS n FROM samples');
    const most = Math.max(...sizes);
    return [
      {
        what: `samples of ten queues (${ids.size} series) after ${days} days, on the disk at most`,
        ours: `${megabytes(most)} (${Number(row?.['n']).toLocaleString('en')} rows at the end)`,
        ...{ rival: '', ratio: '', asked: '< 100 MB a year', holds: most < 100 },
      },
    ];
  } finally {
    await database.close();
  }
}

/** The file that the table lies in: what was deleted in it takes room too. */
async function sizeMb(admin: StoreSchema['admin']): Promise<number> {
  const [[row]] = await admin.query<RowDataPacket[]>(
    `SELECT FILE_SIZE AS bytes FROM information_schema.INNODB_SYS_TABLESPACES WHERE NAME = CONCAT(DATABASE(), '/samples')`,
  );
  return Number(row?.['bytes']) / 1e6;
}
