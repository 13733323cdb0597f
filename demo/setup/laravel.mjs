import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { NotReady } from './not-ready.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** The folder that holds `vendor` of one Laravel version. */
export const laravelFolder = (version) => `${root}.cache/laravel-${version}`;

/**
 * The framework alone: the skeleton's development packages want a newer PHP. Laravel 8 runs on PHP 8.2 too, and is past
 * its support, which Composer would otherwise refuse.
 */
const recipe = (version) =>
  JSON.stringify(
    {
      name: 'queuekeeper/demo',
      type: 'project',
      require: { 'laravel/framework': `^${version}.0`, ...(version >= 9 ? {} : { 'opis/closure': '^3.6' }) },
      config: { 'allow-plugins': false, 'optimize-autoloader': true, audit: { 'block-insecure': false } },
      'minimum-stability': 'stable',
    },
    null,
    2,
  );

/** Whether it is there, made by the same recipe. */
export const isLaravelThere = (version) => isMade(laravelFolder(version), recipe(version));

/** Brings `laravel/framework` of one major version through Composer, unless it is there. Never two at once: see `oneAtATime`. */
export function ensureLaravel(version) {
  const folder = laravelFolder(version);
  if (isLaravelThere(version)) return;
  console.log(`Installing laravel/framework ${version} (composer) …`);
  clearHalves(folder);
  // Built beside and renamed, so that a second run never sees half of it.
  const making = `${folder}.${process.pid}`;
  mkdirSync(making, { recursive: true });
  try {
    writeFileSync(`${making}/composer.json`, recipe(version));
    update(making, version);
    rmSync(folder, { recursive: true, force: true });
    renameSync(making, folder);
  } catch (error) {
    rmSync(making, { recursive: true, force: true });
    // Somebody else was faster.
    if (error instanceof NotReady || !isMade(folder, recipe(version))) throw error;
  }
}

/** What a set-up left that was ended in the middle, with its number in the name. */
function clearHalves(folder) {
  const [, parent, name] = /^(.*)\/([^/]+)$/.exec(folder);
  if (!existsSync(parent)) return;
  for (const entry of readdirSync(parent)) {
    const pid = entry.startsWith(`${name}.`) ? Number(entry.slice(name.length + 1)) : 0;
    if (pid > 0 && !isAlive(pid)) rmSync(`${parent}/${entry}`, { recursive: true, force: true });
  }
}

function isAlive(pid) {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return error.code === 'EPERM';
  }
}

function isMade(folder, wanted) {
  if (!existsSync(`${folder}/vendor/autoload.php`)) return false;
  return readFileSync(`${folder}/composer.json`, 'utf8') === wanted;
}

function update(folder, version) {
  const words = ['update', '--no-dev', '--no-interaction', '--no-progress', '--no-scripts', '--quiet'];
  const { status } = spawnSync('composer', [...words, '--ignore-platform-req=php'], {
    cwd: folder,
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, COMPOSER_ALLOW_SUPERUSER: '1' },
  });
  if (status !== 0)
    throw new NotReady(`composer could not install laravel/framework ${version}; its own words are above.`);
}
