import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, realpath, rmdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { Redis } from 'ioredis';
import { createConnection } from 'mysql2/promise';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { startWorld, type World } from '../../../demo/world/world.ts';
import { findProcesses } from './processes.ts';

const run = promisify(execFile);
const root = fileURLToPath(new URL('../../..', import.meta.url));

let world: World;
beforeAll(async () => {
  world = await startWorld({ workers: 'all' });
});
afterAll(() => world.stop());

/** What the server says when an account tries something. */
async function trying(url: string | undefined, sql: string): Promise<string> {
  const connection = await createConnection(url ?? '');
  try {
    await connection.query(sql);
    return 'allowed';
  } catch (error) {
    return String((error as { code?: unknown }).code); // mysql2's errors carry the server's code
  } finally {
    connection.destroy();
  }
}

describe('the world', () => {
  it('is up with all its workers', async () => {
    const states = async () => ((await world.supervisor?.states()) ?? []).map(({ state }) => state);
    await expect.poll(states).toEqual(Array.from({ length: 8 }, () => 'RUNNING'));
  });

  it('gives the bot a configuration that the bot accepts', async () => {
    const config = await world.config();
    const env = { ...process.env, ...world.env };
    const bot = ['src/launch.mjs', 'check', '--config', config];
    const { stdout, stderr } = await run(process.execPath, bot, {
      cwd: root,
      env: { ...env, SLACK_BOT_TOKEN: 'xoxb-1-test', SLACK_SIGNING_SECRET: 'a'.repeat(32) },
    });
    expect(`${stdout}${stderr}`).not.toContain('expected');
    const text = await readFile(config, 'utf8');
    for (const secret of Object.values(world.mariadb.passwords)) expect(text).not.toContain(secret);
  });

  it('lets tests change any of it', async () => {
    const text = await readFile(
      await world.config({ locale: 'zh-CN', alerts: undefined, apps: { fap: { log: undefined } } }),
      'utf8',
    );
    expect(text).toContain('locale: zh-CN');
    expect(text).not.toMatch(/^alerts:/m);
    expect(text).not.toContain('laravel.log');
    expect(text).toContain('fap-queue-reports');
  });

  it('can put the application on the bot’s own machine', async () => {
    const text = await readFile(await world.config({}, { local: true }), 'utf8');
    expect(text).toContain('local: true');
    expect(text).not.toContain('key_file');
  });

  it('gives accounts the rights that our docs ask for, and no more', async () => {
    const { env } = world;
    const insert =
      "INSERT INTO fap.failed_jobs (connection, queue, payload, exception) VALUES ('', '', '', '')";
    expect(await trying(env['FAP_DATABASE_URL'], 'SELECT 1 FROM fap.failed_jobs')).toBe('allowed');
    expect(await trying(env['FAP_DATABASE_URL'], insert)).toBe('ER_TABLEACCESS_DENIED_ERROR');
    expect(await trying(env['FAP_DATABASE_WRITE_URL'], insert)).toBe('allowed');
    expect(await trying(env['FAP_DATABASE_WRITE_URL'], 'DELETE FROM fap.failed_jobs')).toBe(
      'ER_TABLEACCESS_DENIED_ERROR',
    );
    expect(await trying(env['FAP_DATABASE_WRITE_URL'], 'SELECT 1 FROM fap.jobs')).toBe(
      'ER_TABLEACCESS_DENIED_ERROR',
    );
    await expect(trying(env['QUEUEKEEPER_STORE_URL'], 'SELECT 1')).rejects.toThrow(/denied/);
    const rootOverTcp = `mysql://root@127.0.0.1:${world.mariadb.port}/fap`;
    await expect(trying(rootOverTcp, 'SELECT 1')).rejects.toThrow(/denied/);
    await world.sql.query('DELETE FROM fap.failed_jobs');
  });

  it('lets the bot read Redis and change nothing', async () => {
    const reader = new Redis(world.env['FAP_REDIS_URL'] ?? '', { lazyConnect: true });
    await reader.connect();
    expect(await reader.llen('fap:queues:default')).toBe(0);
    await expect(reader.rpush('fap:queues:default', 'x')).rejects.toThrow(/NOPERM/);
    await expect(reader.get('other')).rejects.toThrow(/NOPERM/);
    await expect(reader.flushall()).rejects.toThrow(/NOPERM/);
    reader.disconnect();
  });

  it('has servers that stop, come back, and stop answering', async () => {
    const { mariadb } = world;
    await mariadb.server.freeze();
    const asked = world.sql.query('SELECT 1').then(() => 'answered');
    const first = await Promise.race([
      asked,
      new Promise((resolve) => setTimeout(() => resolve('silence'), 300)),
    ]);
    expect(first).toBe('silence');
    mariadb.server.wake();
    expect(await asked).toBe('answered');
    const before = mariadb.server.pid;
    await mariadb.restart();
    expect(mariadb.server.pid).not.toBe(before);
    expect(mariadb.server.isAlive()).toBe(true);
    await world.sql.query('SELECT 1 FROM fap.jobs');
  });
});

describe('a world that can not start', () => {
  it('says why in the server’s own words, and leaves nothing', async () => {
    const temporary = await realpath(await mkdtemp(join(tmpdir(), 'queuekeeper-failing-')));
    vi.stubEnv('TMPDIR', temporary);
    onTestFinished(() => void vi.unstubAllEnvs());
    await expect(startWorld({ bufferPool: 'much' })).rejects.toThrow(
      /mariadb did not start.*innodb.buffer.pool.size/s,
    );
    expect(await readdir(temporary)).toEqual([]);
    expect(await findProcesses(temporary)).toEqual([]);
    await rmdir(temporary);
  });
});

describe('a world that ends', () => {
  it('ends although a server does not answer', async () => {
    const frozen = await startWorld();
    await frozen.sql.query('SELECT 1');
    await frozen.mariadb.server.freeze();
    frozen.proxies.database.set('hang');
    // Whoever waits for such a server waits for longer than this test does.
    await frozen.stop();
    expect(existsSync(frozen.folder)).toBe(false);
  });

  it('leaves no process and no file, not even what ran over SSH', async () => {
    const short = await startWorld({ workers: ['fap-queue-ops'] });
    const sleeper = spawn('ssh', [...sshOptions(short), 'cd /; exec sleep 600'], { stdio: 'ignore' });
    const hungUp = once(sleeper, 'exit');
    await expect.poll(() => sleepersOf(short)).toBe(1);
    await short.stop();
    expect(existsSync(short.folder)).toBe(false);
    // The client is this test's own, and names the folder of the world.
    await hungUp;
    expect(await findProcesses(short.folder)).toEqual([]);
    expect(await sleepersOf(short)).toBe(0);
  });

  it('leaves nothing when its process is killed', async () => {
    const child = spawn(process.execPath, ['--import', 'tsx', 'demo/world/main.ts', '12', 'none'], {
      cwd: root,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const folder = await folderOf(child);
    expect((await findProcesses(folder)).length).toBeGreaterThan(2);
    child.kill('SIGKILL');
    await expect.poll(() => existsSync(folder)).toBe(false);
    expect(await findProcesses(folder)).toEqual([]);
  });
});

const sshOptions = ({ sshd, folder }: World): readonly string[] => [
  ...['-p', String(sshd.port), '-i', sshd.keyFile, '-o', `UserKnownHostsFile=${folder}/known_hosts`],
  ...['-o', 'StrictHostKeyChecking=accept-new', `${sshd.user}@127.0.0.1`],
];

async function sleepersOf({ env }: World): Promise<number> {
  const found = await findProcesses(`QUEUEKEEPER_WORLD=${env['QUEUEKEEPER_WORLD']}`);
  return found.filter((line) => line.endsWith('sleep 600')).length;
}

function folderOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = '';
    child.stdout?.on('data', (chunk: Buffer) => {
      said += chunk.toString();
      const folder = /The world is up after [\d.]+ s, in (\S+)/.exec(said)?.[1];
      if (folder !== undefined) resolve(folder);
    });
    child.once('exit', (code) => reject(new Error(`the world ended with ${code}`)));
  });
}
