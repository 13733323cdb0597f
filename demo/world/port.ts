import { randomInt } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';

/** Below it is one, 10080, that browsers refuse. */
const lowest = 11_000;
/** Where Linux begins to hand out ports by itself, unless told otherwise. */
const usualHandOuts = 32_768;
const mostTries = 200;

/** Where the next search begins: somewhere else in each process, and never twice at one place in the same one. */
let next: number | undefined;

/**
 * A port that nobody listens on now, and that the kernel hands out to nobody: what asks for any port, or connects somewhere,
 * could otherwise take it before it is used, or while its server is being restarted.
 */
export async function freePort(): Promise<number> {
  const end = handOutsBegin();
  // Where the kernel hands out all of them there is no such port.
  if (end <= lowest) return listenOnce(0);
  for (let tries = 1; ; tries += 1) {
    next = next === undefined || next + 1 >= end ? randomInt(lowest, end) : next + 1;
    try {
      return await listenOnce(next);
    } catch (error) {
      if (tries === mostTries) throw error;
    }
  }
}

/** Listens on it for a moment, on any free one for 0; the port. Rejects when it is taken. */
function listenOnce(port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(port, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() =>
        typeof address === 'object' && address !== null
          ? resolve(address.port)
          : reject(new Error('no port')),
      );
    });
  });
}

function handOutsBegin(): number {
  try {
    const [first] = readFileSync('/proc/sys/net/ipv4/ip_local_port_range', 'utf8').split(/\s+/);
    return Number(first) || usualHandOuts;
  } catch {
    return usualHandOuts;
  }
}

const attempts = 3;

/** Starts something on a free port; between finding and using it, somebody else may have taken it, so it tries again. */
export async function onFreePort<T>(start: (port: number) => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await start(await freePort());
    } catch (error) {
      if (attempt === attempts || !isPortTaken(error)) throw error;
    }
  }
}

/** As servers say it in their logs, which `startServer` quotes. */
const isPortTaken = (error: unknown): boolean =>
  error instanceof Error && /address already in use/i.test(error.message);
