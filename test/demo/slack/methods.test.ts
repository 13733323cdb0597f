import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { knownMethods } from '../../../demo/slack/web-api.ts';

const families = 'auth|bots|chat|conversations|dnd|emoji|files|usergroups|users|views';

describe('the simulated Web API', () => {
  it('has every method that Queuekeeper calls', () => {
    const sources = readdirSync('src/slack', { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => readFileSync(`src/slack/${name}`, 'utf8'))
      .join('\n');
    const called = [...sources.matchAll(new RegExp(`\\b((?:${families})(?:\\.\\w+)+)\\(`, 'g'))].map(
      ([, method]) => method,
    );
    expect(called).toContain('chat.postMessage');
    expect(knownMethods).toEqual(expect.arrayContaining(called));
  });
});
