import { describe, expect, it } from 'vitest';
import { createAppFacts } from '../../src/laravel/app-facts.ts';
import type { HostCommand, HostResult } from '../../src/operations/host-port.ts';
import { createFakeClock, description } from '../fakes/world.ts';
import { ended, lost } from '../hosts/fake-runner.ts';

const laravel12 = '\n   INFO  The application environment is [staging].  \n\n';
const laravel8 = 'PHP Deprecated: x in /app/y.php on line 3\nCurrent application environment: staging\n';

function stage(change: Partial<Record<string, HostResult>> = {}) {
  const clock = createFakeClock();
  const asked: HostCommand[] = [];
  const answers: Record<string, HostResult> = {
    '--version': ended(0, 'Laravel Framework 12.72.0\n'),
    env: ended(0, laravel12),
    '-un': ended(0, 'deploy\n'),
    '+%s': ended(0, `${Math.floor(clock.now().getTime() / 1000) + 40}\n`),
    ...change,
  };
  const runner = {
    name: 'api-1',
    run: async (command: HostCommand): Promise<HostResult> => {
      asked.push(command);
      const word = command.argv.find((one) => one in answers) ?? '';
      return answers[word] ?? lost('no exit status');
    },
  };
  const app = { ...description, artisan: { ...description.artisan, user: 'www-data' } };
  const facts = createAppFacts(runner, app, clock);
  return { clock, asked, read: () => facts.read(new AbortController().signal) };
}

describe('what an application says of itself', () => {
  it('is its version, its environment, who runs it and how its host’s clock goes', async () => {
    const read = await stage().read();
    expect(read).toEqual({
      ok: true,
      value: {
        ...{ laravel: '12.72.0', environment: 'staging' },
        ...{ hostUser: 'deploy', clockOffsetSeconds: 40.5 },
      },
    });
  });

  it('is asked of artisan as the user whom artisan runs as', async () => {
    const { read, asked } = stage();
    await read();
    expect(asked.map(({ argv, user, directory }) => [argv.join(' '), user, directory])).toEqual([
      ['php artisan --version --no-ansi --no-interaction', 'www-data', '/srv/app'],
      ['php artisan env --no-ansi --no-interaction', 'www-data', '/srv/app'],
      ['id -un', 'www-data', undefined],
      ['date +%s', undefined, undefined],
    ]);
  });

  it('reads what Laravel 8 says, with PHP’s notices around it', async () => {
    expect(await stage({ env: ended(0, laravel8) }).read()).toMatchObject({
      value: { environment: 'staging' },
    });
  });

  it('is asked once a minute for all who ask', async () => {
    const { read, asked, clock } = stage();
    await Promise.all([read(), read()]);
    await read();
    expect(asked).toHaveLength(4);
    await clock.wait(61_000);
    await read();
    expect(asked).toHaveLength(8);
  });

  it('leaves out what a poor host can’t tell', async () => {
    const read = await stage({ '-un': ended(127), '+%s': ended(0, 'noon') }).read();
    expect(read).toMatchObject({ ok: true, value: { hostUser: undefined, clockOffsetSeconds: undefined } });
  });

  it.each<[Partial<Record<string, HostResult>>, string]>([
    [{ env: ended(0, 'nothing that names one') }, 'failed'],
    [{ env: ended(124, laravel12, '', true) }, 'timeout'],
    [{ '--version': lost('connection lost') }, 'unreachable'],
    [{ '--version': { kind: 'not-started', why: 'host-key', detail: '' } }, 'refused'],
  ])('is missing where artisan did not say it (%#)', async (change, why) => {
    expect(await stage(change).read()).toMatchObject({
      ok: false,
      missing: { part: 'host', name: 'api-1', why },
    });
  });
});
