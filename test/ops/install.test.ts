import { readFile, writeFile } from 'node:fs/promises';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type RunnerStage, setRunnerStage } from './runner-stage.ts';

const shipped = (name: string): Promise<string> =>
  readFile(new URL(`../../ops/runner/${name}`, import.meta.url), 'utf8');

let stage: RunnerStage;
beforeEach(async () => {
  stage = await setRunnerStage();
});
afterEach(() => stage.stop());

it('the configuration that is shipped is understood, once its paths are those of a host', async () => {
  const own = new Map(
    (await readFile(stage.conf, 'utf8'))
      .split('\n')
      .map((line): [string, string] => [line.split('=')[0] ?? '', line]),
  );
  const example = (await shipped('queuekeeper-runner.conf.example'))
    .split('\n')
    .map((line) =>
      /^(state|directory|php|user|supervisorctl)=/.exec(line) ? own.get(line.split('=')[0] ?? '') : line,
    );
  await writeFile(stage.conf, example.join('\n'), { mode: 0o644 });
  const call = (rest: string) => stage.call(`v1 trying-it-1 ${stage.deadline()} ${rest}`);
  expect(await call('facts version')).toMatchObject({ code: 0 });
  expect(await call('supervisor restart fap-queue-default-high')).toMatchObject({ code: 0 });
  expect((await call('drill reports')).stderr).toContain('no drill is configured');
});

it('sudo lets the login run it without an argument, and keeps one variable', async () => {
  const lines = (await shipped('sudoers')).split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  const program = '/usr/local/sbin/queuekeeper-runner';
  expect(lines.at(-1)).toBe(`queuekeeper ALL=(root) NOPASSWD: ${program} ""`);
  expect(lines.slice(0, -1).every((line) => line.startsWith(`Defaults!${program} `))).toBe(true);
  expect(lines[0]).toContain('env_reset, !setenv, env_keep = "SSH_ORIGINAL_COMMAND"');
  const key = await shipped('authorized_keys.example');
  expect(key).toMatch(
    /^restrict,command="\/usr\/bin\/sudo -n \/usr\/local\/sbin\/queuekeeper-runner" ssh-ed25519 /,
  );
  expect(await shipped('INSTALL.md')).toContain(key.split(' AAAA')[0]);
});
