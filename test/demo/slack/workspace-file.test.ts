import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { loadWorkspace, parseWorkspace } from '../../../demo/slack/workspace-file.ts';

const example = 'demo/slack/workspace.example.yml';

describe('a workspace file', () => {
  it('says who is there; the example says all there is to say', async () => {
    const workspace = await loadWorkspace(example);
    expect(workspace).toMatchObject({
      domain: 'acme',
      bot: { name: 'Helper' },
      emoji: { shipped: 'alias:rocket' },
    });
    expect(workspace.users.at(-1)).toEqual({ id: 'U0HELPER', name: 'Helper', isBot: true });
    expect(workspace.channels.find(({ id }) => id === 'C0DESK')).toEqual({
      ...{ id: 'C0DESK', name: 'desk', botIsMember: true, isPrivate: true, members: ['U0MAYA', 'U0LIU'] },
    });
    expect(Object.keys(workspace)).toEqual(
      expect.arrayContaining(['teamId', 'appId', 'tokens', 'slashCommands', 'scopes', 'events', 'groups']),
    );
    expect(await readFile(example, 'utf8')).toContain('doNotDisturb');
  });

  it('may leave everything out', () => {
    expect(parseWorkspace('').users.map(({ name }) => name)).toEqual([
      ...['Anna', 'Anna (second account)', 'Bo', 'Chen', 'Guest', 'Stranger', 'Gone', 'Queuekeeper'],
    ]);
    expect(parseWorkspace('domain: acme\n').domain).toBe('acme');
  });

  it.each<[string, string, readonly string[]]>([
    [
      'a key that nobody knows and one that is missing',
      'users:\n  - id: U0A\n    nam: x\n',
      [
        'w.yml, line 2: users[0].name: Invalid input: expected string, received undefined',
        'w.yml, line 3: users[0].nam: there is no such key',
      ],
    ],
    [
      'ids of another kind',
      'users:\n  - { id: C0A, name: x }\n',
      ['w.yml, line 2: users[0].id: a user id starts with U, then capitals and digits'],
    ],
    [
      'a command without a slash',
      'slashCommands:\n  - /a\n  - { name: b }\n',
      ['w.yml, line 3: slashCommands[1]: a command is /name, or { command: /name, description, usageHint }'],
    ],
    [
      'somebody twice',
      'users:\n  - {id: U0A, name: a}\n  - {id: U0A, name: b}\n',
      ['w.yml, line 3: users[1].id: U0A is there twice'],
    ],
    [
      'members who are nobody',
      'users: [{ id: U0A, name: a }]\ngroups:\n  - id: S0A\n    handle: a\n    members: [U0A, U0B]\n',
      ['w.yml, line 5: groups[0].members[1]: there is no user U0B'],
    ],
    [
      'no YAML',
      'users: [1\nb: 2',
      ['w.yml, line 2: Flow sequence in block collection must be sufficiently indented and end with a ]'],
    ],
    ['a list', '- a\n', ['w.yml, line 1: Invalid input: expected object, received array']],
  ])('is refused for %s, by line and key', (_, yaml, faults) => {
    expect(() => parseWorkspace(yaml, 'w.yml')).toThrow(new Error(faults.join('\n')));
  });

  it('that is not there is said to be so', async () => {
    await expect(loadWorkspace('none.yml')).rejects.toThrow("none.yml can't be read. Is it there?");
  });
});
