import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { renderPlain } from '../../demo/slack/plain.ts';
import type { Message } from '../../demo/slack/timeline.ts';
import { type Scene, setScene } from './scene.ts';

/** Abuse cases of the security test plan that are about words from outside; the numbers are the plan's. */
let scene: Scene;
const root = fileURLToPath(new URL('../..', import.meta.url));

beforeAll(async () => {
  scene = await setScene();
});
afterAll(() => scene?.stage.stop());
beforeEach(() => scene.clean());

/** Texts that Slack would read as its own markup. */
function markupOf(value: unknown): readonly string[] {
  if (Array.isArray(value)) return value.flatMap(markupOf);
  if (typeof value !== 'object' || value === null) return [];
  const own = 'type' in value && value.type === 'mrkdwn' && 'text' in value ? [String(value.text)] : [];
  return [...own, ...Object.values(value).flatMap(markupOf)];
}
const urlsOf = (value: unknown): readonly string[] =>
  [...JSON.stringify(value).matchAll(/"url":"([^"]*)"/g)].map(([, url]) => url ?? '');
const buttonsOf = (message: Message): number =>
  JSON.stringify(message.blocks).split('"type":"button"').length - 1;

describe('arguments', () => {
  it.each([
    ...[
      'retry all queue=reports;id',
      'retry all $(id)',
      'retry all `id`',
      'retry all 1',
      'retry all --queue=reports',
    ],
    ...[
      'retry all --range=1-5',
      'retry all -n',
      'retry all --help',
      'flush all',
      'flush --hours=0',
      'flush older=0h',
    ],
    ...[
      'flush older=1h',
      'flush older=119m',
      'restore #１２',
      'restore 1;id',
      'restore',
      'retry all first=0',
    ],
    ...[
      'retry all first=-1',
      'retry all pace=1e9',
      'retry all error="a\u0000b" 5',
      `retry all ${'9'.repeat(2_900)}`,
    ],
    ...['preapprove retry', 'preapprove retry queue=reports 400d because', 'freeze'],
  ])('21. refused before anything is asked: %.60s', async (words) => {
    await scene.failures(1);
    const before = await scene.stage.rows('SELECT id FROM queuekeeper.approvals');
    const who = words.startsWith('preapprove') ? 'U0BO' : 'U0ANNA';
    const answer = await scene.stage.say(words, who);
    expect(answer.ephemeralFor).toBe(who);
    expect(scene.stage.slack.as(who).openViews()).toHaveLength(0);
    expect(await scene.stage.rows('SELECT id FROM queuekeeper.approvals')).toHaveLength(before.length);
  });

  it('22. a reason aimed at argv, environment and log reaches none of them unescaped', async () => {
    await scene.failures(1);
    const trap = `${scene.stage.world.folder}/trap`;
    const reason = `"; touch ${trap}; $(touch ${trap}) \`touch ${trap}\` \u001b[31m {"level":"fatal"}`;
    const card = await scene.pending('retry all queue=reports', { reason });
    await scene.stage.slack.as('U0BO').click(card, 'Approve');
    await scene.outcome(card);
    expect(existsSync(trap)).toBe(false);
    const intents = await scene.stage.rows(
      "SELECT detail FROM queuekeeper.audit_log WHERE event = 'INTENT' AND detail LIKE '%touch%'",
    );
    expect(intents).toHaveLength(0);
    for (const line of scene.stage.bot.logs().trim().split('\n')) {
      expect(() => JSON.parse(line)).not.toThrow();
      expect(line).not.toContain('\u001b');
    }
  });

  it('31. a filter or a payload is bound, never SQL', async () => {
    await scene.failures(2);
    await scene.stage.slack.as('U0ANNA').command('C0OPS', `retry all error="' OR '1'='1"`);
    expect(await scene.people.told('No failed job')).toContain('No failed job');
    scene.stage.slack.as('U0ANNA').reload();
    await scene.stage.rows(`UPDATE fap.failed_jobs SET payload = JSON_SET(payload, '$.displayName', ?)`, [
      `App\\Jobs\\X'); DROP TABLE failed_jobs; --`,
    ]);
    const card = await scene.pending('retry all queue=reports');
    expect(renderPlain(card)).toContain('2 failed jobs');
    expect(await scene.present()).toHaveLength(2);
  });
});

describe('texts from outside', () => {
  it('23. pings, links, right-to-left marks and thousands of characters: escaped, capped, the end is visible', async () => {
    await scene.failures(2);
    const evil = `<!channel> <https://evil.example|Approve> \u202e\u200b *bold* ${'x'.repeat(4_000)}`;
    await scene.stage.rows('UPDATE fap.failed_jobs SET exception = ?', [`RuntimeException: ${evil}`]);
    await scene.stage.rows(`UPDATE fap.failed_jobs SET payload = JSON_SET(payload, '$.displayName', ?)`, [
      `App\\Jobs\\${evil}`,
    ]);
    const card = await scene.pending('retry all queue=reports', {
      reason: '<!channel> <https://evil.example|Approve> \u202e',
    });
    for (const text of markupOf(card.blocks)) {
      expect(text).not.toMatch(/<!(channel|here|everyone)/);
      expect(text).not.toContain('<https://evil');
    }
    expect(urlsOf(card.blocks)).toEqual([]);
    expect(JSON.stringify(card.blocks)).not.toMatch(/[\u202e\u200b]/);
    expect(renderPlain(card)).toContain('Everything about it');
  });

  it('34. an exception that imitates an approval card is quoted text, without buttons or links of its own', async () => {
    const [id] = await scene.failures(1);
    const lie = ':white_check_mark: *#7 needs another person’s approval* <https://evil.example|Approve>';
    await scene.stage.rows('UPDATE fap.failed_jobs SET exception = ?', [`RuntimeException: ${lie}`]);
    const honest = await scene.failures(1);
    const look = async (job: number | undefined): Promise<Message> => {
      await scene.stage.slack.as('U0ANNA').command('C0OPS', `show ${job}`);
      return scene.stage.slack.waitFor(
        `job ${job}`,
        (one) => one.ephemeralFor === 'U0ANNA' && renderPlain(one).includes(`#${job}`),
      );
    };
    const [shown, other] = [await look(id), await look(honest[0])];
    expect(buttonsOf(shown)).toBe(buttonsOf(other));
    expect(urlsOf(shown.blocks)).toEqual([]);
    for (const text of markupOf(shown.blocks)) expect(text).not.toContain('<https://evil');
  });
});

describe('configuration', () => {
  it.each([
    ['quorum 0', { quorum: { flush: 0 } }],
    ['a negative quorum', { quorum: { flush: -1 } }],
    ['half a quorum', { quorum: { flush: 1.5 } }],
    ['no number', { quorum: { flush: Number.NaN } }],
    ['an empty quorum', { quorum: { flush: null } }],
    ['a misspelt operation', { quorum: { flushh: 1 } }],
  ])('37. with %s nothing starts', async (_, approvals) => {
    const config = await scene.stage.world.config({ approvals });
    const run = (): string =>
      execFileSync(process.execPath, ['src/launch.mjs', 'start', '--config', config], {
        ...{ cwd: root, encoding: 'utf8', stdio: 'pipe', timeout: 50_000 },
        env: {
          PATH: process.env['PATH'],
          ...scene.stage.world.env,
          SLACK_BOT_TOKEN: 'xoxb-simulated',
          SLACK_SIGNING_SECRET: 'simulated-signing-secret',
        },
      });
    expect(run).toThrow(expect.objectContaining({ status: 2 }));
  });

  it('28. no line for sudo that is shipped has a wildcard', () => {
    const { stdout } = spawnSync('git', ['grep', '-nE', 'NOPASSWD', '--', ':!test'], {
      ...{ cwd: root, encoding: 'utf8' },
    });
    for (const line of stdout.split('\n')) expect(line).not.toMatch(/NOPASSWD:.*\*/);
  });
});
