import { createServer } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';

/** In Linux's abstract namespace: no file, of all users and checkouts, and gone with its process, however that ends. */
const usualName = '\0queuekeeper-set-up';
const againMs = 200;

/**
 * Does the work while no other set-up on this machine does its own: two would empty each other's node_modules, put apt's lists
 * in each other's way, and take away what keeps services from starting. Waits for as long as that takes, and says so. Where
 * there is no such namespace nobody is waited for.
 */
export async function oneAtATime(work, name = usualName) {
  const held = await take(name);
  try {
    return await work();
  } finally {
    held?.close();
  }
}

async function take(name) {
  if (process.platform !== 'linux') return undefined;
  for (let said = false; ; said = true) {
    const held = await hold(name);
    if (held !== undefined) return held;
    if (!said) console.log('Another set-up is at work on this machine; waiting for it …');
    await pause(againMs);
  }
}

/** Undefined: somebody else holds it. */
function hold(name) {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => void socket.destroy());
    server.once('error', (error) => (error.code === 'EADDRINUSE' ? resolve(undefined) : reject(error)));
    server.listen(name, () => resolve(server));
    // Nobody stays alive for it.
    server.unref();
  });
}
