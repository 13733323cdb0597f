/**
 * Makes a machine ready for the demo, the tests and the benchmarks: plain JavaScript without dependencies, since it runs
 * before anything is installed. What is there already costs next to nothing.
 */
import { ensureLaravel, isLaravelThere } from './laravel.mjs';
import { checkNode, ensureNode, isInstalled } from './node.mjs';
import { NotReady } from './not-ready.mjs';
import { oneAtATime } from './one-at-a-time.mjs';
import { arePackagesThere, ensurePackages } from './packages.mjs';

/**
 * @param {{ need: readonly ('node' | 'packages' | 'chromium' | 'laravel')[], laravel?: readonly number[] }} wanted
 *   `node`: this Node is new enough, and the dependencies of the lockfile are installed. `packages`: servers and PHP.
 *   `chromium`: a browser besides. `laravel`: the framework for the demo's application, in the versions named (12 and 8
 *   when none are). Ends the process with exit 2 and a sentence when something is missing that it may not install. Two that
 *   start at once install one after the other, and the second finds all of it.
 */
export async function ensureMachine({ need, laravel = [12, 8] }) {
  const node = need.includes('node');
  const packages = { servers: need.includes('packages'), browser: need.includes('chromium') };
  const versions = need.includes('laravel') ? laravel : [];
  try {
    if (node) checkNode();
    if ((!node || isInstalled()) && arePackagesThere(packages) && versions.every(isLaravelThere)) return;
    await oneAtATime(() => {
      if (node) ensureNode();
      ensurePackages(packages);
      for (const version of versions) ensureLaravel(version);
    });
  } catch (error) {
    giveUp(error);
  }
}

/** Ends the process with a sentence where this Node is too old. */
export function demandNode() {
  try {
    checkNode();
  } catch (error) {
    giveUp(error);
  }
}

function giveUp(error) {
  if (!(error instanceof NotReady)) throw error;
  console.error(error.message);
  process.exit(2);
}
