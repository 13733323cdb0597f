import { randomBytes, randomUUID } from 'node:crypto';
import type { WebSocket } from 'ws';
import type { SlackClock } from '../clock.ts';
import { isJson, type Json, parseJson } from '../json.ts';
import type { Workspace } from '../workspace.ts';
import { ackLimitMs, type Delivered, type DeliverOptions, graceMs, type Wire } from './delivered.ts';

export interface SocketWire extends Wire {
  readonly sockets: () => number;
  /** The path of a new socket, good for one connection: what apps.connections.open gives. */
  ticket(): string;
  /** Whether a path is an unused ticket; it is used up by asking. */
  admits(path: string): boolean;
  connect(socket: WebSocket): void;
  /** Says goodbye as Slack does (`warning`, `refresh_requested`), or just drops. */
  disconnect(reason: 'warning' | 'refresh_requested' | 'link_disabled' | 'drop'): void;
  /** Refuses new sockets until told otherwise. */
  refuse(on: boolean): void;
  /** Sends an envelope, or anything else, as it is, to one socket; for attacks. False without a socket. */
  sendRaw(envelope: unknown): boolean;
  /** Closes the socket that got the last envelope, without a word. */
  dropLast(): void;
  /** Stops pinging. */
  stop(): void;
}

const mostSockets = 10;
/** A client that was pinged once wants the next ping within 30 s, so it has to be regular. */
const pingEveryMs = 5_000;

/** Socket Mode: https://docs.slack.dev/apis/events-api/using-socket-mode. Each envelope goes to one socket, in turn. */
export function createSocketWire(workspace: Workspace, clock: SlackClock): SocketWire {
  const sockets: WebSocket[] = [];
  const tickets = new Set<string>();
  const waiting = new Map<string, (payload: unknown) => void>();
  let turn = 0;
  let refusing = false;
  let last: WebSocket | undefined;
  const pings = setInterval(() => {
    for (const socket of sockets) socket.ping();
  }, pingEveryMs);
  pings.unref();

  const nextSocket = (): WebSocket | undefined => {
    last = sockets[turn % Math.max(1, sockets.length)];
    turn += 1;
    return last;
  };
  const hear = (data: string): void => {
    const answer = parseJson(data);
    if (isJson(answer)) waiting.get(String(answer['envelope_id']))?.(answer['payload']);
  };
  const close = (socket: WebSocket, reason: string): void => {
    socket.send(JSON.stringify({ type: 'disconnect', reason, debug_info: { host: 'simulated' } }));
    socket.close();
  };

  return {
    via: 'socket',
    sockets: () => sockets.length,
    ticket() {
      const path = `/socket?ticket=${randomBytes(12).toString('hex')}&app_id=${workspace.appId}`;
      tickets.add(path);
      return path;
    },
    admits: (path) => tickets.delete(path),
    refuse: (on) => {
      refusing = on;
    },
    connect(socket) {
      socket.on('error', () => socket.terminate());
      if (refusing || sockets.length >= mostSockets) {
        close(socket, 'too_many_websockets');
        return;
      }
      sockets.push(socket);
      socket.on('close', () => void sockets.splice(sockets.indexOf(socket), 1));
      socket.on('message', (data) => hear(String(data)));
      socket.send(
        JSON.stringify({
          type: 'hello',
          num_connections: sockets.length,
          debug_info: { host: 'simulated', approximate_connection_time: 18_060 },
          connection_info: { app_id: workspace.appId },
        }),
      );
    },
    disconnect(reason) {
      for (const socket of [...sockets]) {
        if (reason === 'drop') socket.terminate();
        else close(socket, reason);
      }
    },
    dropLast: () => last?.terminate(),
    stop: () => clearInterval(pings),
    sendRaw(envelope) {
      const socket = nextSocket();
      socket?.send(typeof envelope === 'string' ? envelope : JSON.stringify(envelope));
      return socket !== undefined;
    },
    send(kind, body, options = {}) {
      const socket = nextSocket();
      if (socket === undefined) return Promise.resolve(noSocket);
      const id = randomUUID();
      const began = performance.now();
      return new Promise((resolve) => {
        const finish = (status: Delivered['status'], payload: unknown): void => {
          stop();
          socket.off('close', lost);
          waiting.delete(id);
          resolve({ status, ackMs: performance.now() - began, payload });
        };
        const lost = (): void => finish('dispatch_failed', undefined);
        const stop = clock.after(ackLimitMs, () =>
          setTimeout(() => {
            if (waiting.has(id)) finish('operation_timeout', undefined);
          }, graceMs),
        );
        waiting.set(id, (payload) => finish('acked', payload));
        socket.on('close', lost);
        socket.send(JSON.stringify(envelopeOf(id, kind, body, options)));
      });
    },
  };
}

const noSocket: Delivered = {
  status: 'dispatch_failed',
  ackMs: 0,
  payload: undefined,
  reason: 'connection_failed',
};

function envelopeOf(id: string, kind: string, body: Json, { retry }: DeliverOptions): Json {
  return {
    envelope_id: id,
    type: kind,
    payload: body,
    accepts_response_payload: kind !== 'events_api',
    ...(kind === 'events_api' || retry !== undefined
      ? { retry_attempt: retry?.attempt ?? 0, retry_reason: retry?.reason ?? '' }
      : {}),
  };
}
