/** `npm run demo`: makes the machine ready, then starts the demo. Plain JavaScript, since it runs before anything is installed. */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { demandNode, ensureMachine } from './setup/machine.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));

demandNode();
// Only now, since it is read by what an old Node does not have; and before minutes go into installing.
const { findWrongUsage } = await import('./options.mjs');
const wrong = findWrongUsage(process.argv.slice(2), process.env, process.env.INIT_CWD ?? process.cwd());
if (wrong !== undefined) {
  console.error(wrong);
  process.exit(2);
}
await ensureMachine({ need: ['node', 'packages', 'laravel'], laravel: [12] });
// Its channel closes when this process ends, however that ends; the demo then ends too.
const child = spawn(process.execPath, ['--import', 'tsx', 'demo/main.ts', ...process.argv.slice(2)], {
  cwd: root,
  stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
});
// Ctrl-C reaches the child by itself; it tidies up, and its exit is ours.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
// The terminal may be gone by then.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
child.on('exit', (code) => process.exit(code ?? 1));
