/**
 * Holds what the world started on a leash. Reads `pid N`, `gone N`, `folder PATH` and `mark TEXT` lines; when its standard input
 * closes, because the world stopped or its process was killed, it kills all of that, with all children, and removes the
 * folders. Nothing in a world is worth saving, so nobody is asked to end: that takes milliseconds.
 */
import { readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs';
import { createInterface } from 'node:readline';

/** Rounds, not seconds: a machine that stands still meanwhile must not be what lets somebody live. */
const mostRounds = 200;
/** Who is just being started, or hands over to another program, may be overlooked once. */
const quietRounds = 2;
const roundMs = 20;
const removals = 50;
const pids = new Set();
const folders = new Set();
const marks = new Set();

// Ctrl-C reaches the world, whose end closes our input.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => undefined);

const lines = createInterface({ input: process.stdin });
lines.on('line', (line) => {
  const [word = ''] = line.split(' ', 1);
  const value = line.slice(word.length + 1);
  if (word === 'pid') pids.add(Number(value));
  if (word === 'gone') pids.delete(Number(value));
  if (word === 'folder') folders.add(value);
  if (word === 'mark') marks.add(`QUEUEKEEPER_WORLD=${value}`);
});
lines.on('close', async () => {
  for (let round = 0, quiet = 0; round < mostRounds && quiet < quietRounds; round += 1) {
    if (round > 0) await new Promise((resolve) => setTimeout(resolve, roundMs));
    const left = everyone();
    for (const pid of left) kill(pid);
    quiet = left.size > 0 ? 0 : quiet + 1;
  }
  for (const folder of folders) await remove(folder);
  process.exit(0);
});

/** The world's own end may remove the same folder at the same time: each finds gone, or not yet empty, what the other is at. */
async function remove(folder) {
  for (let attempt = 1; ; attempt += 1) {
    try {
      rmSync(folder, { recursive: true, force: true });
      return;
    } catch (error) {
      if (attempt === removals) throw error;
      await new Promise((resolve) => setTimeout(resolve, roundMs));
    }
  }
}

/** What was started, what that started in turn, and what works in the folders or carries the mark. */
function everyone() {
  const processes = list();
  const found = new Set([...pids].filter(isAlive));
  for (const { pid, isOurs } of processes) if (isOurs) found.add(pid);
  for (let before = -1; before !== found.size; ) {
    before = found.size;
    for (const { pid, parent } of processes) if (found.has(parent)) found.add(pid);
  }
  found.delete(process.pid);
  return found;
}

/** All processes of this machine that /proc tells of; none where there is no /proc. */
function list() {
  const paths = [...folders];
  const read = (file) => {
    try {
      return readFileSync(file, 'latin1');
    } catch {
      return '';
    }
  };
  const folderOf = (pid) => {
    try {
      return readlinkSync(`/proc/${pid}/cwd`);
    } catch {
      return '';
    }
  };
  let names = [];
  try {
    names = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  } catch {
    return [];
  }
  return names.flatMap((name) => {
    // pid (name) state parent …; the name may hold anything, the last bracket ends it.
    const stat = read(`/proc/${name}/stat`);
    const [state, parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (stat === '' || state === 'Z') return [];
    const cwd = folderOf(name);
    const environment = read(`/proc/${name}/environ`).split('\0');
    const isOurs =
      paths.some((path) => cwd === path || cwd.startsWith(`${path}/`)) ||
      environment.some((variable) => marks.has(variable));
    return [{ pid: Number(name), parent: Number(parent), isOurs }];
  });
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    // A zombie is dead; its parent only has not looked yet.
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'latin1'));
  } catch (error) {
    return error.code === 'EPERM';
  }
}

function kill(pid) {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It went by itself.
  }
}
