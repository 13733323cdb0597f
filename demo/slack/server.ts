import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { WebSocketServer } from 'ws';
import type { SlackClock } from './clock.ts';
import { createControl } from './control.ts';
import { createDefaultWorkspace } from './default-workspace.ts';
import { createDeliveries } from './events/deliver.ts';
import { createHttpWire } from './events/http-delivery.ts';
import { createSocketWire, type SocketWire } from './events/socket-mode.ts';
import type { Faults } from './faults.ts';
import { createApiEndpoint } from './http/api.ts';
import { BodyTooLarge } from './http/body.ts';
import { giveFile, takeUpload } from './http/uploads.ts';
import { createPerson, type Person } from './person.ts';
import type { RateLimits } from './rate-limits.ts';
import { createRaw, type Raw } from './raw.ts';
import { createState } from './state.ts';
import type { Timeline } from './timeline.ts';
import type { Views } from './views.ts';
import { createWaits, type Waits } from './waits.ts';
import { createWebApi } from './web-api.ts';
import type { WireEntry } from './wire-log.ts';
import type { Workspace } from './workspace.ts';

export type { WireEntry } from './wire-log.ts';

export interface SlackOptions {
  /** A free one if left out. */
  readonly port?: number;
  readonly workspace?: Workspace;
  /** Where the app takes requests; left out: Socket Mode. Can be set later by `useHttp`. */
  readonly appUrl?: string;
}

/** A Slack to test against: wire protocol, refusals, people. */
export interface SimulatedSlack extends Waits {
  /** For the app's `slackApiUrl`; ends in `/api/`. */
  readonly apiUrl: string;
  readonly port: number;
  /** May be changed while it runs: who is in a group, whether the bot is in a channel. */
  readonly workspace: Workspace;
  readonly timeline: Timeline;
  readonly views: Views;
  readonly clock: SlackClock;
  readonly faults: Faults;
  readonly socket: SocketWire;
  readonly raw: Raw;
  readonly wireLog: readonly WireEntry[];
  /** Delivers over signed HTTP from now on. */
  useHttp(appUrl: string): void;
  /** Delivers over Socket Mode from now on. */
  useSocketMode(): void;
  /** Switches Slack's one post a second and channel on or off. */
  limitPosts: RateLimits['limitPosts'];
  /** Switches the tiers' calls a minute on or off. */
  limitTiers: RateLimits['limitTiers'];
  /** A person's hands and eyes. Throws for somebody who is not in the workspace. */
  as(userId: string): Person;
  close(): Promise<void>;
}

/** Listens on the loopback interface. Rejects when the port is taken. */
export async function createSlack(options: SlackOptions = {}): Promise<SimulatedSlack> {
  let base = '';
  let appUrl = options.appUrl;
  const state = createState(options.workspace ?? createDefaultWorkspace(), () => base);
  const { workspace, clock, timeline, views, faults, rateLimits } = state;
  const socket = createSocketWire(workspace, clock);
  const http = createHttpWire(() => appUrl ?? '', workspace, clock);
  const deliveries = createDeliveries(state, () => (appUrl === undefined ? socket : http), socket);
  const as = (userId: string): Person => createPerson(state, deliveries.send, userId);
  const waits = createWaits(state);
  const api = createApiEndpoint(
    state,
    createWebApi(state, () => `${base.replace('http', 'ws')}${socket.ticket()}`),
  );
  const control = createControl({ state, socket, as, waits, raw: createRaw(deliveries, http, socket) });

  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const url = new URL(request.url ?? '/', 'http://slack');
    const [, first = '', ...others] = url.pathname.split('/');
    const rest = others.join('/');
    if (first === 'api') return api.call(rest, request, response, url.searchParams);
    if (first === 'response') return api.respond(rest, request, response);
    if (first === 'upload') return takeUpload(state, rest, request, response);
    if (first === 'files') return giveFile(state, rest, response);
    if (first === 'control') return control(rest, url, request, response);
    response.writeHead(404).end();
  };
  const server = createServer((request, response) => {
    handle(request, response).catch((error: unknown) => {
      if (!response.headersSent) response.writeHead(error instanceof BodyTooLarge ? 413 : 500);
      response.end(String(error));
    });
  });
  const sockets = new WebSocketServer({ noServer: true });
  server.on('upgrade', (request, stream, head) => {
    if (!socket.admits(request.url ?? '')) {
      stream.end('HTTP/1.1 403 Forbidden\r\nconnection: close\r\n\r\n');
      return;
    }
    sockets.handleUpgrade(request, stream, head, socket.connect);
  });
  server.keepAliveTimeout = 60_000;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, '127.0.0.1', resolve);
  });
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  base = `http://127.0.0.1:${port}`;

  return {
    ...waits,
    apiUrl: `${base}/api/`,
    port,
    workspace,
    timeline,
    views,
    clock,
    faults,
    socket,
    as,
    raw: createRaw(deliveries, http, socket),
    wireLog: state.wireLog.entries,
    limitPosts: rateLimits.limitPosts,
    limitTiers: rateLimits.limitTiers,
    useHttp(url) {
      appUrl = url;
    },
    useSocketMode() {
      appUrl = undefined;
    },
    close: () =>
      new Promise((resolve) => {
        clock.stop();
        socket.stop();
        for (const client of sockets.clients) client.terminate();
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
