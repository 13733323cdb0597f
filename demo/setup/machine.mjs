/**
 * Makes a machine ready for the demo and the tests: plain JavaScript without dependencies, since it runs before anything
 * is installed. What is there already costs next to nothing.
 */
import { ensureNode } from './node.mjs';
import { ensurePackages } from './packages.mjs';

/** A reason to stop, in words for the person at the terminal. */
export class NotReady extends Error {}

/**
 * @param {{ need: readonly ('node' | 'packages' | 'chromium' | 'laravel')[], laravel?: readonly number[] }} wanted
 *   `node`: dependencies from the lockfile. `packages`: servers and PHP. `laravel`: the demo's application with its
 *   vendor folder, in the versions named (12 and 8 when none are). Ends the process with exit 2 and a sentence when
 *   something is missing that it may not install.
 */
export async function ensureMachine({ need, laravel = [12, 8] }) {
  try {
    if (need.includes('node')) ensureNode();
    if (need.includes('packages')) ensurePackages({ chromium: need.includes('chromium') });
    if (need.includes('laravel')) {
      const { ensureLaravel } = await import('./laravel.mjs');
      for (const version of laravel) ensureLaravel(version);
    }
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    console.error(error.message);
    process.exit(2);
  }
}
