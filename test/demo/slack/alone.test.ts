import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { startAlone, WrongStart } from '../../../demo/slack/alone.ts';
import { post } from './stage.ts';

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

const start = (...words: readonly string[]): ReturnType<typeof startAlone> =>
  startAlone(['--no-page', ...words], () => undefined, 'demo');

describe('the simulated Slack alone', () => {
  it.each([
    [['--app-url', 'http://127.0.0.1:1/slack/events'], 'SLACK_SIGNING_SECRET=simulated-signing-secret'],
    [['--socket'], 'SLACK_APP_TOKEN=xapp-simulated'],
    [[], 'SLACK_APP_TOKEN=xapp-simulated'],
  ])('says how to start the app, and answers: %j', async (words, variable) => {
    const { slack, told } = await start('--port', '0', ...words);
    closing.push(slack.close);
    expect(told).toContain(`SLACK_API_URL=${slack.apiUrl}`);
    expect(told).toContain(variable);
    expect(await (await post(slack, 'api.test')).json()).toMatchObject({ ok: true });
  });

  it('has the people of its workspace file, one of whom it suggests to be', async () => {
    const { slack, told } = await start('--port', '0', '--workspace', 'slack/workspace.example.yml');
    closing.push(slack.close);
    expect(told).toContain('{"who":"U0MAYA","channel":"C0GENERAL","text":"/help-desk help"}');
  });

  it('says that a port is taken, and which one to try', async () => {
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
    closing.push(() => new Promise((resolve) => taken.close(resolve)));
    const { port } = taken.address() as AddressInfo; // it listens on a port
    await expect(start('--port', String(port))).rejects.toThrow(
      new WrongStart(`Port ${port} is taken. Choose another one: npm run slack -- --port ${port + 1}`),
    );
  });

  it.each([
    [['--workspace', 'none.yml'], "/demo/none.yml can't be read. Is it there?"],
    [
      ['--socket', '--app-url', 'http://127.0.0.1:1/'],
      'An app is reached by --app-url or by --socket, not by both.',
    ],
    [['--app-url', 'localhost:3000'], 'localhost:3000 is no address of an app.'],
    [['--port', 'http'], 'http is no port.'],
    [['--frob'], "Unknown option '--frob'"],
  ])('says what is wrong with %j', async (words, said) => {
    await expect(start(...words)).rejects.toThrow(said);
  });
});
