import { createHash } from 'node:crypto';
import { Writable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createLocalHost } from '../../src/hosts/local-host.ts';
import { createSshHost } from '../../src/hosts/ssh-host.ts';
import type { HostCommand, HostResult, HostRunner } from '../../src/operations/host-port.ts';
import { type Act, exits, type FaultServer, startFaultServer } from './fault-server.ts';

const command: HostCommand = { argv: ['cat', 'something'] };

let server: FaultServer;
let host: HostRunner & { readonly close: () => void };
beforeEach(async () => {
  server = await startFaultServer();
  host = createSshHost(server.host, { goodbyeMs: 50 });
});
afterEach(async () => {
  host.close();
  await expect.poll(() => server.open()).toBe(0);
  await server.stop();
});

interface Taker extends Writable {
  readonly seen: { bytes: number; ended: boolean };
}

/** Counts what it gets, a chunk every so many milliseconds as long as it is new to it. */
function taker(pauseMs = 0, fullAfter = Number.POSITIVE_INFINITY): Taker {
  const seen = { bytes: 0, ended: false };
  const into = new Writable({
    write(chunk: Buffer, _encoding, done) {
      seen.bytes += chunk.length;
      if (seen.bytes >= fullAfter) into.destroy();
      else if (pauseMs === 0 || seen.bytes > 1_000_000) done();
      else setTimeout(done, pauseMs);
    },
    final(done) {
      seen.ended = true;
      done();
    },
  });
  return Object.assign(into, { seen });
}

const run = (into: Writable, timeoutSeconds = 600, on: HostRunner = host): Promise<HostResult> =>
  on.run(command, { timeoutSeconds, signal: new AbortController().signal, into });

/** As much as it may, and no more than the other side takes. */
const floods =
  (bytes: number, sent: { bytes: number } = { bytes: 0 }): Act =>
  (channel, socket, line) => {
    const chunk = Buffer.alloc(32_768, 'x');
    const more = (): void => {
      while (sent.bytes < bytes) {
        sent.bytes += chunk.length;
        if (!channel.write(chunk)) {
          channel.once('drain', more);
          return;
        }
      }
      exits(0)(channel, socket, line);
    };
    more();
  };

describe('stdout that is handed on, over SSH', () => {
  it('is every byte as it came, and summed', async () => {
    const bytes = Buffer.from([0, 255, 10, 13, 27, 91, 50, 74, 128]);
    server.faults.act = (channel, socket, line) => {
      channel.write(bytes, () => exits(3, '', 'a word')(channel, socket, line));
    };
    const got: Buffer[] = [];
    const into = new Writable({
      write(chunk: Buffer, _encoding, done) {
        got.push(chunk);
        done();
      },
    });
    expect(await run(into)).toMatchObject({
      ...{ kind: 'ended', rc: 3, stderr: { text: 'a word' } },
      stdout: { text: '', bytes: 9, sha256: createHash('sha256').update(bytes).digest('hex') },
    });
    expect(Buffer.concat(got)).toEqual(bytes);
    expect(into.writableEnded).toBe(true);
  });

  it('holds the host back while nobody takes it, and is whole in the end', async () => {
    const sent = { bytes: 0 };
    server.faults.act = floods(20_000_000, sent);
    const into = taker(20);
    const running = run(into);
    await expect.poll(() => into.seen.bytes, { interval: 5 }).toBeGreaterThan(500_000);
    // SSH's window and the buffers on both sides.
    expect(sent.bytes - into.seen.bytes).toBeLessThan(8_000_000);
    expect(await running).toMatchObject({ kind: 'ended', rc: 0, stdout: { bytes: 20_021_248 } });
    await expect.poll(() => into.seen).toEqual({ bytes: 20_021_248, ended: true });
  }, 120_000);

  it('of 300 MB costs no memory', async () => {
    server.faults.act = floods(300_000_000);
    const before = process.memoryUsage().rss;
    let most = before;
    const watch = setInterval(() => {
      most = Math.max(most, process.memoryUsage().rss);
    }, 20);
    const into = taker();
    expect(await run(into)).toMatchObject({ kind: 'ended', rc: 0 });
    clearInterval(watch);
    expect(into.seen.bytes).toBeGreaterThanOrEqual(300_000_000);
    // The server's own buffers included.
    expect(most - before).toBeLessThan(150_000_000);
  }, 240_000);

  it.each(['end', 'reset'] as const)(
    'is never called whole when the connection is lost (%s)',
    async (how) => {
      server.faults.act = (channel, socket) => {
        channel.write('so far', () =>
          setTimeout(() => (how === 'end' ? socket.destroy() : socket.resetAndDestroy()), 20),
        );
      };
      const into = taker();
      expect(await run(into)).toMatchObject({
        kind: 'unknown',
        why: 'connection lost',
        stdout: { bytes: 6 },
      });
      expect(into.seen.ended).toBe(false);
    },
  );

  it('is never called whole when no status comes', async () => {
    server.faults.act = (channel) => {
      channel.write('so far');
      channel.end();
    };
    const into = taker();
    expect(await run(into)).toMatchObject({ kind: 'unknown', why: 'no exit status' });
    expect(into.seen.ended).toBe(false);
  });

  it('ends in time when it stops coming', async () => {
    server.faults.act = (channel) => void channel.write('so far');
    const impatient = createSshHost(server.host, { beyondHostMs: -14_500, goodbyeMs: 50 });
    const into = taker();
    expect(await run(into, 5, impatient)).toMatchObject({ kind: 'unknown', why: 'no end seen in time' });
    expect(into.seen.ended).toBe(false);
    impatient.close();
  });

  it('is given up by whoever has had enough, and others go on', async () => {
    server.faults.act = floods(Number.POSITIVE_INFINITY);
    expect(await run(taker(0, 1_000_000))).toMatchObject({ kind: 'unknown', why: 'given up waiting' });
    server.faults.act = exits(0, 'next');
    expect(await run(taker())).toMatchObject({ kind: 'ended', stdout: { bytes: 4 } });
    await expect.poll(() => server.open()).toBe(1);
  });

  it('is left alone by a host that refuses the channel', async () => {
    server.faults.channel = (_accept, reject) => reject();
    const into = taker();
    expect(await run(into)).toMatchObject({ kind: 'not-started', why: 'channel' });
    expect(into.writableEnded).toBe(false);
    expect(into.listenerCount('close')).toBe(0);
  });
});

describe('stdout that is handed on, on this machine', () => {
  const here = createLocalHost({ kind: 'local', name: 'here' });
  const shell = (script: string, into: Writable): Promise<HostResult> =>
    here.run(
      { argv: ['/bin/sh', '-c', script] },
      { timeoutSeconds: 600, signal: new AbortController().signal, into },
    );

  it('is whole, however slowly it is taken', async () => {
    const into = taker(1);
    expect(await shell('head -c 3000000 /dev/zero; echo no >&2; exit 4', into)).toMatchObject({
      ...{ kind: 'ended', rc: 4, stdout: { bytes: 3_000_000 }, stderr: { text: 'no\n' } },
    });
    await expect.poll(() => into.seen).toEqual({ bytes: 3_000_000, ended: true });
  });

  it('is given up by whoever has had enough, and the command with it', async () => {
    expect(await shell('cat /dev/zero', taker(0, 1_000_000))).toMatchObject({ why: 'given up waiting' });
  });
});
