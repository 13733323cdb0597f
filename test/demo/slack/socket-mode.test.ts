import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { createSlack, type SimulatedSlack } from '../../../demo/slack/server.ts';
import { startBolt } from './bolt-stage.ts';
import { clientOf, type Json } from './stage.ts';

let slack: SimulatedSlack;
const closing: (() => unknown)[] = [];

beforeEach(async () => {
  slack = await createSlack();
});
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
  await slack.close();
});

interface Line {
  readonly heard: Json[];
  readonly socket: WebSocket;
}

/** A client that says hello and acknowledges everything, unless it is `silent`. */
async function connect(silent = false): Promise<Line> {
  const { url = '' } = await clientOf(slack, slack.workspace.tokens.app).apps.connections.open({});
  const socket = new WebSocket(url);
  const heard: Json[] = [];
  closing.push(() => socket.terminate());
  socket.on('message', (data) => {
    const envelope = JSON.parse(String(data)) as Json; // the simulator writes objects
    heard.push(envelope);
    if (envelope['envelope_id'] !== undefined && !silent)
      socket.send(JSON.stringify({ envelope_id: envelope['envelope_id'], payload: {} }));
  });
  await expect.poll(() => heard.length, { interval: 5 }).toBeGreaterThan(0);
  return { heard, socket };
}

const anna = (): ReturnType<SimulatedSlack['as']> => slack.as('U0ANNA');
const envelopesOf = ({ heard }: Line): readonly Json[] =>
  heard.filter(({ envelope_id: id }) => id !== undefined);

describe('Socket Mode', () => {
  it('says hello, and opens no address twice', async () => {
    const { heard, socket } = await connect();
    expect(heard[0]).toMatchObject({ type: 'hello', connection_info: { app_id: 'A0QK' } });
    const again = new WebSocket(socket.url);
    await expect(new Promise((resolve) => again.on('error', resolve))).resolves.toMatchObject({
      message: 'Unexpected server response: 403',
    });
  });

  it('sends each payload to one socket, in envelopes that say what they are', async () => {
    const lines = [await connect(), await connect()];
    for (let turn = 0; turn < 4; turn += 1) await anna().command('C0OPS', 'status');
    expect(lines.map((line) => envelopesOf(line).length)).toEqual([2, 2]);
    expect(lines.flatMap(envelopesOf)[0]).toMatchObject({
      ...{ type: 'slash_commands', accepts_response_payload: true, payload: { text: 'status' } },
    });
    await anna().mention('C0OPS', 'hello');
    expect(lines.flatMap(envelopesOf).find(({ type }) => type === 'events_api')).toMatchObject({
      ...{ accepts_response_payload: false, retry_attempt: 0, retry_reason: '' },
    });
  });

  it('refuses an eleventh socket', async () => {
    for (let count = 0; count < 10; count += 1) await connect();
    const eleventh = await connect();
    expect(eleventh.heard[0]).toMatchObject({ type: 'disconnect', reason: 'too_many_websockets' });
    expect(slack.socket.sockets()).toBe(10);
  });

  it('sends an envelope again, with its number, when its ack is lost', async () => {
    const line = await connect();
    slack.faults.setDelivery('slash_commands', { kind: 'lose-ack' }, 1);
    expect(await anna().command('C0OPS', 'status')).toMatchObject({ status: 'operation_timeout' });
    await expect.poll(() => envelopesOf(line).map((one) => one['retry_attempt'])).toEqual([undefined, 1]);
  });

  it('has failed to deliver when the socket closes before the ack', async () => {
    await connect(true);
    slack.faults.setDelivery('slash_commands', { kind: 'drop-socket' }, 1);
    expect(await anna().command('C0OPS', 'status')).toMatchObject({ status: 'dispatch_failed' });
  });

  it('is joined again by Bolt after Slack asked for a new connection', async () => {
    const app = await startBolt(slack, 'socket', (bolt) => bolt.command('/queue', ({ ack }) => ack()));
    closing.push(() => app.stop());
    slack.socket.disconnect('refresh_requested');
    await expect
      .poll(async () => (await anna().command('C0OPS', 'status')).status, { interval: 100 })
      .toBe('acked');
  });
});
