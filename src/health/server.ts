import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What the server reports; the same shape as the bot's readiness. */
export interface HealthReport {
  readonly ready: boolean;
  readonly checks: readonly { readonly name: string; readonly ok: boolean; readonly detail: string }[];
}

export interface HealthServerParts {
  /** Asked at each request; must return at once. */
  readonly readiness: () => HealthReport;
  readonly version: string;
  readonly instance: string;
}

export interface HealthServer {
  /** Resolves with the address in use; port 0 takes a free one. Rejects when the port is taken. */
  listen(port: number, host: string | undefined): Promise<{ readonly host: string; readonly port: number }>;
  /** Ends at once, open connections included. */
  close(): Promise<void>;
}

/** Later than this the event loop was busy with something that should not be there. */
const stuckAfterMs = 5_000;
const beatMs = 500;

/**
 * `/healthz` (this process works: restart it when not) and `/readyz` (it takes commands: send it none when not), as JSON.
 * On a port of its own, since Bolt's receivers sign or close theirs. It holds no secrets and takes no input.
 */
export function createHealthServer({ readiness, version, instance }: HealthServerParts): HealthServer {
  const pulse = createPulse();
  const answers: Readonly<Record<string, () => Answer>> = {
    '/healthz': () => {
      const lagMs = pulse.worstLagMs();
      const ok = lagMs < stuckAfterMs;
      return { status: ok ? 200 : 503, body: { ok, version, instance, eventLoopLagMs: lagMs } };
    },
    '/readyz': () => {
      const { ready, checks } = readiness();
      return { status: ready ? 200 : 503, body: { ready, version, instance, checks } };
    },
    '/metrics': () => ({ status: 404, body: { error: 'metrics are not in this version yet' } }),
  };
  const server = createServer((request, response) => answer(request, response, answers));
  server.maxConnections = 64;
  server.requestTimeout = 5_000;
  server.headersTimeout = 5_000;
  server.keepAliveTimeout = 5_000;
  return {
    listen: (port, host) =>
      new Promise((resolve, reject) => {
        server.once('error', reject);
        server.listen({ port, ...(host === undefined ? {} : { host }) }, () => {
          server.off('error', reject);
          pulse.start();
          // A TCP server's address is an object; only pipes have a name.
          const bound = server.address() as AddressInfo;
          resolve({ host: bound.address, port: bound.port });
        });
      }),
    close: () =>
      new Promise((resolve) => {
        pulse.stop();
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

interface Answer {
  readonly status: number;
  readonly body: object;
}

function answer(
  request: IncomingMessage,
  response: ServerResponse,
  answers: Readonly<Record<string, () => Answer>>,
): void {
  request.resume();
  const path = (request.url ?? '').split('?')[0] ?? '';
  const known = Object.hasOwn(answers, path) ? answers[path] : undefined;
  const reads = request.method === 'GET' || request.method === 'HEAD';
  const { status, body } =
    known === undefined
      ? { status: 404, body: { error: 'there are /healthz and /readyz' } }
      : reads
        ? known()
        : { status: 405, body: { error: 'only GET and HEAD' } };
  const text = `${JSON.stringify(body)}\n`;
  response.writeHead(status, {
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(text),
    'cache-control': 'no-store',
    ...(status === 405 ? { allow: 'GET, HEAD' } : {}),
  });
  response.end(request.method === 'HEAD' ? undefined : text);
}

/** How late a timer came, at worst, in the last ten seconds: what an event loop that is held up can't hide. */
function createPulse(): { start(): void; stop(): void; worstLagMs(): number } {
  let lags: number[] = [];
  let due = 0;
  let timer: NodeJS.Timeout | undefined;
  const beat = (): void => {
    lags = [...lags, Math.max(0, performance.now() - due)].slice(-20);
    due = performance.now() + beatMs;
  };
  return {
    start() {
      due = performance.now() + beatMs;
      timer = setInterval(beat, beatMs).unref();
    },
    stop: () => clearInterval(timer),
    worstLagMs: () => Math.round(Math.max(0, performance.now() - due, ...lags)),
  };
}
