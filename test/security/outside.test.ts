import { execFile } from 'node:child_process';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { renderPlain } from '../../demo/slack/plain.ts';
import type { Message } from '../../demo/slack/timeline.ts';
import { attackersConfig, type Scene, setScene } from './scene.ts';

/** Abuse cases of the security test plan that come from hosts, audit log, other replicas and Slack itself. */
let scene: Scene;
const root = fileURLToPath(new URL('../..', import.meta.url));

beforeAll(async () => {
  scene = await setScene({ config: { apps: { fap: { artisan: { timeout: '5s' } } } } });
  await scene.stage.rows('SET GLOBAL innodb_lock_wait_timeout = 2');
});
afterAll(() => scene?.stage.stop());
beforeEach(() => scene.clean());

const shows = (card: Message, text: string | RegExp): Promise<void> =>
  expect.poll(() => renderPlain(card)).toMatch(text);
const approve = (card: Message): Promise<unknown> => scene.stage.slack.as('U0BO').click(card, 'Approve');

/** The command line as whoever keeps Queuekeeper runs it. */
async function audit(): Promise<{ readonly code: number; readonly out: string }> {
  const config = await scene.stage.world.config(attackersConfig);
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      ['src/launch.mjs', 'audit', '--config', config],
      { cwd: root, env: { PATH: process.env['PATH'], ...scene.stage.world.env } },
      (error, stdout, stderr) =>
        resolve({ code: typeof error?.code === 'number' ? error.code : 0, out: `${stdout}${stderr}` }),
    );
  });
}

/** What an operator writes for the runner on this host; the path of its configuration. */
async function bindRunner(): Promise<string> {
  const { folder, app } = scene.stage.world;
  const { stdout: php } = await promisify(execFile)('sh', ['-c', 'command -v php']);
  const file = `${folder}/runner.conf`;
  await mkdir(`${folder}/runner`, { recursive: true, mode: 0o700 });
  const lines = [
    ...[
      `state=${folder}/runner`,
      `directory=${app.folder}`,
      `php=${php.trim()}`,
      `user=${userInfo().username}`,
    ],
    ...['queue=database:reports', 'queue=database:ops', 'queue=database:commerce', 'queue=database:content'],
  ];
  await writeFile(file, `${lines.join('\n')}\n`, { mode: 0o644 });
  return file;
}

/** The thief's own client. */
async function ssh(
  keyFile: string,
  user: string,
  port: number,
  line: string,
): Promise<{ readonly code: number; readonly out: string }> {
  const options = [
    'StrictHostKeyChecking=no',
    'UserKnownHostsFile=/dev/null',
    'LogLevel=ERROR',
    'IdentityAgent=none',
  ];
  return new Promise((resolve) => {
    execFile(
      'ssh',
      [
        ...options.flatMap((option) => ['-o', option]),
        '-i',
        keyFile,
        '-p',
        String(port),
        `${user}@127.0.0.1`,
        line,
      ],
      (error, stdout) => resolve({ code: typeof error?.code === 'number' ? error.code : 0, out: stdout }),
    );
  });
}

describe('replicas', () => {
  it('17. the policy changed after the approval: void, and a replica that runs the old one changes nothing', async () => {
    const ids = await scene.failures(1);
    const card = await scene.pending();
    await scene.stage.say('freeze until the policy is changed');
    await approve(card);
    await scene.untilState(card, 'approved');
    const config = await scene.stage.world.config({
      ...attackersConfig,
      people: { ...attackersConfig.people, operators: ['U0ANNA', 'U0BO'] },
      apps: { fap: { artisan: { timeout: '5s' } } },
    });
    const newer = await scene.stage.another({ config });
    await scene.stage.say('unfreeze', 'U0BO');
    await scene.untilState(card, 'invalidated');
    expect(await scene.present()).toEqual(ids);
    // Slack speaks to the older one again.
    scene.stage.slack.deliverOverHttp(scene.stage.bot.appUrl ?? '');
    expect(await scene.heard(`retry ${ids[0]}`)).toContain('older configuration');
    await newer.kill();
    await scene.stage.bot.kill();
    await scene.stage.restart();
  });

  it('20. two replicas that hear the same click: one effect', async () => {
    await scene.failures(3);
    const card = await scene.pending();
    const other = await scene.stage.another();
    const { slack, bot } = scene.stage;
    await approve(card);
    const vote = slack.raw.recorded.findLast(({ kind }) => kind === 'interactive');
    if (vote === undefined) throw new Error('a click was recorded');
    slack.deliverOverHttp(bot.appUrl ?? '');
    await slack.raw.replay(vote);
    expect(await scene.outcome(card)).toBe('succeeded');
    expect(await scene.waiting()).toBe(3);
    const events = await scene.events(card);
    for (const once of ['VOTED', 'CLAIMED', 'OUTCOME'])
      expect(events.filter((event) => event === once)).toHaveLength(1);
    await other.kill();
  });

  it('19. the bot killed right after the vote: another process runs it, once', async () => {
    await scene.failures(3);
    const card = await scene.pending();
    await approve(card);
    // The click is acknowledged before it is written down; who dies before that has heard nothing.
    await scene.untilState(card, 'approved', 'consumed');
    await scene.stage.bot.kill();
    await scene.stage.restart();
    await scene.outcome(card);
    expect(await scene.waiting()).toBeLessThanOrEqual(3);
    expect((await scene.events(card)).filter((event) => event === 'CLAIMED')).toHaveLength(1);
  }, 150_000);
});

describe('the host', () => {
  const withPhp = async (script: string): Promise<() => Promise<void>> => {
    const file = `${scene.stage.world.folder}/odd-php`;
    await writeFile(file, script);
    await chmod(file, 0o755);
    const config = await scene.stage.world.config({
      ...attackersConfig,
      apps: { fap: { artisan: { timeout: '5s', php: file } } },
    });
    await scene.stage.bot.kill();
    const other = await scene.stage.another({ config });
    return async () => {
      await other.kill();
      await scene.stage.restart();
    };
  };

  it('24. escapes, broken UTF-8, secrets and a flood in its output: capped, stripped, redacted', async () => {
    const back = await withPhp(`#!/bin/sh
printf '\\033[31mred\\033]8;;https://evil.example\\007 link \\377\\376 password=hunter2-secret\\n'
head -c 20000000 /dev/zero | tr '\\0' 'x'
echo
exec php "$@"
`);
    try {
      await scene.failures(2);
      const card = await scene.pending();
      await approve(card);
      await scene.outcome(card);
      const rows = await scene.stage.rows(
        'SELECT output FROM queuekeeper.artisan_calls ORDER BY intended_at DESC LIMIT 1',
      );
      const output = String(rows[0]?.['output']);
      expect(output.length).toBeLessThanOrEqual(2_100);
      expect(output).not.toContain('\u001b');
      const kept = await scene.stage.rows(
        "SELECT 1 FROM queuekeeper.audit_log WHERE detail LIKE '%hunter2-secret%'",
      );
      expect(kept).toHaveLength(0);
      expect(renderPlain(card)).not.toContain('hunter2-secret');
    } finally {
      await back();
    }
  });

  it('25. another host key: refused before anything is sent, and nothing has run', async () => {
    const config = await scene.stage.world.config({
      ...attackersConfig,
      apps: { fap: { artisan: { timeout: '5s' } } },
      hosts: { 'api-1': { ssh: { host_key: `SHA256:${'A'.repeat(43)}` } } },
    });
    await scene.stage.bot.kill();
    const other = await scene.stage.another({ config });
    try {
      const ids = await scene.failures(1);
      const card = await scene.pending();
      await approve(card);
      expect(await scene.outcome(card)).toBe('not_started');
      expect(await scene.present()).toEqual(ids);
      await shows(card, /host.key/i);
    } finally {
      await other.kill();
      await scene.stage.restart();
    }
  });

  it('27. it hangs before it hears anything: bounded, and judged by the data', async () => {
    await scene.failures(1);
    const card = await scene.pending();
    scene.stage.world.proxies.ssh.set('hang');
    await approve(card);
    await scene.untilState(card, 'consumed');
    try {
      expect(['not_started', 'failed']).toContain(await scene.outcome(card));
      expect(await scene.waiting()).toBe(0);
    } finally {
      scene.stage.world.proxies.ssh.set('pass');
      scene.stage.world.proxies.ssh.cut();
    }
  }, 240_000);

  it('26. a stolen SSH key opens only the runner’s verbs, by which the bot works as before', async () => {
    const { world } = scene.stage;
    await world.sshd.authorize(
      `restrict,command="${root}ops/runner/queuekeeper-runner ${await bindRunner()}"`,
    );
    await scene.stage.bot.kill();
    const config = await world.config({
      ...attackersConfig,
      apps: { fap: { artisan: { timeout: '5s' } } },
      hosts: { 'api-1': { runner: true } },
    });
    const bot = await scene.stage.another({ config });
    try {
      const ids = await scene.failures(2);
      const card = await scene.pending();
      const { keyFile, user, port } = world.sshd;
      const uuid = '00000000-0000-4000-8000-000000000001';
      const stolen = [
        ...[
          `cd ${world.app.folder} && php artisan queue:flush`,
          'bash -i',
          '$(id)',
          'v1 a 9999999999 status',
        ],
        ...[
          'v1 stolen-key 9999999999 retry all',
          'v1 stolen-key 9999999999 flush 0',
          `v1 stolen-key 1 retry ${uuid}`,
        ],
        ...["v1 stolen-key 9999999999 forget 5'; id; '", 'v1 stolen-key 9999999999 pause database:elsewhere'],
      ];
      const heard = await Promise.all(
        stolen.map(async (line) => ({ line, ...(await ssh(keyFile, user, port, line)) })),
      );
      expect(heard).toEqual(
        stolen.map((line) => ({ line, code: line.includes(' 1 retry') ? 75 : 64, out: '' })),
      );
      expect(await scene.present()).toEqual(ids);
      await approve(card);
      expect(await scene.outcome(card)).toBe('succeeded');
      expect(await scene.present()).toEqual([]);
      expect(await scene.waiting()).toBe(2);
    } finally {
      await world.sshd.authorize('');
      await bot.kill();
      await scene.stage.restart();
    }
  });
});

describe('the audit log', () => {
  it('29. not writable: nothing is asked, approved or run; reject and freeze work on', async () => {
    await scene.failures(2);
    const card = await scene.pending();
    await scene.stage.rows("REVOKE INSERT ON queuekeeper.audit_log FROM 'qk_store'@'%'");
    try {
      expect(await scene.people.refusal(card, 'Approve', 'U0BO')).toContain('audit log');
      expect(await scene.state(card)).toBe('pending');
      await scene.stage.slack.as('U0BO').click(card, 'Reject');
      await scene.untilState(card, 'rejected');
      await scene.stage.slack.as('U0ANNA').command('C0OPS', 'freeze the audit log is broken');
      await scene.stage.untilRow('SELECT 1 FROM queuekeeper.kill_switches');
    } finally {
      await scene.stage.rows("GRANT INSERT ON queuekeeper.audit_log TO 'qk_store'@'%'");
    }
    await scene.stage.say('unfreeze', 'U0BO');
    await expect.poll(() => scene.stage.rows('SELECT 1 FROM queuekeeper.kill_switches')).toHaveLength(0);
  });

  it('29. rights that are too wide are named at the start', async () => {
    await scene.stage.rows("GRANT UPDATE ON queuekeeper.audit_log TO 'qk_store'@'%'");
    try {
      await scene.stage.bot.kill();
      await scene.stage.restart();
      await expect.poll(() => scene.stage.bot.logs()).toMatch(/"right":"UPDATE"/);
    } finally {
      await scene.stage.rows("REVOKE UPDATE ON queuekeeper.audit_log FROM 'qk_store'@'%'");
    }
  });

  it.each([
    [
      'edited',
      "UPDATE queuekeeper.audit_log SET reason = 'none' WHERE seq = 3",
      'UPDATE queuekeeper.audit_log SET reason = NULL WHERE seq = 3',
    ],
    [
      'deleted',
      'UPDATE queuekeeper.audit_log SET seq = 900000 WHERE seq = 2',
      'UPDATE queuekeeper.audit_log SET seq = 2 WHERE seq = 900000',
    ],
    [
      'dated back',
      'UPDATE queuekeeper.audit_log SET at = at - INTERVAL 1 DAY WHERE seq = 3',
      'UPDATE queuekeeper.audit_log SET at = at + INTERVAL 1 DAY WHERE seq = 3',
    ],
    [
      'hidden behind a head that was written anew',
      'UPDATE queuekeeper.audit_head SET seq = seq - 1, hash = (SELECT hash FROM queuekeeper.audit_log l WHERE l.seq = audit_head.seq)',
      'UPDATE queuekeeper.audit_head SET seq = seq + 1, hash = (SELECT hash FROM queuekeeper.audit_log l WHERE l.seq = audit_head.seq)',
    ],
  ])('30. a row that was %s is found', async (_, harm, mend) => {
    await scene.stage.rows('UPDATE queuekeeper.audit_log SET reason = reason WHERE seq = 3');
    await scene.stage.rows(harm);
    const { code } = await audit();
    await scene.stage.rows(mend);
    expect(code).toBe(1);
  });

  it('30. a fork is refused by the table itself', async () => {
    const fork = scene.stage.rows(
      `INSERT INTO queuekeeper.audit_log (seq, at, event, actor, verb, app, target, detail, prev_hash, hash)
       SELECT 900001, at, event, actor, verb, app, target, detail, prev_hash, hash FROM queuekeeper.audit_log WHERE seq = 3`,
    );
    await expect(fork).rejects.toThrow(/Duplicate/);
  });
});

describe('Slack', () => {
  it('32. limits posts for a while: the state goes on, the card is right afterwards, nothing is posted twice', async () => {
    await scene.failures(2);
    const card = await scene.pending();
    const { slack } = scene.stage;
    slack.faults.set('chat.update', { kind: 'rate-limit', retryAfterSeconds: 3 }, 2);
    slack.faults.set('chat.postMessage', { kind: 'rate-limit', retryAfterSeconds: 3 }, 2);
    const posted = slack.timeline.messages.length;
    await approve(card);
    expect(await scene.outcome(card)).toBe('succeeded');
    await shows(card, /(done|sent): /);
    slack.faults.clear();
    const cards = slack.timeline.messages
      .slice(posted)
      .filter(
        (one) => one.channel === 'C0APPROVE' && one.threadTs === undefined && one.ephemeralFor === undefined,
      );
    expect(cards).toHaveLength(0);
  });

  it.each([
    ['without the right', 'silence failed-jobs 1h deploy', 'U0GUEST', 'full members of this workspace only'],
    [
      'of what is critical by an operator',
      'silence no-workers 1h deploy',
      'U0ANNA',
      'only approvers may silence it',
    ],
    ['without an end', 'silence failed-jobs forever deploy', 'U0ANNA', 'is no duration'],
    ['longer than a day', 'silence failed-jobs 25h deploy', 'U0ANNA', 'at most 24 h'],
    ['without a reason', 'silence failed-jobs 1h', 'U0ANNA', 'needs a reason'],
  ])('33. a silence %s is refused, and nothing is silenced', async (_, words, who, said) => {
    expect(await scene.heard(words, who)).toContain(said);
    expect(await scene.stage.rows('SELECT * FROM queuekeeper.silences')).toEqual([]);
  });
});
