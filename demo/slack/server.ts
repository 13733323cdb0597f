import { createServer } from 'node:http';
import { WebSocketServer } from 'ws';
import type { SlackClock } from './clock.ts';
import { createControl } from './control.ts';
import { createDefaultWorkspace } from './default-workspace.ts';
import { createDeliveries } from './events/deliver.ts';
import { createHttpWire } from './events/http-delivery.ts';
import { createSocketWire, type SocketWire } from './events/socket-mode.ts';
import type { Faults } from './faults.ts';
import { type History, putHistory, takeHistory } from './history.ts';
import { createApiEndpoint } from './http/api.ts';
import { createMounts, type Mounts } from './http/mounts.ts';
import { createRouter } from './http/router.ts';
import { createSite } from './http/site.ts';
import type { Panel } from './panels.ts';
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

export type { History } from './history.ts';
export type { MountHandler } from './http/mounts.ts';
export type { Panel } from './panels.ts';
export type { Person } from './person.ts';
export type { WireEntry } from './wire-log.ts';

export interface SlackOptions {
  /** A free one if left out. */
  readonly port?: number;
  readonly workspace?: Workspace;
  /** Where the app takes requests; left out: Socket Mode. Can be set later by `deliverOverHttp`. */
  readonly appUrl?: string;
  /** A folder of static files that is served at `/`: the built page. */
  readonly site?: string;
  /** Where an earlier one ended, as its `history` gave it. */
  readonly history?: History;
  /** Pages beside the messages; more by `addPanel`. */
  readonly panels?: readonly Panel[];
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
  deliverOverHttp(appUrl: string): void;
  /** Delivers over Socket Mode from now on. */
  deliverOverSocketMode(): void;
  /** Switches Slack's one post a second and channel on or off. */
  limitPosts: RateLimits['limitPosts'];
  /** Switches the tiers' calls a minute on or off. */
  limitTiers: RateLimits['limitTiers'];
  /** Serves everything below a path under this origin, for people on this machine alone. Throws when it is taken. */
  mount: Mounts['mount'];
  /** Shows a page beside the messages, the last one last. */
  addPanel(panel: Panel): void;
  /** What was said and read, for a later Slack. */
  history(): History;
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
  if (options.history !== undefined) putHistory(state, options.history);
  const socket = createSocketWire(workspace, clock);
  const http = createHttpWire(() => appUrl ?? '', workspace, clock);
  const deliveries = createDeliveries(state, () => (appUrl === undefined ? socket : http), socket);
  const as = (userId: string): Person => createPerson(state, deliveries.send, userId);
  const waits = createWaits(state);
  const api = createApiEndpoint(
    state,
    createWebApi(state, () => `${base.replace('http', 'ws')}${socket.ticket()}`),
  );
  const panels = [...(options.panels ?? [])];
  const mounts = createMounts();
  const control = createControl({
    ...{ state, socket, as, waits, raw: createRaw(deliveries, http, socket) },
    panels: () => panels,
    delivery: () => (appUrl === undefined ? 'socket' : 'http'),
  });
  const site = options.site === undefined ? undefined : createSite(options.site);
  const handle = createRouter({ state, api, control, mounts, site });
  const server = createServer((request, response) => void handle(request, response));
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
    history: () => takeHistory(state),
    mount: mounts.mount,
    addPanel(panel) {
      panels.push(panel);
      state.changes.tell({ kind: 'panels' });
    },
    deliverOverHttp(url) {
      appUrl = url;
    },
    deliverOverSocketMode() {
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
