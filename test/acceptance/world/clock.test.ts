import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { RowDataPacket } from 'mysql2/promise';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startWorld, type World } from '../../../demo/world/world.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld({ clock: true });
});
afterAll(() => world.stop());

const hour = 3_600_000;
/** How far a time (unix milliseconds) is ahead of this process, in hours; adding 0 turns -0 into 0. */
const hoursAhead = (time: number): number => Math.round((time - Date.now()) / hour) + 0;

/** How far the store is ahead, in hours. */
async function storeIsAhead(): Promise<number> {
  const [[row]] = await world.store.root.query<RowDataPacket[]>(
    'SELECT UNIX_TIMESTAMP(UTC_TIMESTAMP(6)) AS at',
  );
  return hoursAhead(Number(row?.['at']) * 1000);
}

/** A process that lives by the bot's clock and says what time it is when asked. */
function startTeller(): { readonly child: ChildProcess; hoursAhead(): Promise<number> } {
  const script = "process.stdin.on('data', () => console.log(Date.now()))";
  const child = spawn(process.execPath, ['-e', script], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...process.env, ...world.env },
  });
  return {
    child,
    async hoursAhead() {
      child.stdin.write('?');
      const [said] = await once(child.stdout, 'data');
      return hoursAhead(Number(String(said)));
    },
  };
}

describe('a movable clock', () => {
  it('moves the store’s time, of running connections and after a kill, and leaves the application’s alone', async () => {
    expect(await storeIsAhead()).toBe(0);
    await world.clock.store.offset(3 * hour);
    expect(await storeIsAhead()).toBe(3);
    await world.clock.store.advance(24 * hour);
    expect(await storeIsAhead()).toBe(27);
    await world.store.restart('SIGKILL');
    expect(await storeIsAhead()).toBe(27);
    const [[row]] = await world.sql.query<RowDataPacket[]>('SELECT UNIX_TIMESTAMP() AS at');
    expect(hoursAhead(Number(row?.['at']) * 1000)).toBe(0);
  });

  it('leaves the store’s time limits as they are', async () => {
    // Rejects only where the limit came first; the test would not wait for the end of the sleep.
    await expect(
      world.store.root.query('SET STATEMENT max_statement_time = 0.3 FOR SELECT SLEEP(600)'),
    ).rejects.toThrow();
  });

  it('moves the bot’s time while it runs, and of one that is started after a kill', async () => {
    const first = startTeller();
    expect(await first.hoursAhead()).toBe(0);
    await world.clock.bot.offset(-5 * hour);
    expect(await first.hoursAhead()).toBe(-5);
    first.child.kill('SIGKILL');
    const second = startTeller();
    expect(await second.hoursAhead()).toBe(-5);
    expect(hoursAhead(world.clock.bot.now())).toBe(-5);
    await world.clock.bot.offset(0);
    expect(await second.hoursAhead()).toBe(0);
    await Promise.all(Array.from({ length: 20 }, () => world.clock.bot.advance(hour)));
    expect(await second.hoursAhead()).toBe(20);
    second.child.kill();
  });

  it('is only there when asked for', async () => {
    const plain = await startWorld();
    expect(() => plain.clock).toThrow(/clock: true/);
    expect(plain.store).toBe(plain.mariadb);
    await plain.stop();
  });
});
