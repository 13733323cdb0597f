import { describe, expect, it } from 'vitest';
import { parseWorkerCommand } from '../../src/hosts/worker-command.ts';

describe('what a worker was told', () => {
  it('is read from its command line', () => {
    const line =
      '/usr/bin/php artisan queue:work redis --queue=high,default --sleep=1 --tries=3 --timeout=120 --max-time=3600';
    expect(parseWorkerCommand(line)).toEqual({
      ...{ connection: 'redis', queues: ['high', 'default'], timeoutSeconds: 120, tries: 3, sleepSeconds: 1 },
      ...{ maxTimeSeconds: 3600, maxJobs: undefined, memoryMegabytes: undefined, force: false },
    });
  });

  it.each([
    ['php artisan queue:work', undefined, undefined, 60],
    ['php artisan queue:work --timeout 90 --queue reports database', 'database', ['reports'], 90],
    ['sudo -u www-data -- php8.2 /srv/app/artisan queue:listen redis --timeout=0', 'redis', undefined, 0],
    ['sh -c \'php artisan queue:work redis --queue="high"\'', 'redis', ['high'], 60],
    ['php artisan queue:work --name=one --force redis', 'redis', undefined, 60],
  ])('of %s', (line, connection, queues, timeoutSeconds) => {
    expect(parseWorkerCommand(line)).toMatchObject({ connection, queues, timeoutSeconds });
  });

  it('is nothing where no worker is started', () => {
    expect(parseWorkerCommand('php artisan horizon')).toBeUndefined();
    expect(parseWorkerCommand('')).toBeUndefined();
  });
});
