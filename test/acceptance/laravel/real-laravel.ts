import { spawnSync } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The demo's Laravel application in a folder of its own, over the given servers. */
export interface RealLaravel {
  artisan(...words: readonly string[]): string;
  /** Runs PHP code in the booted application, e.g. to take a job as a worker does and leave it. */
  php(code: string): string;
  remove(): Promise<void>;
}

const root = fileURLToPath(new URL('../../..', import.meta.url));

export async function installRealLaravel(
  version: number,
  servers: { readonly databasePort: number; readonly redisPort: number; readonly password: string },
): Promise<RealLaravel> {
  const { laravelFolder } = await setup();
  const folder = await mkdtemp(join(tmpdir(), 'queuekeeper-laravel-'));
  await cp(join(root, 'demo/laravel'), folder, { recursive: true });
  await symlink(join(laravelFolder(version), 'vendor'), join(folder, 'vendor'));
  for (const part of ['framework/cache', 'framework/views', 'logs'])
    await mkdir(join(folder, 'storage', part), { recursive: true });
  await mkdir(join(folder, 'bootstrap/cache'), { recursive: true });
  const key = Buffer.from('0123456789abcdef0123456789abcdef').toString('base64');
  const env = { APP_KEY: `base64:${key}`, DB_PORT: servers.databasePort, DB_PASSWORD: servers.password };
  await writeFile(
    join(folder, '.env'),
    Object.entries({ ...env, REDIS_PORT: servers.redisPort })
      .map(([name, value]) => `${name}=${value}\n`)
      .join(''),
  );
  const boot = `require 'bootstrap/autoload.php'; $app = require 'bootstrap/app.php';
    $app->make(Illuminate\\Contracts\\Console\\Kernel::class)->bootstrap();`;
  const run = (args: readonly string[]): string => {
    const { status, stdout, stderr } = spawnSync('php', args, {
      cwd: folder,
      encoding: 'utf8',
      timeout: 30_000,
    });
    if (status !== 0) throw new Error(`php ended with ${status}: ${stdout}${stderr}`);
    return stdout;
  };
  return {
    artisan: (...words) => run(['artisan', ...words, '--no-ansi', '--no-interaction']),
    php: (code) => run(['-d', 'error_reporting=0', '-r', `${boot} ${code}`]),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

interface Setup {
  laravelFolder(version: number): string;
}

/** Plain JavaScript, since it runs before anything is installed; so its shape is stated here. */
async function setup(): Promise<Setup> {
  const path = '../../../demo/setup/laravel.mjs';
  return (await import(path)) as Setup; // the module exports this function
}
