import { spawn, spawnSync } from 'node:child_process';
import {
  chmod,
  copyFile,
  mkdir,
  mkdtemp,
  rename,
  rm,
  symlink,
  truncate,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Gathered } from '../../../src/core/reading.ts';
import { createLocalHost } from '../../../src/hosts/local-host.ts';
import { createLogs, type LogsParts } from '../../../src/hosts/log/logs.ts';
import { createZone } from '../../../src/laravel/zoned-time.ts';
import type { HostCommand, HostLimits, HostResult, HostRunner } from '../../../src/operations/host-port.ts';
import type { LogFound } from '../../../src/operations/runbook-ports.ts';
import { description } from '../../fakes/world.ts';
import { lost } from '../fake-runner.ts';

let folder: string;
/** Of the whole test: how far records lie apart, and whether in one minute, must not hang on when they were written. */
let now: number;
beforeEach(async () => {
  now = Date.now();
  folder = await mkdtemp(join(tmpdir(), 'queuekeeper-log-'));
  await mkdir(`${folder}/logs`);
});
afterEach(async () => {
  await chmod(`${folder}/logs`, 0o700);
  await rm(folder, { recursive: true });
});

const match = "REPORT_FAILED '; $(id)";
const here = createLocalHost({ kind: 'local', name: 'here' });

interface Asked {
  readonly hosts?: readonly HostRunner[];
  readonly files?: readonly string[];
  readonly zone?: string;
  readonly mostBytes?: number;
  readonly withinSeconds?: number;
  readonly match?: string;
  readonly limitMs?: number;
}

async function search(asked: Asked = {}): Promise<Gathered<LogFound>> {
  const hosts = asked.hosts ?? [here];
  const parts: LogsParts = {
    description: {
      ...description,
      artisan: { ...description.artisan, directory: folder },
      log: { hosts: hosts.map(({ name }) => name), files: asked.files ?? ['logs/app.log'] },
    },
    hosts: new Map(hosts.map((runner) => [runner.name, { runner }])),
    zone: createZone(asked.zone ?? 'UTC'),
    ...(asked.mostBytes === undefined ? {} : { mostBytes: asked.mostBytes }),
    limitMs: asked.limitMs ?? 600_000,
  };
  const query = { match: asked.match ?? match, withinSeconds: asked.withinSeconds ?? 900 };
  const found = await createLogs(parts).search(query, new AbortController().signal);
  if (found === undefined) throw new Error('a log is configured');
  return found;
}

/** So many seconds ago, as the application writes it. */
const ago = (seconds: number): string =>
  new Date(now - seconds * 1000).toISOString().slice(0, 19).replace('T', ' ');
const record = (seconds: number, words: string): string => `[${ago(seconds)}] production.ERROR: ${words}\n`;
const write = (name: string, content: string | Buffer): Promise<void> =>
  writeFile(`${folder}/logs/${name}`, content);
const age = (name: string, seconds: number): Promise<void> =>
  utimes(`${folder}/logs/${name}`, Date.now() / 1000 - seconds, Date.now() / 1000 - seconds);

/** A host on which something happens right before a command. */
const justBefore = (verb: string, happens: () => Promise<unknown>, times = 1): HostRunner => {
  let left = times;
  return {
    name: 'here',
    async run(command, limits) {
      if (command.argv.includes(verb) && left > 0) {
        left -= 1;
        await happens();
      }
      return here.run(command, limits);
    },
  };
};

describe('the log of an application', () => {
  it('is not searched where none is configured', async () => {
    const logs = createLogs({ description, hosts: new Map(), zone: createZone('UTC') });
    expect(await logs.search({ match, withinSeconds: 1 }, new AbortController().signal)).toBeUndefined();
  });

  it('is searched for the window, with counts by the minute and the newest lines', async () => {
    await write('app.log', record(1_000, match) + record(600, `${match} one`) + record(60, `${match} two`));
    const { value, missing } = await search();
    expect(missing).toEqual([]);
    expect(value).toMatchObject({ matches: { kind: 'exact', value: 2 }, complete: true });
    expect(value.perMinute.map(({ count }) => count)).toEqual([1, 1]);
    expect(value.newest.map(({ host, text }) => [host, text])).toEqual([
      ['here', `production.ERROR: ${match} two`],
      ['here', `production.ERROR: ${match} one`],
    ]);
    expect(Math.abs((value.back?.getTime() ?? 0) - (Date.now() - 900_000))).toBeLessThan(60_000);
  });

  it('that says nothing in the window says so for certain', async () => {
    await write('app.log', record(5_000, match));
    await age('app.log', 5_000);
    const nothing = { value: { matches: { kind: 'exact', value: 0 }, complete: true }, missing: [] };
    expect(await search()).toMatchObject(nothing);
    // The time of a file may be wrong.
    await write('app.log', record(5_000, match) + record(60, match));
    await age('app.log', 5_077);
    expect((await search()).value.matches).toEqual({ kind: 'exact', value: 1 });
    await write('app.log', '');
    expect(await search()).toMatchObject(nothing);
  });

  it('is searched in the files it was rotated to, by name, by day, and packed', async () => {
    await write('app.log', record(30, match));
    await write('app.log.1', record(90, match));
    await write('app.log.2.gz', gzipSync(record(150, match)));
    await write('app-2026-11-26.log', record(210, match));
    await write('app-2026-11-25.log.gz', gzipSync(record(5_000, match) + record(270, match)));
    await write('app.log-20261125', record(330, match));
    for (const other of ['app.log.bak', 'application.log', 'app.logs', 'old-app.log', 'app-x.log'])
      await write(other, record(30, match));
    const { value, missing } = await search();
    expect(missing).toEqual([]);
    expect(value.matches).toEqual({ kind: 'exact', value: 6 });
    expect(value.perMinute.map(({ count }) => count)).toEqual([1, 1, 1, 1, 1, 1]);
  });

  it('of the daily channel alone is found by the name in the configuration', async () => {
    await write('app-2026-11-26.log', record(30, match));
    expect(await search()).toMatchObject({ value: { matches: { kind: 'exact', value: 1 } }, missing: [] });
    // While one is packed there are both.
    await write('app-2026-11-26.log.gz', gzipSync(record(30, match)).subarray(0, 30));
    expect(await search()).toMatchObject({ value: { matches: { kind: 'exact', value: 1 } }, missing: [] });
  });

  it('may be several files, with names as the configuration allows them', async () => {
    await write('my app [1] *.log', record(30, match));
    await write('other', record(60, match));
    const files = ['logs/my app [1] *.log', `${folder}/logs/other`, 'logs/other'];
    expect(await search({ files })).toMatchObject({
      ...{ value: { matches: { kind: 'exact', value: 2 } }, missing: [] },
    });
  });

  it('never has the text that is looked for in a command', async () => {
    await write('app.log', record(30, match).repeat(40_000));
    const commands: HostCommand[] = [];
    const runner: HostRunner = {
      name: 'here',
      run(command, limits) {
        commands.push(command);
        return here.run(command, limits);
      },
    };
    expect((await search({ hosts: [runner] })).value.matches).toEqual({ kind: 'exact', value: 40_000 });
    expect(commands.map(({ verb }) => verb?.args[0])).toEqual(['list', 'probe', 'read']);
    expect(JSON.stringify(commands)).not.toContain('REPORT_FAILED');
    for (const { verb, argv } of commands)
      for (const word of verb?.args ?? []) {
        expect(word).toMatch(/^[\w./:-]+$/);
        expect(argv).toContain(word);
      }
  });
});

describe('a long log', () => {
  /** 20 MB, a hundred seconds a step of 100 KB: what is looked for lies half a step off, however slow this machine is. */
  const steps = 200;
  const long = (): string =>
    Array.from({ length: steps }, (_, step) => {
      const seconds = (steps - step) * 100;
      return record(seconds, match) + record(seconds, 'y'.repeat(100_000));
    }).join('');

  it('is read from the beginning of the window on', async () => {
    await write('app.log', long());
    const { value, missing } = await search({ withinSeconds: 3_050 });
    expect(missing).toEqual([]);
    expect(value).toMatchObject({ matches: { kind: 'exact', value: 30 }, complete: true });
    expect(value.bytes).toBeGreaterThan(3_000_000);
    expect(value.bytes).toBeLessThan(6_000_000);
  });

  it('is read back to the cap, and says how far that is', async () => {
    await write('app.log', long());
    const { value } = await search({ withinSeconds: 15_000, mostBytes: 5_000_000 });
    expect(value.complete).toBe(false);
    expect(value.matches).toMatchObject({ kind: 'capped' });
    expect(value.bytes).toBeLessThanOrEqual(5_100_000);
    const back = (Date.now() - (value.back?.getTime() ?? 0)) / 1000;
    expect(back).toBeGreaterThan(4_000);
    expect(back).toBeLessThan(5_200);
    expect(value.matches).toEqual({
      kind: 'capped',
      value: value.perMinute.reduce((n, { count }) => n + count, 0),
    });
  });

  it('is capped after unpacking', async () => {
    const packed = gzipSync(long());
    expect(packed.length).toBeLessThan(200_000);
    await write('app.log.1.gz', packed);
    const { value } = await search({ withinSeconds: 30_000, mostBytes: 1_000_000 });
    expect(value).toMatchObject({ matches: { kind: 'capped' }, complete: false, bytes: 1_000_000 });
    const whole = await search({ withinSeconds: 3_050 });
    expect(whole.value).toMatchObject({ matches: { kind: 'exact', value: 30 }, complete: true });
  });

  it('shares its cap with the other files, newest first', async () => {
    await write('app.log', record(5, match));
    await write('app.log.1', long());
    await write('app.log.2', long());
    await age('app.log.2', 50);
    await age('app.log.1', 30);
    await write('other.log', record(5, match));
    const files = ['logs/app.log', 'logs/other.log'];
    const { value, missing } = await search({ files, withinSeconds: 30_000, mostBytes: 4_000_000 });
    expect(missing).toEqual([]);
    expect(value).toMatchObject({ complete: false, matches: { kind: 'capped' } });
    expect(value.bytes).toBeLessThan(2_300_000);
    expect(value.newest[0]?.text).toContain('REPORT_FAILED');
  });
});

describe('a log that can’t be read', () => {
  it.each([
    ['is missing', async () => undefined, 'failed', 'logs/app.log: no such file'],
    ['is a folder', () => mkdir(`${folder}/logs/app.log`), 'failed', 'logs/app.log: not a regular file'],
    [
      'is a pipe',
      async () => spawnSync('mkfifo', [`${folder}/logs/app.log`]),
      ...(['failed', 'logs/app.log: not a regular file'] as const),
    ],
    [
      'is a link',
      async () => {
        await writeFile(`${folder}/secret`, record(30, match));
        await symlink(`${folder}/secret`, `${folder}/logs/app.log`);
      },
      ...(['refused', 'logs/app.log: symbolic link'] as const),
    ],
    [
      'has lines that begin with no time',
      () => write('app.log', `Nov 26 21:50:00 ${match}\n`),
      ...(['failed', 'logs/app.log: no line begins with a time'] as const),
    ],
    [
      'is packed in another way',
      () => write('app.log.1.xz', 'x'),
      ...(['failed', 'logs/app.log.1.xz: packed, but not by gzip'] as const),
    ],
    [
      'is packed badly',
      () => write('app.log.1.gz', gzipSync(record(30, match).repeat(99)).subarray(0, 60)),
      ...(['failed', 'logs/app.log: queuekeeper: this log could not be unpacked'] as const),
    ],
  ])('since it %s is named, and nothing is said of its matches', async (_, make, why, detail) => {
    await make();
    const { value, missing } = await search();
    expect(missing).toEqual([{ part: 'host', name: 'here', why, detail }]);
    expect(value).toMatchObject({ matches: { kind: 'unknown' }, complete: false, back: undefined });
  });

  it('is named beside what the rest of it says', async () => {
    await write('app.log', record(30, match));
    await symlink('/etc/passwd', `${folder}/logs/app.log.1`);
    const { value, missing } = await search();
    expect(missing).toMatchObject([{ why: 'refused', detail: 'logs/app.log.1: symbolic link' }]);
    expect(value.matches).toEqual({ kind: 'capped', value: 1 });
    await rm(`${folder}/logs/app.log.1`);
    await write('app.log.1.gz', gzipSync(record(90, match)).subarray(0, 20));
    await write('app.log.2', record(150, match));
    const others = await search();
    expect(others.missing).toMatchObject([{ why: 'failed', detail: expect.stringContaining('unpacked') }]);
    expect(others.value.matches).toEqual({ kind: 'capped', value: 2 });
  });

  it('for want of rights is named', async () => {
    await write('app.log', record(30, match));
    await chmod(`${folder}/logs/app.log`, 0);
    await chmod(folder, 0o755);
    const denied = { why: 'refused', detail: 'logs/app.log: permission denied' };
    await chmod(`${folder}/logs`, 0o755);
    expect((await search({ hosts: [nobody] })).missing).toMatchObject([denied]);
    // What it was rotated to could not be seen.
    await chmod(`${folder}/logs/app.log`, 0o644);
    await chmod(`${folder}/logs`, 0o711);
    const closed = await search({ hosts: [nobody] });
    expect(closed.missing).toMatchObject([
      { why: 'refused', detail: 'logs/app.log: its folder can not be listed' },
    ]);
    expect(closed.value.matches).toEqual({ kind: 'capped', value: 1 });
  });

  it('in the configured zone is doubted, where its file was written at another time than its last line says', async () => {
    await write('app.log', record(0, match));
    const { value, missing } = await search({ zone: 'Asia/Shanghai' });
    expect(missing).toMatchObject([{ detail: 'logs/app.log: its times are 8.00 h off, is timezone right?' }]);
    expect(value.matches).toEqual({ kind: 'unknown' });
    // Somebody has only touched it.
    await write('app.log', record(7 * 3_600 + 77, match));
    expect((await search()).missing).toEqual([]);
  });
});

describe('a log that changes while it is read', () => {
  const filler = (): string => record(700, 'z'.repeat(2_000)).repeat(1_000);

  it.each(['probe', 'read'])('is found under its new name when it was rotated before "%s"', async (verb) => {
    await write('app.log', filler() + record(30, `${match} one`));
    const rotate = async (): Promise<void> => {
      await rename(`${folder}/logs/app.log`, `${folder}/logs/app.log.1`);
      await write('app.log', record(0, 'fine'));
    };
    const { value, missing } = await search({ hosts: [justBefore(verb, rotate)] });
    expect(missing).toEqual([]);
    expect(value.matches).toEqual({ kind: 'exact', value: 1 });
    expect(value.newest.map(({ text }) => text)).toEqual([`production.ERROR: ${match} one`]);
  });

  it.each(['probe', 'read'])('is read anew when it was truncated before "%s"', async (verb) => {
    await write('app.log', filler() + record(30, match));
    const copyAndEmpty = async (): Promise<void> => {
      await copyFile(`${folder}/logs/app.log`, `${folder}/logs/app.log.1`);
      await truncate(`${folder}/logs/app.log`);
      await write('app.log', record(1, match));
    };
    const { value, missing } = await search({ hosts: [justBefore(verb, copyAndEmpty)] });
    expect(missing).toEqual([]);
    expect(value.matches).toEqual({ kind: 'exact', value: 2 });
  });

  it('is read anew when it is gone, and named when it never stays', async () => {
    await write('app.log', record(30, match));
    const gone = justBefore('read', () => rm(`${folder}/logs/app.log`));
    expect((await search({ hosts: [gone] })).missing).toMatchObject([
      { detail: 'logs/app.log: no such file' },
    ]);
    const renew = async (): Promise<void> => {
      await rename(`${folder}/logs/app.log`, `${folder}/logs/kept-${Math.random()}`).catch(() => undefined);
      await write('app.log', record(1, match));
    };
    await renew();
    expect((await search({ hosts: [justBefore('read', renew, 9)] })).missing).toMatchObject([
      { why: 'failed', detail: 'the log changes faster than it can be read' },
    ]);
  });

  it('is not followed to what a link shows that was put in its place', async () => {
    await write('app.log', record(30, 'fine'));
    await writeFile(`${folder}/secret`, record(30, match));
    const swap = async (): Promise<void> => {
      await rm(`${folder}/logs/app.log`);
      await symlink(`${folder}/secret`, `${folder}/logs/app.log`);
    };
    const { value, missing } = await search({ hosts: [justBefore('read', swap)] });
    expect(missing).toMatchObject([{ why: 'refused', detail: 'logs/app.log: symbolic link' }]);
    expect(value).toMatchObject({ matches: { kind: 'unknown' }, newest: [] });
  });
});

describe('several hosts', () => {
  const named = (name: string, run: HostRunner['run'] = here.run): HostRunner => ({ name, run });

  it('are searched each by itself', async () => {
    await write('app.log', record(30, match) + record(20, match));
    const { value, missing } = await search({ hosts: [named('api-1'), named('api-2')] });
    expect(missing).toEqual([]);
    expect(value.matches).toEqual({ kind: 'exact', value: 4 });
    expect(value.perMinute.reduce((sum, { count }) => sum + count, 0)).toBe(4);
    expect(new Set(value.newest.map(({ host }) => host))).toEqual(new Set(['api-1', 'api-2']));
  });

  it('of which one is lost in the middle are "this many or more", and it is named', async () => {
    await write('app.log', record(30, match));
    const broken = named('api-2', async (command, limits) => {
      if (!command.argv.includes('read')) return here.run(command, limits);
      limits.into?.write('half of it');
      return lost('connection lost');
    });
    const { value, missing } = await search({ hosts: [named('api-1'), broken] });
    expect(missing).toEqual([{ part: 'host', name: 'api-2', why: 'unreachable', detail: 'connection lost' }]);
    expect(value.matches).toEqual({ kind: 'capped', value: 1 });
    const alone = await search({ hosts: [broken] });
    expect(alone.value).toMatchObject({ matches: { kind: 'unknown' }, complete: false });
  });

  it('that hang are given up in time', async () => {
    const hanging = named('api-1', (_, { signal }) => {
      return new Promise((resolve) =>
        signal.addEventListener('abort', () => resolve(lost('given up waiting'))),
      );
    });
    expect((await search({ hosts: [hanging], limitMs: 200 })).missing).toMatchObject([{ why: 'timeout' }]);
  });

  it('that send more than they were asked for fill no memory', async () => {
    await write('app.log', record(30, match));
    const liar = named('api-1', async (command, limits) => {
      if (!command.argv.includes('read')) return here.run(command, limits);
      limits.into?.end(gzipSync(Buffer.alloc(50_000_000)));
      return {
        ...(await here.run({ argv: ['true'] }, { ...limits, into: undefined } as unknown as HostLimits)),
      };
    });
    expect((await search({ hosts: [liar] })).missing).toMatchObject([
      { why: 'failed', detail: 'logs/app.log: what came is not whole' },
    ]);
  });
});

/** Runs commands as a person without rights, where the tests run as root. */
const nobody: HostRunner = {
  name: 'here',
  run: (command, { into }) =>
    new Promise<HostResult>((resolve) => {
      const [program = '', ...args] = command.argv;
      const as = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};
      const child = spawn(program, args, {
        cwd: command.directory,
        stdio: ['ignore', 'pipe', 'pipe'],
        ...as,
      });
      const said = { stdout: '', stderr: '' };
      if (into !== undefined) child.stdout.pipe(into);
      child.stdout.on('data', (chunk) => (said.stdout += chunk));
      child.stderr.on('data', (chunk) => (said.stderr += chunk));
      const output = (text: string) => ({ text, bytes: text.length, sha256: '' });
      child.on('close', (rc) =>
        resolve({
          ...{ kind: 'ended', rc: rc ?? -1, timedOut: false, durationMs: 1 },
          ...{ stdout: output(said.stdout), stderr: output(said.stderr) },
        }),
      );
    }),
};
