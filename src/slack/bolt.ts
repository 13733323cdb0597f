import { App, HTTPReceiver, type Logger, LogLevel, SocketModeReceiver } from '@slack/bolt';
import type { Log } from '../core/log.ts';
import type { Secret } from '../core/secret.ts';

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

/** Bolt over signed HTTP or Socket Mode, with the facts of Bolt 5 taken care of. */
export function createBolt(parts: BoltParts): BoltApp {
  const { wire, log } = parts;
  const logger = boltLogger(log);
  const clientOptions = { slackApiUrl: parts.apiUrl };
  let connection: Connection = { connected: false, since: Date.now(), detail: 'not started' };
  const note = (connected: boolean, detail: string): void => {
    if (connected !== connection.connected) connection = { connected, since: Date.now(), detail };
    else connection = { ...connection, detail };
  };
  const receiver =
    wire.kind === 'http'
      ? new HTTPReceiver({
          ...{
            signingSecret: wire.signingSecret.reveal(),
            port: wire.port,
            endpoints: ['/slack/events'],
            logger,
          },
          customPropertiesExtractor: (request) => ({ sentAt: request.headers['x-slack-request-timestamp'] }),
          // A listener that never acks is a bug; the person hears it from Slack.
          unhandledRequestHandler: ({ response }) => response.writeHead(404).end(),
        })
      : new SocketModeReceiver({
          ...{ appToken: wire.appToken.reveal(), logger, installerOptions: { clientOptions } },
        });
  if (receiver instanceof SocketModeReceiver) {
    receiver.client.on('connected', () => note(true, 'socket connected'));
    for (const state of ['disconnected', 'reconnecting', 'connecting'] as const) {
      receiver.client.on(state, () => note(false, `socket ${state}`));
    }
  }
  const app = new App({
    ...{ receiver, token: parts.botToken.reveal(), tokenVerificationEnabled: false, logger, clientOptions },
    ...parts.identity,
    ignoreSelf: true,
  });
  app.error(async (error) => {
    log.error({ err: error }, 'a listener of Slack failed');
  });
  // No I/O here: this runs before the ack. A request from the future can only be one that somebody stored.
  app.use(async ({ context, next }) => {
    const sentAt = Number(context['sentAt']);
    if (Number.isFinite(sentAt) && sentAt > Date.now() / 1000 + futureSkewSeconds) {
      log.warn({}, 'a signed request from the future was refused');
      return;
    }
    const began = performance.now();
    await next();
    const took = performance.now() - began;
    if (took > ackWarnMs) log.warn({ milliseconds: Math.round(took) }, 'an acknowledgement was slow');
  });
  return {
    app,
    async start() {
      if (wire.kind === 'http') {
        await app.start(wire.port);
        note(true, `listening on ${wire.port}`);
      } else await app.start();
    },
    async stop() {
      note(false, 'stopping');
      const late = new Promise<void>((resolve) => setTimeout(resolve, stopLimitMs).unref());
      await Promise.race([app.stop().then(() => undefined), late]);
    },
    connection: () => connection,
  };
}

/** Bolt's own words go into our log, at our levels; debug is left out, since it prints bodies. */
function boltLogger(log: Log): Logger {
  const text = (words: readonly unknown[]): string =>
    words.map((word) => (word instanceof Error ? word.message : String(word))).join(' ');
  return {
    debug: () => undefined,
    info: (...words) => log.debug({ from: 'bolt' }, text(words)),
    warn: (...words) => log.warn({ from: 'bolt' }, text(words)),
    error: (...words) => log.error({ from: 'bolt' }, text(words)),
    setLevel: () => undefined,
    getLevel: () => LogLevel.INFO,
    setName: () => undefined,
  };
}
