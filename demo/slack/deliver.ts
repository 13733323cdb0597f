import { createHmac, randomUUID } from 'node:crypto';
import type { WebSocket } from 'ws';
import type { SlackClock } from './clock.ts';
import type { Workspace } from './workspace.ts';

export type Kind = 'slash_commands' | 'interactive' | 'events_api';

/** What came of a delivery: acknowledged in time (with the payload of the ack), or what Slack would tell the person. */
export interface Delivered {
  readonly status: 'acked' | 'operation_timeout' | 'dispatch_failed';
  readonly ackMs: number;
  readonly payload: unknown;
  readonly httpStatus?: number;
}

export interface DeliverOptions {
  readonly retry?: { readonly attempt: number; readonly reason: string };
  /** Seconds added to the timestamp that is signed. */
  readonly skewSeconds?: number;
  readonly wrongSignature?: boolean;
}

/** One way from Slack to the app. */
export interface Wire {
  send(kind: Kind, body: Readonly<Record<string, unknown>>, options?: DeliverOptions): Promise<Delivered>;
}

const ackLimitMs = 3_000;

/** Signed HTTP: commands as form fields, interactions as a form field `payload`, events as JSON. */
export function createHttpWire(appUrl: () => string, workspace: Workspace, clock: SlackClock): Wire {
  return {
    async send(kind, body, options = {}) {
      const json = kind === 'events_api';
      const raw = json
        ? JSON.stringify(body)
        : new URLSearchParams(
            kind === 'interactive'
              ? { payload: JSON.stringify(body) }
              : Object.entries(body).map(([key, value]): [string, string] => [key, String(value)]),
          ).toString();
      const timestamp = Math.floor(clock.now() / 1000) + (options.skewSeconds ?? 0);
      const secret = options.wrongSignature === true ? 'another secret' : workspace.tokens.signingSecret;
      const signature = `v0=${createHmac('sha256', secret).update(`v0:${timestamp}:${raw}`).digest('hex')}`;
      const began = performance.now();
      try {
        const answer = await fetch(appUrl(), {
          ...{ method: 'POST', body: raw, signal: AbortSignal.timeout(ackLimitMs) },
          headers: {
            'content-type': json ? 'application/json' : 'application/x-www-form-urlencoded',
            'x-slack-request-timestamp': String(timestamp),
            'x-slack-signature': signature,
            ...(options.retry === undefined
              ? {}
              : {
                  'x-slack-retry-num': String(options.retry.attempt),
                  'x-slack-retry-reason': options.retry.reason,
                }),
          },
        });
        const text = await answer.text();
        const ackMs = performance.now() - began;
        const status = answer.ok ? 'acked' : 'dispatch_failed';
        return { status, ackMs, payload: parse(text), httpStatus: answer.status };
      } catch (error) {
        const ackMs = performance.now() - began;
        const late = error instanceof Error && error.name === 'TimeoutError';
        return { status: late ? 'operation_timeout' : 'dispatch_failed', ackMs, payload: undefined };
      }
    },
  };
}

export interface SocketWire extends Wire {
  readonly sockets: () => number;
  connect(socket: WebSocket): void;
  /** Says goodbye as Slack does (`warning`, `refresh_requested`), or just drops. */
  disconnect(reason: 'warning' | 'refresh_requested' | 'drop'): void;
  /** Refuses new sockets until told otherwise. */
  refuse(on: boolean): void;
}

const mostSockets = 10;

/** Socket Mode: each envelope to one socket, in turn; acks come back with the envelope's id. */
export function createSocketWire(): SocketWire {
  const sockets: WebSocket[] = [];
  const waiting = new Map<string, (payload: unknown) => void>();
  let turn = 0;
  let refusing = false;
  return {
    sockets: () => sockets.length,
    refuse: (on) => {
      refusing = on;
    },
    connect(socket) {
      if (refusing || sockets.length >= mostSockets) {
        socket.close(1008, 'too_many_websockets');
        return;
      }
      sockets.push(socket);
      socket.on('close', () => void sockets.splice(sockets.indexOf(socket), 1));
      socket.on('message', (data) => {
        const answer: unknown = parse(String(data));
        if (typeof answer !== 'object' || answer === null || !('envelope_id' in answer)) return;
        waiting.get(String(answer.envelope_id))?.('payload' in answer ? answer.payload : undefined);
      });
      socket.send(
        JSON.stringify({
          type: 'hello',
          num_connections: sockets.length,
          connection_info: { app_id: 'A0QK' },
        }),
      );
    },
    disconnect(reason) {
      for (const socket of [...sockets]) {
        if (reason === 'drop') socket.terminate();
        else {
          socket.send(JSON.stringify({ type: 'disconnect', reason }));
          socket.close();
        }
      }
    },
    send(kind, body, options = {}) {
      const socket = sockets[turn++ % Math.max(1, sockets.length)];
      if (socket === undefined)
        return Promise.resolve({ status: 'dispatch_failed', ackMs: 0, payload: undefined });
      const envelopeId = randomUUID();
      const began = performance.now();
      return new Promise((resolve) => {
        const timer = setTimeout(() => finish('operation_timeout', undefined), ackLimitMs);
        const finish = (status: Delivered['status'], payload: unknown): void => {
          clearTimeout(timer);
          waiting.delete(envelopeId);
          resolve({ status, ackMs: performance.now() - began, payload });
        };
        waiting.set(envelopeId, (payload) => finish('acked', payload));
        socket.send(
          JSON.stringify({
            ...{
              envelope_id: envelopeId,
              type: kind,
              payload: body,
              accepts_response_payload: kind !== 'events_api',
            },
            ...(options.retry === undefined
              ? {}
              : { retry_attempt: options.retry.attempt, retry_reason: options.retry.reason }),
          }),
        );
      });
    },
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
