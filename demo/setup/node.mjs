import { spawnSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { NotReady } from './not-ready.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const oldest = [20, 19];

/** Checks the Node version and installs the dependencies of the lockfile when they are missing or older than it. */
export function ensureNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major < oldest[0] || (major === oldest[0] && minor < oldest[1])) {
    throw new NotReady(`Node ${oldest.join('.')} or later is needed; this is ${process.versions.node}.`);
  }
  const installed = `${root}node_modules/.package-lock.json`;
  if (existsSync(installed) && statSync(installed).mtimeMs >= statSync(`${root}package-lock.json`).mtimeMs)
    return;
  console.log('Installing dependencies (npm ci) …');
  // Nothing here needs a package's own scripts, so none may run.
  const { status } = spawnSync(
    'npm',
    ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--include=dev'],
    {
      cwd: root,
      stdio: 'inherit',
    },
  );
  if (status !== 0) throw new NotReady('npm ci failed; its own words are above.');
}
