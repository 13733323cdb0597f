/**
 * `npm run bench [-- NAME…]`: measures Queuekeeper beside its rivals and prints one table; without names all of it.
 * Plain JavaScript, since it runs before anything is installed.
 */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { ensureMachine } from '../../demo/setup/machine.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));

await ensureMachine({ need: ['node', 'packages', 'laravel'], laravel: [12] });
const run = spawnSync(
  process.execPath,
  ['--import', 'tsx', `${root}test/bench/main.ts`, ...process.argv.slice(2)],
  { cwd: root, stdio: 'inherit' },
);
process.exit(run.status ?? 1);
