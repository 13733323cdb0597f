import { describe, expect, it } from 'vitest';
import { pathText } from '../../src/config/fault.ts';
import { readProcessSettings } from '../../src/config/process-settings.ts';

const files: Record<string, string> = { '/run/secrets/bot': 'xoxb-from-file\n', '/run/secrets/empty': '\n' };
const readFile = (path: string): string => {
  const content = files[path];
  if (content === undefined) throw new Error('ENOENT');
  return content;
};
const read = (env: Record<string, string>) => readProcessSettings(env, readFile);
const settingsOf = (env: Record<string, string>) => {
  const result = read(env);
  if (!result.ok) throw new Error(JSON.stringify(result.faults));
  return result.settings;
};
const http = { SLACK_BOT_TOKEN: 'xoxb-pr1vate', SLACK_SIGNING_SECRET: 'pr1vate' };
const socket = { SLACK_BOT_TOKEN: 'xoxb-pr1vate', SLACK_APP_TOKEN: 'xapp-pr1vate' };

describe('the settings of the environment', () => {
  it('mean HTTP on port 3000 with a signing secret, and Slack itself', () => {
    const { slack, ops, logLevel } = settingsOf(http);
    expect(slack).toMatchObject({ kind: 'http', port: 3000, apiUrl: 'https://slack.com/api/' });
    expect(ops).toEqual({ port: 9464, host: undefined });
    expect(logLevel).toBe('info');
  });

  it('mean Socket Mode with an app token, and then need no signing secret', () => {
    expect(settingsOf(socket).slack.kind).toBe('socket');
  });

  it('take the ports, a simulator and the level of the log', () => {
    const { slack, ops, logLevel } = settingsOf({
      ...{ ...http, PORT: '8080', OPS_PORT: '0', OPS_HOST: '127.0.0.1' },
      ...{ SLACK_API_URL: 'http://127.0.0.1:4000/api', LOG_LEVEL: 'Debug' },
    });
    expect(slack).toMatchObject({ port: 8080, apiUrl: 'http://127.0.0.1:4000/api/' });
    expect(ops).toEqual({ port: 0, host: '127.0.0.1' });
    expect(logLevel).toBe('debug');
  });

  it('take a secret from the file that its _FILE variable names', () => {
    const { slack } = settingsOf({ ...http, SLACK_BOT_TOKEN: '', SLACK_BOT_TOKEN_FILE: '/run/secrets/bot' });
    expect(slack.botToken.reveal()).toBe('xoxb-from-file');
  });

  it.each<[string, Record<string, string>, readonly (readonly [string, string, string])[]]>([
    [
      'nothing',
      {},
      [
        ['SLACK_BOT_TOKEN', 'variable-set', 'missing'],
        ['SLACK_SIGNING_SECRET', 'variable-set', 'missing'],
      ],
    ],
    [
      'both forms',
      { ...http, SLACK_BOT_TOKEN_FILE: '/run/secrets/bot' },
      [['SLACK_BOT_TOKEN', 'inline-or-file', 'both']],
    ],
    [
      'a file that is not there',
      { ...http, SLACK_SIGNING_SECRET: '', SLACK_SIGNING_SECRET_FILE: '/no' },
      [['SLACK_SIGNING_SECRET', 'secret', 'hidden']],
    ],
    [
      'an empty file',
      { SLACK_BOT_TOKEN: 'xoxb-a', SLACK_APP_TOKEN_FILE: '/run/secrets/empty' },
      [['SLACK_APP_TOKEN', 'secret', 'hidden']],
    ],
    [
      'a token with a newline',
      { ...socket, SLACK_APP_TOKEN: 'xapp-pr1vate\n' },
      [['SLACK_APP_TOKEN', 'secret', 'hidden']],
    ],
    [
      'ports that are none',
      { ...http, PORT: 'http', OPS_PORT: '70000' },
      [
        ['PORT', 'port', 'value'],
        ['OPS_PORT', 'port', 'value'],
      ],
    ],
    ['one port for two', { ...http, PORT: '9464' }, [['OPS_PORT', 'distinct-ports', 'value']]],
    [
      'an address without /api/',
      { ...http, SLACK_API_URL: 'https://u:pr1vate@slack.test/' },
      [['SLACK_API_URL', 'api-url', 'hidden']],
    ],
    ['an unknown level', { ...http, LOG_LEVEL: 'inf' }, [['LOG_LEVEL', 'log-level', 'value']]],
  ])('refuse %s, and show no secret', (_name, env, expected) => {
    const result = read(env);
    const faults = result.ok ? [] : result.faults;
    expect(faults.map(({ path, expected: wanted, came }) => [pathText(path), wanted, came.kind])).toEqual(
      expected,
    );
    expect(JSON.stringify(faults)).not.toContain('pr1vate');
  });
});
