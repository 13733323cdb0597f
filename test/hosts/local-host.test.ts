import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createLocalHost } from '../../src/hosts/local-host.ts';
import type { HostCommand, HostResult, HostRunner } from '../../src/operations/host-port.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'queuekeeper-local-'));
});
afterEach(() => rm(folder, { recursive: true }));

const here = { kind: 'local', name: 'here' } as const;
const host = createLocalHost(here);
const run = (
  command: HostCommand,
  limits: Partial<Parameters<HostRunner['run']>[1]> = {},
): Promise<HostResult> =>
  host.run(command, { timeoutSeconds: 60, signal: new AbortController().signal, ...limits });
const shell = (script: string): HostCommand => ({ argv: ['/bin/sh', '-c', script] });

describe('a command on this machine', () => {
  it('ends with its code and both its outputs', async () => {
    expect(await run(shell('echo out; echo err >&2; exit 3'))).toMatchObject({
      ...{ kind: 'ended', rc: 3, timedOut: false },
      ...{ stdout: { text: 'out\n' }, stderr: { text: 'err\n' } },
    });
  });

  it.each(["it's", '$(id)', '`id`', 'a;b', 'a\nb', '"', '\\', '*', '', '-n', '😀', 'x'.repeat(10_000)])(
    'gets its words as they are (%#)',
    async (word) => {
      expect(await run({ argv: ['printf', '%s', word] })).toMatchObject({ stdout: { text: word } });
    },
  );

  it('is refused a NUL byte', async () => {
    await expect(run({ argv: ['printf', 'a\0b'] })).rejects.toThrow();
  });

  it('runs in its directory, and nowhere when that is missing', async () => {
    expect(await run({ argv: ['pwd'], directory: '/' })).toMatchObject({ stdout: { text: '/\n' } });
    expect(await run({ argv: ['pwd'], directory: `${folder}/no` })).toMatchObject({
      ...{ kind: 'not-started', why: 'directory-missing' },
    });
  });

  it('knows nothing of our environment but where programs are', async () => {
    process.env['QUEUEKEEPER_TEST_SECRET'] = 'hidden';
    const result = await run({ argv: ['env'] });
    delete process.env['QUEUEKEEPER_TEST_SECRET'];
    if (result.kind !== 'ended') throw new Error(result.kind);
    const names = result.stdout.text.split('\n').flatMap((line) => line.split('=')[0] || []);
    expect(names.sort()).toEqual(['COLUMNS', 'HOME', 'PATH']);
  });

  it('is ended after its time, with all that it started', async () => {
    await symlink('/bin/sleep', `${folder}/sleep`);
    const result = await run(shell(`${folder}/sleep 30 & wait`), { timeoutSeconds: 1 });
    expect(result).toMatchObject({ rc: 124, timedOut: true });
    await expect.poll(livesOf).toEqual([]);
  });

  it('has no known end when a signal ended it', async () => {
    expect(await run(shell('kill -KILL $PPID; sleep 1'))).toMatchObject({ why: 'no exit status' });
  });

  it('whose children hold its output open is not waited for without end', async () => {
    // Half a second, since the limit is a second and its grace ten.
    const impatient = createLocalHost(here, -10_500);
    await symlink('/bin/sleep', `${folder}/sleep`);
    const result = await impatient.run(shell(`${folder}/sleep 30 &`), {
      ...{ timeoutSeconds: 1, signal: new AbortController().signal },
    });
    expect(result).toMatchObject({ kind: 'unknown', why: 'no end seen in time' });
    await expect.poll(livesOf).toEqual([]);
  });

  it('goes on when nobody waits for it any more', async () => {
    const leave = new AbortController();
    const untilTold = `while [ ! -e ${folder}/go ]; do sleep 0.05; done`;
    const result = run(shell(`touch ${folder}/begun; ${untilTold}; echo done > ${folder}/ended`), {
      signal: leave.signal,
    });
    await expect.poll(() => exists('begun')).toBe(true);
    leave.abort();
    expect(await result).toMatchObject({ kind: 'unknown', why: 'given up waiting' });
    await writeFile(`${folder}/go`, '');
    await expect.poll(() => exists('ended')).toBe(true);
  });

  it('does not start for whoever has gone, nor after its deadline', async () => {
    const touch = shell(`touch ${folder}/begun`);
    expect(await run(touch, { signal: AbortSignal.abort() })).toMatchObject({ kind: 'not-started' });
    expect(await run(touch, { startWithinSeconds: 0 })).toMatchObject({ why: 'deadline-passed' });
    expect(await exists('begun')).toBe(false);
  });

  it('whose program is missing was not started', async () => {
    expect(await run({ argv: ['no-such-program'] })).toMatchObject({
      ...{ kind: 'not-started', why: 'program-missing' },
    });
  });

  it('that says more than anybody keeps ends all the same', async () => {
    const result = await run(shell('head -c 20000000 /dev/zero | tr "\\0" x >&2; echo done'));
    if (result.kind !== 'ended') throw new Error(result.kind);
    expect(result.stderr.bytes).toBe(20_000_000);
    expect(result.stderr.text.length).toBeLessThan(300_000);
    expect(result.stdout.text).toBe('done\n');
  });
});

const exists = (name: string): Promise<boolean> =>
  readFile(`${folder}/${name}`).then(
    () => true,
    () => false,
  );

/** Processes that were started with something of the folder. A zombie has no words: in a container nobody may bury it. */
function livesOf(): readonly string[] {
  return readdirSync('/proc').filter((name) => {
    try {
      return /^\d+$/.test(name) && readFileSync(`/proc/${name}/cmdline`, 'utf8').includes(folder);
    } catch {
      return false;
    }
  });
}
