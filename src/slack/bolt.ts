import type { IncomingMessage, ServerResponse } from 'node:http';
import { App, HTTPReceiver, type Logger, SocketModeReceiver } from '@slack/bolt';
import type { Log } from '../core/log.ts';
import type { Secret } from '../core/secret.ts';
import { within } from '../core/within.ts';
import { createSlackLogger } from './logger.ts';

export type Wire =
  | { readonly kind: 'socket'; readonly appToken: Secret }
  | { readonly kind: 'http'; readonly signingSecret: Secret; readonly port: number };

export interface BoltParts {
  readonly wire: Wire;
  readonly botToken: Secret;
  readonly apiUrl: string;
  /** From auth.test: without them Bolt would ask again before every listener. */
  readonly identity: { readonly botId: string; readonly botUserId: string };
  readonly log: Log;
}

export interface BoltApp {
  readonly app: App;
  start(): Promise<void>;
  /** Takes nothing new. What was taken goes on. */
  stop(): Promise<void>;
  readonly connection: () => Connection;
}

/** How the wire stands: `since` in milliseconds of Unix time. */
export interface Connection {
  readonly connected: boolean;
  readonly since: number;
  readonly detail: string;
}

const ackWarnMs = 1_000;
const futureSkewSeconds = 300;
const stopLimitMs = 3_000;
/** Of the client's own, the call has no time limit and the last of its hundred tries comes after weeks. */
const askForSocket = { timeout: 10_000, retryConfig: { retries: 100, factor: 1.3, maxTimeout: 10_000 } };

/** Bolt over signed HTTP or Socket Mode, with the facts of Bolt 5 taken care of. */
export function createBolt(parts: BoltParts): BoltApp {
  const { wire, log } = parts;
  const logger = createSlackLogger(log, 'bolt');
  const clientOptions = { slackApiUrl: parts.apiUrl, logger };
  let connection: Connection = { connected: false, since: Date.now(), detail: 'not started' };
  const note = (connected: boolean, detail: string): void => {
    if (connected !== connection.connected) connection = { connected, since: Date.now(), detail };
    else connection = { ...connection, detail };
  };
  const receiver =
    wire.kind === 'http'
      ? httpReceiver({ wire, logger, log })
      : new SocketModeReceiver({
          ...{ appToken: wire.appToken.reveal(), logger },
          installerOptions: { clientOptions: { ...clientOptions, ...askForSocket } },
        });
  if (receiver instanceof SocketModeReceiver) follow(receiver, note);
  const app = new App({
    ...{ receiver, token: parts.botToken.reveal(), tokenVerificationEnabled: false, logger, clientOptions },
    ...parts.identity,
    // Nothing of ours asks for conversations; the one in memory costs each command a read and a write.
    ...{ ignoreSelf: true, convoStore: false },
  });
  app.error(async (error) => {
    log.error({ err: error.original ?? error }, 'a listener of Slack failed');
  });
  // No I/O here: this runs before the ack.
  app.use(async ({ next }) => {
    const began = performance.now();
    await next();
    const took = performance.now() - began;
    if (took > ackWarnMs) log.warn({ milliseconds: Math.round(took) }, 'an acknowledgement was slow');
  });
  let started = false;
  return {
    app,
    async start() {
      started = true;
      if (wire.kind === 'http') {
        const address = (await app.start(wire.port)).address();
        // Port 0 took any free one.
        const port = typeof address === 'object' && address !== null ? address.port : wire.port;
        log.info({ port }, 'receiver listens');
        note(true, `listening on ${port}`);
      } else await app.start();
    },
    async stop() {
      note(false, 'stopping');
      if (!started) return;
      started = false;
      await within(
        app.stop().then(
          () => undefined,
          (error: unknown) => log.warn({ err: error }, 'the receiver was not stopped'),
        ),
        stopLimitMs,
        undefined,
      );
    },
    connection: () => connection,
  };
}

interface HttpParts {
  readonly wire: Extract<Wire, { kind: 'http' }>;
  readonly logger: Logger;
  readonly log: Log;
}

function httpReceiver({ wire, logger, log }: HttpParts): HTTPReceiver {
  const receiver = new HTTPReceiver({
    ...{ signingSecret: wire.signingSecret.reveal(), port: wire.port, logger },
    endpoints: ['/slack/events'],
    // A listener that never acks is a bug; the person hears it from Slack.
    unhandledRequestHandler: ({ response }) => response.writeHead(404).end(),
  });
  const { requestListener } = receiver;
  // Bolt refuses what is old but takes what is signed for the future, which only somebody who stores requests would send.
  receiver.requestListener = (request: IncomingMessage, response: ServerResponse) => {
    const sentAt = Number(request.headers['x-slack-request-timestamp']);
    if (sentAt <= Date.now() / 1000 + futureSkewSeconds || Number.isNaN(sentAt)) {
      requestListener(request, response);
      return;
    }
    log.warn({}, 'a request from the future was refused');
    request.resume();
    response.writeHead(401).end();
  };
  return receiver;
}

/** The client says `close` when a socket is gone, and `reconnecting` only seconds later when it begins with a new one. */
function follow({ client }: SocketModeReceiver, note: (connected: boolean, detail: string) => void): void {
  client.on('connected', () => note(true, 'socket connected'));
  client.on('close', () => {
    if (client.websocket?.isActive() !== true) note(false, 'socket closed');
  });
  for (const state of ['disconnected', 'reconnecting', 'connecting'] as const) {
    client.on(state, () => note(false, `socket ${state}`));
  }
}
