/**
 * Holds what the world started on a leash: reads `pid N` and `folder PATH` lines, and when its standard input closes,
 * because the world stopped or its process was killed, ends those processes and removes those folders.
 */
import { readdirSync, readlinkSync, rmSync } from 'node:fs';
import { createInterface } from 'node:readline';

const pids = new Set();
const folders = new Set();

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => undefined);

const lines = createInterface({ input: process.stdin });
lines.on('line', (line) => {
  const [word, value = ''] = line.split(' ');
  if (word === 'pid') pids.add(Number(value));
  if (word === 'gone') pids.delete(Number(value));
  if (word === 'folder') folders.add(line.slice('folder '.length));
});
lines.on('close', async () => {
  const alive = (pid) => send(pid, 0);
  for (const pid of pids) {
    send(pid, 'SIGCONT');
    send(pid, 'SIGTERM');
  }
  const until = Date.now() + 4_000;
  while ([...pids].some(alive) && Date.now() < until) await new Promise((resolve) => setTimeout(resolve, 50));
  for (const pid of pids) send(pid, 'SIGKILL');
  for (const pid of livingIn([...folders])) send(pid, 'SIGKILL');
  for (const folder of folders) rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  process.exit(0);
});

/** Workers of a supervisor that was killed: their working directory gives them away. */
function livingIn(paths) {
  const numbers = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return numbers.map(Number).filter((pid) => {
    try {
      const cwd = readlinkSync(`/proc/${pid}/cwd`);
      return pid !== process.pid && paths.some((path) => cwd === path || cwd.startsWith(`${path}/`));
    } catch {
      return false;
    }
  });
}

function send(pid, signal) {
  try {
    process.kill(pid, signal);
    return true;
  } catch {
    return false;
  }
}
