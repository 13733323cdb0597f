import { describe, expect, it } from 'vitest';
import { renderReply } from '../../../src/cli/render-text.ts';
import { isProduction } from '../../../src/operations/drill/production.ts';
import { sayRefusal } from '../../../src/text/refusals.ts';
import { setDrill } from './stage.ts';

const said = async (stage: ReturnType<typeof setDrill>, words?: string): Promise<string> => {
  const judged = await stage.plan(words);
  if (judged.ok) throw new Error('it was not refused');
  return `${judged.refusal.code}: ${renderReply(sayRefusal(judged.refusal, 'en'))}`;
};
const appEnv = (environment: string) =>
  ({
    ok: true,
    value: { laravel: '12.72.0', environment, hostUser: undefined, clockOffsetSeconds: 0 },
  }) as const;

describe('a drill', () => {
  it('is planned in a test environment, without a target yet, with the slot', async () => {
    const judged = await setDrill().plan();
    expect(judged).toMatchObject({
      ok: true,
      value: {
        request: {
          ...{ takesSlot: true, targets: [], host: 'api-1', template: 'drill' },
          facts: {
            queue: 'database:reports',
            highest: 7,
            appEnv: 'staging',
            words: ['fap:drill', 'reports'],
          },
        },
      },
    });
  });

  it.each(['production', 'Production', 'prod', 'prod-eu', 'live', '生产环境'])(
    'is refused where the configuration says %s, and the application is not even asked',
    async (environment) => {
      const stage = setDrill({ environment });
      stage.environment = { ok: false, missing: { part: 'host', name: 'api-1', why: 'unreachable' } };
      expect(await said(stage)).toContain('drill-in-production: ');
      expect(await said(stage)).toContain('the configuration says');
    },
  );

  it('is refused where the application itself says production, whatever the configuration says', async () => {
    const stage = setDrill({ environment: 'staging' });
    stage.environment = appEnv('production');
    expect(await said(stage)).toContain('the application itself says APP_ENV=production');
    expect(stage.sent).toEqual([]);
  });

  it('is refused where nobody knows whether it is production', async () => {
    const stage = setDrill();
    stage.environment = { ok: false, missing: { part: 'host', name: 'api-1', why: 'unreachable' } };
    const text = await said(stage);
    expect(text).toContain('drill-environment-unknown');
    expect(text).toContain('host api-1 can not be reached');
  });

  it.each([['queue:flush'], ['db:wipe'], ['migrate:fresh'], ['tinker'], ['q:fl']])(
    'is refused for a command that names %s',
    async (...artisan) => {
      expect(await said(setDrill({ drills: { makeFailure: { artisan } } }))).toContain('drill-command');
    },
  );

  it.each([
    ['', 'missing-argument'],
    ['nowhere', 'unknown-queue'],
    ['database:nowhere', 'unknown-queue'],
    ['reports now', 'too-many-arguments'],
  ])('is refused for %j: %s', async (words, code) => {
    expect(await said(setDrill(), words)).toContain(code);
  });

  it('is refused while another drill of the application is under way', async () => {
    const stage = setDrill();
    const context = await stage.begin();
    await stage.world.drillRecords.begin(context.execution, 'database:reports');
    expect(await said(stage)).toContain('busy: ');
    expect(await said(stage)).toContain('#1');
  });
});

describe('isProduction', () => {
  it.each(['staging', 'local', 'testing', 'preprod', 'produce', 'alive', 'development', ''])(
    'takes %j for no production',
    (name) => expect(isProduction(name)).toBe(false),
  );
});
