import { spawnSync } from 'node:child_process';
import { lstatSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { NotReady } from './not-ready.mjs';

const here = fileURLToPath(new URL('../..', import.meta.url));
const oldest = [20, 19];

export function checkNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major < oldest[0] || (major === oldest[0] && minor < oldest[1])) {
    throw new NotReady(
      [
        `Node ${oldest.join('.')} or later is needed; this is ${process.versions.node}.`,
        'Get one from https://nodejs.org or your version manager (nvm install 20), then start again.',
      ].join('\n'),
    );
  }
}

/** Installs the dependencies of the lockfile when they are missing or others than it says. Never two at once: see `oneAtATime`. */
export function ensureNode(root = here) {
  if (isInstalled(root)) return;
  refuseLink(`${root}node_modules`);
  console.log('Installing dependencies (npm ci) …');
  // Nothing here needs a package's own scripts, so none may run.
  const { status, error } = spawnSync(
    'npm',
    ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--include=dev'],
    {
      cwd: root,
      stdio: 'inherit',
    },
  );
  if (error?.code === 'ENOENT')
    throw new NotReady('npm is needed to install the dependencies, and is not there. It comes with Node.');
  if (status !== 0) throw new NotReady('npm ci failed; its own words are above.');
}

/**
 * Whether what npm noted down when it installed is what the lockfile wants. By content: a checkout touches the lockfile,
 * and installing again would take away the packages under a running program.
 */
export function isInstalled(root = here) {
  const wanted = packagesOf(`${root}package-lock.json`);
  const found = packagesOf(`${root}node_modules/.package-lock.json`);
  if (wanted === undefined || found === undefined) return false;
  return Object.entries(wanted).every(([path, { version, integrity, optional, devOptional }]) => {
    if (path === '') return true;
    const there = found[path];
    // Binaries for other machines are left out.
    if (there === undefined) return optional === true || devOptional === true;
    return there.version === version && there.integrity === integrity;
  });
}

function packagesOf(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8')).packages;
  } catch {
    return undefined;
  }
}

/** `npm ci` empties the folder first, and a link's target may be somebody else's. */
function refuseLink(folder) {
  if (lstatSync(folder, { throwIfNoEntry: false })?.isSymbolicLink() !== true) return;
  throw new NotReady(
    [
      'node_modules is a link, and what it points to is not what package-lock.json wants.',
      'Installing would empty the folder behind it. Remove the link (rm node_modules), then start again.',
    ].join('\n'),
  );
}
