import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { groups } from '../../../demo/world/groups.ts';
import { situation, situations } from '../../../demo/world/situations/list.ts';

const folder = fileURLToPath(new URL('../../../demo/world/situations/', import.meta.url));

describe('the situations', () => {
  it('have names of their own and titles in both languages', () => {
    expect(new Set(situations.map(({ id }) => id)).size).toBe(situations.length);
    for (const { title } of situations) {
      expect(title.en).not.toMatch(/\p{Script=Han}/u);
      expect(title['zh-CN']).toMatch(/\p{Script=Han}/u);
    }
  });

  it('are about queues of the runbook, and what is to be done is about the same one', () => {
    const queues = groups.flatMap(({ queues: own }) => own.split(','));
    for (const { queue, concludes } of situations) {
      expect(queues).toContain(queue);
      if (concludes.next !== undefined) expect(concludes.next).toMatch(new RegExp(`^[a-z ]+ ${queue}$`));
    }
  });

  it('are more than fifteen, and found by name', () => {
    expect(situations.length).toBeGreaterThan(15);
    expect(situation('paused').queue).toBe('commerce');
    expect(() => situation('nothing')).toThrow('nothing');
  });

  it('know nothing of the code that they judge', () => {
    for (const file of readdirSync(folder))
      expect(readFileSync(`${folder}${file}`, 'utf8')).not.toMatch(/from '[^']*\/src\//);
  });
});
