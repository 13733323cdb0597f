/**
 * Makes a machine ready for the demo, the tests and the benchmarks: plain JavaScript without dependencies, since it runs
 * before anything is installed. What is there already costs next to nothing.
 */
import { ensureLaravel } from './laravel.mjs';
import { ensureNode } from './node.mjs';
import { NotReady } from './not-ready.mjs';
import { ensurePackages } from './packages.mjs';

/**
 * @param {{ need: readonly ('node' | 'packages' | 'chromium' | 'laravel')[], laravel?: readonly number[] }} wanted
 *   `node`: this Node is new enough, and the dependencies of the lockfile are installed. `packages`: servers and PHP.
 *   `chromium`: a browser besides. `laravel`: the framework for the demo's application, in the versions named (12 and 8
 *   when none are). Ends the process with exit 2 and a sentence when something is missing that it may not install.
 */
export async function ensureMachine({ need, laravel = [12, 8] }) {
  try {
    if (need.includes('node')) ensureNode();
    if (need.includes('packages') || need.includes('chromium'))
      ensurePackages({ servers: need.includes('packages'), browser: need.includes('chromium') });
    if (need.includes('laravel')) for (const version of laravel) ensureLaravel(version);
  } catch (error) {
    if (!(error instanceof NotReady)) throw error;
    console.error(error.message);
    process.exit(2);
  }
}
