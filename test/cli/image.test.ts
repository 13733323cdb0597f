import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const lines = readFileSync(new URL('../../Dockerfile', import.meta.url), 'utf8').split('\n');
const last = (instruction: string): string | undefined =>
  lines.filter((line) => line.startsWith(`${instruction} `)).at(-1);
const ignored = readFileSync(new URL('../../.dockerignore', import.meta.url), 'utf8');

describe('the image', () => {
  it('runs Node itself as process 1, without a shell, so that signals reach it', () => {
    expect(last('ENTRYPOINT')).toBe('ENTRYPOINT ["node", "src/launch.mjs"]');
    expect(last('CMD')).toBe('CMD ["start"]');
  });

  it('runs as a user without rights, on an LTS release', () => {
    expect(last('USER')).toBe('USER node');
    expect(
      lines.filter((line) => line.startsWith('FROM ')).every((line) => line.includes('node:24-slim')),
    ).toBe(true);
  });

  it('takes nothing from outside but what it is built of', () => {
    expect(ignored.split('\n')[0]).toBe('*');
    const copied = lines
      .filter((line) => line.startsWith('COPY ') && !line.includes('--from='))
      .flatMap((line) => line.split(' ').slice(1, -1));
    for (const path of copied) expect(ignored).toContain(`!${path.split('/')[0]}`);
  });
});
