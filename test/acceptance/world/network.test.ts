import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { type Connection, createConnection, type RowDataPacket } from 'mysql2/promise';
import { Client } from 'ssh2';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { startWorld, type World } from '../../../demo/world/world.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.stop());

/** A statement's fate, however long it takes. */
const ask = (connection: Connection, sql = 'SELECT 1'): Promise<'answered' | 'lost'> =>
  connection.query(sql).then(
    () => 'answered' as const,
    () => 'lost' as const,
  );

const silenceMs = 400;

/** What comes, where nothing should. */
const hear = <T>(answer: Promise<T>): Promise<T | 'silence'> =>
  Promise.race([
    answer,
    new Promise<'silence'>((resolve) => setTimeout(() => resolve('silence'), silenceMs)),
  ]);

async function throughProxy(): Promise<Connection> {
  world.proxies.database.set('pass');
  world.proxies.database.delay(0);
  const connection = await createConnection(world.mariadb.url('fap_app', 'fap', world.proxies.database.port));
  connection.on('error', () => undefined);
  onTestFinished(() => connection.destroy());
  return connection;
}

const countAudit = async (): Promise<unknown> => {
  const [rows] = await world.sql.query('SELECT COUNT(*) AS n FROM fap.audit_logs');
  return rows;
};
/** Connections of the application whose statement sleeps in the server, be there somebody who waits for it or not. */
async function sleepers(): Promise<readonly number[]> {
  const [rows] = await world.sql.query<RowDataPacket[]>(
    "SELECT id FROM information_schema.PROCESSLIST WHERE user = 'fap_app' AND info LIKE 'SELECT SLEEP%'",
  );
  return rows.map(({ id }) => Number(id));
}
async function endSleepers(): Promise<void> {
  for (const id of await sleepers()) await world.sql.query(`KILL ${id}`).catch(() => undefined);
  await expect.poll(sleepers).toEqual([]);
}
const insert = "INSERT INTO fap.audit_logs (action, created_at) VALUES ('x', NOW())";

describe('a proxy of the world', () => {
  it('passes on', async () => {
    expect(await ask(await throughProxy())).toBe('answered');
  });

  it('is a black hole for connections old and new', async () => {
    const connection = await throughProxy();
    world.proxies.database.set('hang');
    expect(await hear(ask(connection, insert))).toBe('silence');
    const socket: Socket = connect(world.proxies.database.port, '127.0.0.1');
    onTestFinished(() => void socket.destroy());
    const greeting = new Promise((resolve) => socket.once('data', () => resolve('greeted')));
    expect(await hear(greeting)).toBe('silence');
    expect(await countAudit()).toEqual([{ n: 0 }]);
  });

  it('mutes a server, which does what it was asked', async () => {
    const connection = await throughProxy();
    world.proxies.database.set('mute');
    expect(await hear(ask(connection, insert))).toBe('silence');
    await expect.poll(countAudit).toEqual([{ n: 1 }]);
  });

  it('delays', async () => {
    const connection = await throughProxy();
    world.proxies.database.delay(150);
    const begun = performance.now();
    expect(await ask(connection)).toBe('answered');
    expect(performance.now() - begun).toBeGreaterThan(250);
  });

  it('cuts, resets and refuses', async () => {
    for (const how of ['end', 'reset'] as const) {
      const connection = await throughProxy();
      const answer = ask(connection, 'SELECT SLEEP(600)');
      await expect.poll(sleepers).toHaveLength(1);
      world.proxies.database.cut(how);
      expect(await answer).toBe('lost');
      await endSleepers();
    }
    world.proxies.database.set('refuse');
    const url = world.mariadb.url('fap_app', 'fap', world.proxies.database.port);
    await expect(createConnection(url)).rejects.toThrow();
    world.proxies.database.set('pass');
  });

  it('cuts at a word: before the server hears it, or when it has done it', async () => {
    const before = await throughProxy();
    const cut = world.proxies.database.cutWhen('INSERT INTO fap.audit_logs');
    expect(await ask(before, insert)).toBe('lost');
    await cut;
    expect(await countAudit()).toEqual([{ n: 1 }]);
    const after = await throughProxy();
    const cutLater = world.proxies.database.cutWhen('INSERT INTO fap.audit_logs', true);
    expect(await ask(after, insert)).toBe('lost');
    await cutLater;
    expect(await countAudit()).toEqual([{ n: 2 }]);
  });
});

describe('the world’s sshd', () => {
  it('lets the key in, under the fingerprint that the configuration pins, and runs artisan', async () => {
    const { code, output, fingerprint } = await runOverSsh(
      `cd ${world.app.folder} && exec php artisan --version </dev/null`,
    );
    expect(fingerprint).toBe(world.sshd.hostKey);
    expect(output).toMatch(/Laravel Framework 12\./);
    expect(code).toBe(0);
  });

  it('can bind the key to a command', async () => {
    await world.sshd.authorize('restrict,command="echo bound: $SSH_ORIGINAL_COMMAND"');
    expect((await runOverSsh('rm -rf /')).output).toBe('bound: rm -rf /\n');
    await world.sshd.authorize('');
    expect((await runOverSsh('echo free')).output).toBe('free\n');
  });
});

interface Ran {
  readonly code: number;
  readonly output: string;
  readonly fingerprint: string;
}

async function runOverSsh(command: string): Promise<Ran> {
  const { sshd, proxies } = world;
  const privateKey = await readFile(sshd.keyFile);
  let fingerprint = '';
  return new Promise((resolve, reject) => {
    const client = new Client();
    client.once('error', reject);
    client.once('ready', () =>
      client.exec(command, (error, channel) => {
        if (error) return reject(error);
        let output = '';
        channel.on('data', (chunk: Buffer) => {
          output += chunk.toString();
        });
        channel.stderr.resume();
        channel.once('close', (code: number) => {
          client.end();
          resolve({ code, output, fingerprint });
        });
      }),
    );
    client.connect({
      ...{ host: '127.0.0.1', port: proxies.ssh.port, username: sshd.user, privateKey },
      hostVerifier: (key: Buffer) => {
        const digest = createHash('sha256').update(key).digest('base64');
        fingerprint = `SHA256:${digest.replace(/=+$/, '')}`;
        return true;
      },
    });
  });
}
