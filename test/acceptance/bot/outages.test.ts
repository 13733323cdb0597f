import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { renderPlain } from '../../../demo/slack/plain.ts';
import { type Stage, setStage } from './stage.ts';

let stage: Stage;

beforeAll(async () => {
  stage = await setStage({ workers: ['fap-queue-ops'] });
  await stage.world.app.behave({ GenerateReportSnapshotJob: { do: 'throw', exception: 'content' } });
  await stage.world.app.dispatch('GenerateReportSnapshotJob');
  await stage.world.app.work('database', 'reports');
});
afterAll(() => stage?.stop());

/** Ten seconds are the bot's own limit; a busy machine needs as long again to hand the answer over. */
const answeredWithinMs = 20_000;

/** Breaks something, does the work, and mends it again. */
async function whileBroken<T>(breaks: () => void, mend: () => void, work: () => Promise<T>): Promise<T> {
  breaks();
  try {
    return await work();
  } finally {
    mend();
  }
}

describe('with a part of the world dead', () => {
  it.each([
    ['the database', 'database', 'the database of fap'],
    ['Redis', 'redis', 'Redis of fap'],
    ['the host', 'ssh', 'host api-1'],
  ] as const)('%s silent: status names it and shows the rest within ten seconds', async (_, part, named) => {
    const proxy = stage.world.proxies[part];
    const text = await whileBroken(
      () => proxy.set('hang'),
      () => {
        proxy.cut();
        proxy.set('pass');
      },
      async () => {
        // What was read a moment ago may still be shown for a while.
        await expect.poll(() => stage.read('status'), { interval: 200 }).toContain(named);
        const began = Date.now();
        const said = await stage.read('status');
        expect(Date.now() - began).toBeLessThan(answeredWithinMs);
        return said;
      },
    );
    expect(text).toMatch(/reports/);
    await expect.poll(() => stage.read('status'), { interval: 300 }).not.toContain('Not looked at');
  });

  it('everything silent at once: 200 commands are acknowledged at once, and each is answered within ten seconds', async () => {
    const all = Object.values(stage.world.proxies);
    const commands = 200;
    await whileBroken(
      () => {
        for (const proxy of all) proxy.set('hang');
      },
      () => {
        for (const proxy of all) {
          proxy.cut();
          proxy.set('pass');
        }
      },
      async () => {
        // What was read a moment ago may still be shown; from here on nothing of it is.
        await expect
          .poll(() => stage.read('status'), { interval: 200 })
          .toContain('Not looked at: the database of fap');
        const known = new Set(stage.slack.timeline.messages);
        const began = Date.now();
        const delivered = await Promise.all(
          Array.from({ length: commands }, () => stage.slack.as('U0BO').command('C0OPS', 'status')),
        );
        expect(delivered.every(({ status }) => status === 'acked')).toBe(true);
        const answers = (): readonly string[] =>
          stage.slack.timeline.messages
            .filter((one) => !known.has(one) && one.ephemeralFor === 'U0BO')
            .map(renderPlain);
        await expect.poll(() => answers().length).toBe(commands);
        expect(Date.now() - began).toBeLessThan(answeredWithinMs);
        for (const answer of answers()) expect(answer).toMatch(/Not looked at: the database of fap/);
      },
    );
    await expect.poll(() => stage.read('status'), { interval: 500 }).not.toContain('Not looked at');
  });

  it('the store away: what reads is answered and written to the audit log later, what changes is refused', async () => {
    const { store } = stage.world.proxies;
    const before = await stage.rows("SELECT COUNT(*) AS n FROM queuekeeper.audit_log WHERE verb = 'whoami'");
    await whileBroken(
      () => store.set('refuse'),
      () => store.set('pass'),
      async () => {
        for (let index = 0; index < 5; index += 1)
          expect(await stage.read('whoami')).toContain('You are Anna');
        expect(await stage.read('retry 1')).toContain('nothing was done');
      },
    );
    await expect
      .poll(async () =>
        Number(
          (await stage.rows("SELECT COUNT(*) AS n FROM queuekeeper.audit_log WHERE verb = 'whoami'"))[0]?.[
            'n'
          ],
        ),
      )
      .toBe(Number(before[0]?.['n']) + 5);
    await expect.poll(() => stage.bot.ready()).toBe(true);
  });

  it('the audit log not writable: nothing that changes jobs runs, and the person is told', async () => {
    await stage.rows("REVOKE INSERT ON queuekeeper.audit_log FROM 'qk_store'@'%'");
    try {
      expect(await stage.read('retry 1')).toContain('The audit log can not be written, so nothing was done');
      expect(await stage.rows('SELECT id FROM fap.failed_jobs WHERE id = 1')).toHaveLength(1);
    } finally {
      await stage.rows("GRANT INSERT ON queuekeeper.audit_log TO 'qk_store'@'%'");
    }
  });

  it('Slack slow and refusing now and then: the answer comes all the same, as plain text when it must', async () => {
    stage.slack.faults.set('response_url', { kind: 'error', status: 500 }, 1);
    expect(await stage.read('whoami')).toContain('You are Anna');
  });
});

describe('secrets', () => {
  it('appear in no log line, message or audit row', async () => {
    const secrets = [
      ...Object.values(stage.world.mariadb.passwords),
      stage.world.env['QUEUEKEEPER_AUDIT_KEY'] ?? '',
      'xoxb-simulated',
      'simulated-signing-secret',
    ];
    const audit = JSON.stringify(await stage.rows('SELECT * FROM queuekeeper.audit_log'));
    const messages = JSON.stringify(stage.slack.timeline.messages);
    for (const secret of secrets) {
      expect(stage.bot.logs()).not.toContain(secret);
      expect(audit).not.toContain(secret);
      expect(messages).not.toContain(secret);
    }
  });

  it('and every log line is JSON', () => {
    // What follows the last newline may be the beginning of a line that is still being written.
    const lines = stage.bot.logs().split('\n').slice(0, -1);
    expect(lines).not.toEqual([]);
    for (const line of lines) expect(() => JSON.parse(line)).not.toThrow();
  });
});
