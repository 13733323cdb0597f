import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** The folder that holds `vendor` of one Laravel version. */
export const laravelFolder = (version) => `${root}.cache/laravel-${version}`;

/**
 * Brings `laravel/framework` of one major version through Composer, alone: the skeleton's development packages want a
 * newer PHP. Laravel 8 also runs on PHP 8.2, with deprecation lines.
 */
export function ensureLaravel(version) {
  const folder = laravelFolder(version);
  if (existsSync(`${folder}/vendor/autoload.php`)) return;
  console.log(`Installing laravel/framework ${version} (composer) …`);
  // Built beside and renamed, so that a second run never sees half of it.
  const making = `${folder}.${process.pid}`;
  mkdirSync(making, { recursive: true });
  const composer = {
    name: 'queuekeeper/demo',
    type: 'project',
    require: { 'laravel/framework': `^${version}.0`, ...(version >= 9 ? {} : { 'opis/closure': '^3.6' }) },
    config: { 'allow-plugins': false, 'optimize-autoloader': true, audit: { 'block-insecure': false } },
    'minimum-stability': 'stable',
  };
  writeFileSync(`${making}/composer.json`, JSON.stringify(composer, null, 2));
  const { status } = spawnSync(
    'composer',
    [
      'update',
      '--no-dev',
      '--no-interaction',
      '--no-progress',
      '--no-scripts',
      '--quiet',
      '--ignore-platform-req=php',
    ],
    {
      cwd: making,
      stdio: ['ignore', 'inherit', 'inherit'],
      env: { ...process.env, COMPOSER_ALLOW_SUPERUSER: '1' },
    },
  );
  if (status !== 0) {
    rmSync(making, { recursive: true, force: true });
    throw new Error(`composer could not install laravel/framework ${version}; its own words are above.`);
  }
  try {
    renameSync(making, folder);
  } catch {
    // Somebody else was faster.
    rmSync(making, { recursive: true, force: true });
  }
}
