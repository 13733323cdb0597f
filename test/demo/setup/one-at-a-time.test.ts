import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const script = new URL('../../../demo/setup/one-at-a-time.mjs', import.meta.url).href;

let folder: string;
let log: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'queuekeeper-one-'));
  log = join(folder, 'log');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** A set-up in a process of its own, which notes when it begins and ends; what comes between is up to `work`. */
function start(work: string): ChildProcess {
  const note = (word: string): string => `fs.appendFileSync(${JSON.stringify(log)}, '${word} ')`;
  const node = `const fs = require('node:fs'); const { setTimeout: pause } = require('node:timers/promises');
    import(${JSON.stringify(script)}).then((m) => m.oneAtATime(async () => {
      ${note('begins')}; ${work}; ${note('ends')};
    }, ${JSON.stringify(`\0${folder}`)}))`;
  return spawn(process.execPath, ['-e', node], { stdio: ['ignore', 'pipe', 'ignore'] });
}
const noted = (): Promise<string> => readFile(log, 'utf8').catch(() => '');

describe.runIf(process.platform === 'linux')('what one set-up does at a time', () => {
  it('is begun when the one before has ended', async () => {
    const all = Array.from({ length: 3 }, () => start('await pause(50)'));
    await Promise.all(all.map((child) => once(child, 'exit')));
    expect(await noted()).toBe('begins ends '.repeat(3));
  });

  it('is begun when the one before was killed; until then it says that it waits', async () => {
    const first = start('await pause(600_000)');
    await expect.poll(noted).toBe('begins ');
    const second = start('');
    const ended = once(second, 'exit');
    const [said] = await once(second.stdout ?? second, 'data');
    expect(String(said)).toContain('Another set-up is at work');
    first.kill('SIGKILL');
    await ended;
    expect(await noted()).toBe('begins begins ends ');
  });

  it('is over for the next one, too, where it fails', async () => {
    const first = start("throw new Error('as the test wants it')");
    await once(first, 'exit');
    await once(start(''), 'exit');
    expect(await noted()).toBe('begins begins ends ');
  });
});
