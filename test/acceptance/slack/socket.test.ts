import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openStage, plainReply, type Stage } from './stage.ts';

describe('the socket', () => {
  let stage: Stage;
  beforeEach(async () => {
    stage = await openStage('socket');
    stage.handle = ({ surface, text }) => surface.answer(plainReply(`heard ${text}`), 'en');
  });
  afterEach(() => stage.close());
  const isConnected = () => stage.bot.connection().connected;

  it.each(['warning', 'refresh_requested', 'drop'] as const)('comes back after: %s', async (reason) => {
    expect(stage.bot.connection()).toMatchObject({ connected: true, detail: 'socket connected' });
    stage.slack.socket.disconnect(reason);
    await expect.poll(isConnected).toBe(false);
    const gone = stage.bot.connection().since;
    expect((await stage.slack.as('U0ANNA').command('C0OPS', 'lost')).status).not.toBe('acked');
    await expect.poll(isConnected).toBe(true);
    expect(stage.bot.connection().since).toBeGreaterThan(gone);
    expect((await stage.slack.as('U0ANNA').command('C0OPS', 'again')).status).toBe('acked');
    await stage.slack.waitFor('the answer', ({ text }) => text === 'heard again');
    await expect.poll(() => stage.slack.socket.sockets()).toBe(1);
  });

  it('comes back when Slack gives no address for a while', async () => {
    stage.slack.faults.set('apps.connections.open', { kind: 'error', status: 500 }, 2);
    stage.slack.socket.disconnect('drop');
    await expect.poll(isConnected).toBe(false);
    await expect.poll(isConnected).toBe(true);
  });

  it('is closed at the end', async () => {
    await stage.bot.stop(0);
    expect(stage.bot.connection()).toMatchObject({ connected: false });
    await expect.poll(() => stage.slack.socket.sockets()).toBe(0);
  });
});
