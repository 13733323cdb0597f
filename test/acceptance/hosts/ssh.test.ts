import { writeFile } from 'node:fs/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createSshHost } from '../../../src/hosts/ssh-host.ts';
import type { HostCommand, HostRunner } from '../../../src/operations/host-port.ts';
import { cutAfter } from '../../hosts/cut-relay.ts';
import {
  isRunning,
  patienceSeconds,
  patiently,
  patientSsh,
  type RealHost,
  startRealHost,
  textOf,
  within,
} from './real-host.ts';

let real: RealHost;
let host: HostRunner & { readonly close: () => void };
let files = 0;
beforeAll(async () => {
  real = await startRealHost();
});
afterAll(() => real.stop());
beforeEach(() => {
  host = createSshHost(real.host, { ...patientSsh, goodbyeMs: 100, darkMs: 500 });
});
afterEach(async () => {
  host.close();
  real.proxy.set('pass');
  real.proxy.delay(0);
  await expect.poll(() => real.proxy.connections()).toBe(0);
});

const shell = (script: string, writes = false): HostCommand => ({ argv: ['/bin/sh', '-c', script], writes });
const newFile = (): string => {
  files += 1;
  return `${real.folder}/file-${files}`;
};

describe('a real sshd', () => {
  it('lets us in under its pinned key', async () => {
    for (const writes of [false, true]) {
      const command = shell('echo out; echo err >&2; exit 3', writes);
      expect(await host.run(command, patiently({ startWithinSeconds: patienceSeconds }))).toMatchObject({
        ...{ kind: 'ended', rc: 3, stdout: { text: 'out\n' }, stderr: { text: 'err\n' } },
      });
    }
  });

  it('is refused under another key, which is named', async () => {
    const pinned = createSshHost({ ...real.host, hostKey: `SHA256:${'A'.repeat(43)}` });
    const result = await pinned.run(shell('true'), patiently());
    expect(result).toMatchObject({ kind: 'not-started', why: 'host-key' });
    expect(result.kind === 'not-started' && result.detail).toContain(`ssh-ed25519 ${real.sshd.hostKey}`);
  });

  it.each([
    ...['1;id', '$(id)', '`id`', "it's", "'; id; '", '"', '\\', 'a\nid\nb', '*', '~', '-n', '--help'],
    ...['', '&', '|', '>x', '!!', '😀', '\u202e', 'x'.repeat(10_000), "'".repeat(10_000)],
  ])('hands a word over as it is (%#)', async (word) => {
    const result = await host.run({ argv: ['printf', '[%s]', word, 'end'] }, patiently());
    if (result.kind !== 'ended') throw new Error(result.kind);
    const bytes = Buffer.from(`[${word}][end]`);
    expect(result.stdout.bytes).toBe(bytes.length);
    expect(result.stdout.sha256).toBe(await sha256(bytes));
  });

  it('takes as many words as a chunk of 500 uuids has', async () => {
    const uuids = Array.from(
      { length: 500 },
      (_, at) => `00000000-0000-4000-8000-${String(at).padStart(12, '0')}`,
    );
    const result = await host.run({ argv: ['printf', '%s\n', ...uuids], writes: true }, patiently());
    expect(result).toMatchObject({ kind: 'ended', rc: 0, stdout: { text: `${uuids.join('\n')}\n` } });
  });

  it('gives a command a width, and nothing to read', async () => {
    const result = await host.run(shell('echo $COLUMNS; cat'), patiently());
    expect(result).toMatchObject({ kind: 'ended', stdout: { text: '150\n' } });
  });

  it('starts nothing where the directory, the program or sudo is missing', async () => {
    const file = newFile();
    const touch = shell(`touch ${file}`, true);
    expect(await host.run({ ...touch, directory: `${real.folder}/no such` }, patiently())).toMatchObject({
      ...{ kind: 'not-started', why: 'directory-missing' },
    });
    expect(await host.run({ argv: ['no-such-program'], writes: true }, patiently())).toMatchObject({
      ...{ kind: 'not-started', why: 'program-missing' },
    });
    expect(await textOf(file)).toBeUndefined();
  });

  it('says that it refused a login', async () => {
    const stranger = createSshHost({ ...real.host, user: 'nobody-of-this-name' });
    expect(await stranger.run(shell('true'), patiently())).toMatchObject({ why: 'authentication' });
  });

  it('starts no write for a key that is bound to another command', async () => {
    await real.sshd.authorize('restrict,command="echo bound"');
    const result = await host.run(shell('true', true), patiently({ startWithinSeconds: patienceSeconds }));
    await real.sshd.authorize('');
    expect(result).toMatchObject({ kind: 'not-started', why: 'channel' });
  });

  it('serves many readers at once on one connection', async () => {
    const results = await Promise.all(
      Array.from({ length: 60 }, () => host.run(shell('sleep 0.1'), patiently())),
    );
    expect(results.map(({ kind }) => kind)).toEqual(results.map(() => 'ended'));
    expect(real.proxy.connections()).toBe(1);
  });

  it('still serves readers after others have left their commands running', async () => {
    for (let round = 0; round < 3; round += 1) {
      const left = await Promise.all(
        Array.from({ length: 6 }, () =>
          host.run(shell('sleep 4'), within(4, { signal: AbortSignal.timeout(700) })),
        ),
      );
      expect(left.every(({ kind }) => kind !== 'ended')).toBe(true);
      expect(await host.run(shell('echo here'), patiently())).toMatchObject({ stdout: { text: 'here\n' } });
    }
  });

  it('is found again after it was away', async () => {
    await host.run(shell('true'), patiently());
    await real.sshd.server.stop();
    real.proxy.cut('reset');
    // The first one may still try what it does not know to be lost.
    const away = (): Promise<unknown> => host.run(shell('true'), patiently());
    await expect.poll(away).toMatchObject({ kind: 'not-started', why: 'unreachable' });
    await real.sshd.server.start();
    const again = (): Promise<unknown> => host.run(shell('true'), patiently());
    await expect.poll(again, { interval: 300 }).toMatchObject({ kind: 'ended', rc: 0 });
  });
});

describe('a connection that is cut', () => {
  it.each(['end', 'reset'] as const)(
    '(%s) in the middle leaves the command running, and its end unknown',
    async (how) => {
      const file = newFile();
      const wait = `until [ -e ${file}.cut ]; do sleep 0.05; done`;
      const command = shell(`echo begun; touch ${file}.begun; ${wait}; echo lived > ${file}`, true);
      const running = host.run(command, patiently({ startWithinSeconds: patienceSeconds }));
      await expect.poll(() => textOf(`${file}.begun`)).toBe('');
      real.proxy.cut(how);
      expect(await running).toMatchObject({ kind: 'unknown', why: 'connection lost' });
      await writeFile(`${file}.cut`, '');
      await expect.poll(() => textOf(file)).toBe('lived\n');
    },
  );

  it('at any byte of the host is called "not started" only where nothing started', async () => {
    const through = async (most: number) => {
      const { port, passed, close } = await cutAfter(real.sshd.port, 'server', most);
      const cut = createSshHost({ ...real.host, port }, { ...patientSsh, goodbyeMs: 20 });
      const file = newFile();
      const result = await cut.run(
        shell(`echo ran > ${file}`, true),
        patiently({ startWithinSeconds: patienceSeconds }),
      );
      close();
      return { most, file, kind: result.kind, passed: passed() };
    };
    const whole = await through(Number.MAX_SAFE_INTEGER);
    expect(whole.kind).toBe('ended');
    const cuts = [];
    for (let most = 0; most < whole.passed; most += 61) cuts.push(await through(most));
    expect(new Set(cuts.map(({ kind }) => kind))).toContain('unknown');
    // What was begun before has ended, too, when this has.
    await host.run(shell('sleep 0.5'), patiently());
    for (const { most, file, kind } of cuts)
      expect({ most, kind, ran: (await textOf(file)) !== undefined }).not.toEqual({
        ...{ most, kind: 'not-started', ran: true },
      });
  });

  it('swallows commands, and readers get a new one when the network is back', async () => {
    await host.run(shell('true'), patiently());
    real.proxy.set('hang');
    // Whoever waited for the host's limits would not end within this test.
    const result = await host.run(shell('true'), patiently({ signal: AbortSignal.timeout(1_000) }));
    expect(result).toMatchObject({ kind: 'unknown', why: 'given up waiting' });
    real.proxy.set('pass');
    expect(await host.run(shell('echo back'), patiently())).toMatchObject({ stdout: { text: 'back\n' } });
  });
});

describe('the limit on the host', () => {
  it('ends a command that runs too long', async () => {
    const file = newFile();
    const result = await host.run(shell(`echo $$ > ${file}; sleep 60`, true), within(1));
    expect(result).toMatchObject({ kind: 'ended', rc: 124, timedOut: true });
    expect(await isRunning(await textOf(file))).toBe(false);
  });

  it('kills what does not want to end', async () => {
    const file = newFile();
    const stubborn = `trap '' TERM; echo $$ > ${file}; while :; do sleep 1; done`;
    // Time enough for the shell to say that it does not want to.
    const result = await host.run(shell(stubborn, true), within(2));
    // `timeout` dies with the group that it kills, so that sshd has a signal to tell of, and no status.
    expect(result).toMatchObject({ kind: 'unknown', why: 'no exit status' });
    expect(result.kind === 'unknown' && result.durationMs).toBeGreaterThan(11_500);
    expect(await isRunning(await textOf(file))).toBe(false);
  });

  it('holds when nobody is connected any more', async () => {
    const file = newFile();
    const now = 'date +%s%3N';
    // What ends it, and after how long, it says itself: nobody has to look in between.
    const script = `trap "${now} > ${file}.end; exit" TERM; ${now} > ${file}; sleep 600 & wait`;
    const running = host.run(shell(script, true), within(2));
    await expect.poll(() => textOf(file)).toMatch(/^\d+\n$/);
    real.proxy.cut('reset');
    // One that is looked at late may have seen its end before.
    expect(['unknown', 'ended']).toContain((await running).kind);
    await expect.poll(() => textOf(`${file}.end`)).toMatch(/^\d+\n$/);
    const [began, ended] = [Number(await textOf(file)), Number(await textOf(`${file}.end`))];
    expect(ended - began).toBeGreaterThan(1_500);
  });

  it('on the start counts from the call, so that a slow network starts nothing late', async () => {
    const file = newFile();
    real.proxy.delay(250);
    const result = await host.run(shell(`touch ${file}`, true), within(5, { startWithinSeconds: 1 }));
    expect(result).toMatchObject({ kind: 'not-started', why: 'deadline-passed' });
    expect(await textOf(file)).toBeUndefined();
  });
});

it('a flood of 300 MB on stderr neither stalls a command nor grows memory', async () => {
  const before = process.memoryUsage().rss;
  let most = before;
  const watch = setInterval(() => {
    most = Math.max(most, process.memoryUsage().rss);
  }, 50);
  const result = await host.run(
    shell('head -c 300000000 /dev/zero | tr "\\0" x >&2; echo done'),
    patiently(),
  );
  clearInterval(watch);
  expect(result).toMatchObject({
    kind: 'ended',
    rc: 0,
    stdout: { text: 'done\n' },
    stderr: { bytes: 300_000_000 },
  });
  expect(most - before).toBeLessThan(120_000_000);
});

async function sha256(bytes: Buffer): Promise<string> {
  return Buffer.from(await crypto.subtle.digest('SHA-256', bytes)).toString('hex');
}
