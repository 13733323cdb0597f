import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { WebSocketServer } from 'ws';
import { createSlackClock, type SlackClock } from './clock.ts';
import { createControl } from './control.ts';
import { createHttpWire, createSocketWire, type Delivered, type Kind, type SocketWire } from './deliver.ts';
import { createFaults, type Faults } from './faults.ts';
import { createPerson, type Person } from './person.ts';
import { renderPlain } from './plain.ts';
import { createResponseUrls } from './response-urls.ts';
import { createTimeline, type Message, type Timeline } from './timeline.ts';
import { createTriggers } from './triggers.ts';
import { createViews, type Views } from './views.ts';
import { type Answer, createWebApi, RateLimited } from './web-api.ts';
import { createDefaultWorkspace, type Workspace } from './workspace.ts';

export interface SlackOptions {
  readonly port?: number;
  readonly workspace?: Workspace;
  /** Where the app takes requests; left out: Socket Mode. Can be set later by `useHttp`. */
  readonly appUrl?: string;
}

/** One line of what went over the wire. */
export interface WireEntry {
  readonly at: number;
  readonly direction: 'to-slack' | 'to-app';
  readonly what: string;
  readonly milliseconds: number;
  readonly error: string | undefined;
}

/** A Slack to test against: wire protocol, refusals, people. */
export interface SimulatedSlack {
  /** Ends in `/api/`. */
  readonly apiUrl: string;
  readonly port: number;
  readonly workspace: Workspace;
  readonly timeline: Timeline;
  readonly clock: SlackClock;
  readonly faults: Faults;
  readonly socket: SocketWire;
  readonly views: Views;
  readonly wireLog: readonly WireEntry[];
  useHttp(appUrl: string): void;
  /** Switches Slack's one post a second and channel on or off. */
  limitPosts(on: boolean): void;
  as(userId: string): Person;
  /** Resolves with the first message that satisfies the condition, now or later; says what was there when none does in time. */
  waitFor(what: string, condition: (message: Message) => boolean, timeoutMs?: number): Promise<Message>;
  close(): Promise<void>;
}

const bodyLimit = 4_000_000;
const logKept = 5_000;

export async function createSlack(options: SlackOptions = {}): Promise<SimulatedSlack> {
  const workspace = options.workspace ?? createDefaultWorkspace();
  const clock = createSlackClock();
  const timeline = createTimeline(clock);
  const faults = createFaults();
  const socket = createSocketWire();
  const triggers = createTriggers(clock);
  const views = createViews(triggers);
  const wireLog: WireEntry[] = [];
  let appUrl = options.appUrl;
  let limited = false;
  let base = '';
  const log = (entry: WireEntry): void => {
    wireLog.push(entry);
    if (wireLog.length > logKept) wireLog.splice(0, 1_000);
  };
  const responseUrls = createResponseUrls(workspace, timeline, clock, () => base);
  const call = createWebApi({
    ...{ workspace, timeline, clock, views, limited: () => limited },
    socketUrl: () => `${base.replace('http', 'ws')}/socket`,
  });
  const http = createHttpWire(() => appUrl ?? '', workspace, clock);
  const as = (userId: string): Person =>
    createPerson(
      {
        ...{
          workspace,
          timeline,
          clock,
          responseUrls,
          triggers,
          views,
          wire: () => (appUrl === undefined ? socket : http),
        },
        note: (kind: Kind, _body: unknown, delivered: Delivered) =>
          log({
            ...{ at: clock.now(), direction: 'to-app', what: kind, milliseconds: delivered.ackMs },
            error: delivered.status === 'acked' ? undefined : delivered.status,
          }),
      },
      userId,
    );
  const waitFor: SimulatedSlack['waitFor'] = (what, condition, timeoutMs = 15_000) =>
    new Promise((resolve, reject) => {
      const look = (): boolean => {
        const found = timeline.messages.find((message) => !message.deleted && condition(message));
        if (found !== undefined) end(() => resolve(found));
        return found !== undefined;
      };
      const end = (then: () => void): void => {
        clearTimeout(timer);
        stop();
        then();
      };
      const timer = setTimeout(() => {
        const there = timeline.messages
          .slice(-8)
          .map(
            (one) =>
              `${one.channel}${one.ephemeralFor === undefined ? '' : ` (to ${one.ephemeralFor})`}: ${renderPlain(one)}`,
          );
        end(() =>
          reject(
            new Error(`no message came: ${what}. The last ones were:\n${there.join('\n---\n') || '(none)'}`),
          ),
        );
      }, timeoutMs);
      const stop = timeline.onChange(() => void look());
      look();
    });

  const control = createControl({ as, timeline, clock, faults, socket, workspace, waitFor, wireLog });
  const server: Server = createServer((request, response) => {
    handle(request, response).catch((error: unknown) => {
      if (!response.headersSent) response.writeHead(500);
      response.end(String(error));
    });
  });

  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const url = new URL(request.url ?? '/', 'http://slack');
    const body = await readBody(request);
    if (url.pathname.startsWith('/api/'))
      return answerApi(url.pathname.slice('/api/'.length), request, body, response);
    if (url.pathname.startsWith('/response/'))
      return answerResponse(url.pathname.slice('/response/'.length), body, response);
    if (await control(request.method ?? 'GET', url, body, response)) return;
    response.writeHead(404).end();
  };

  const answerApi = async (
    method: string,
    request: IncomingMessage,
    body: string,
    response: ServerResponse,
  ): Promise<void> => {
    const began = performance.now();
    const fault = faults.take(method);
    const note = (error: string | undefined): void =>
      log({
        at: clock.now(),
        direction: 'to-slack',
        what: method,
        milliseconds: performance.now() - began,
        error,
      });
    if (fault?.kind === 'hang') return note('hang');
    if (fault?.kind === 'slow') await new Promise((resolve) => setTimeout(resolve, fault.milliseconds));
    if (fault?.kind === 'error') {
      note(String(fault.status));
      response.writeHead(fault.status).end();
      return;
    }
    if (fault?.kind === 'rate-limit') return tooMany(response, fault.retryAfterSeconds, note);
    const token = (request.headers.authorization ?? '').replace(/^Bearer /, '');
    const answer: Answer | RateLimited =
      fault?.kind === 'refuse'
        ? { ok: false, error: fault.error }
        : call(method, readParams(request, body), token);
    if (answer instanceof RateLimited) return tooMany(response, answer.retryAfterSeconds, note);
    note(answer.ok ? undefined : String(answer['error']));
    if (fault?.kind === 'lose-answer') {
      request.socket.destroy();
      return;
    }
    const text = JSON.stringify(answer);
    response.writeHead(200, { 'content-type': 'application/json; charset=utf-8' });
    if (fault?.kind === 'cut') response.write(text.slice(0, 10), () => request.socket.destroy());
    else response.end(text);
  };

  const answerResponse = async (id: string, body: string, response: ServerResponse): Promise<void> => {
    const began = performance.now();
    const fault = faults.take('response_url');
    if (fault?.kind === 'hang') return;
    if (fault?.kind === 'error') {
      response.writeHead(fault.status).end();
      return;
    }
    const used = responseUrls.use(id, JSON.parse(body));
    log({
      ...{
        at: clock.now(),
        direction: 'to-slack',
        what: 'response_url',
        milliseconds: performance.now() - began,
      },
      error: used.status === 200 ? undefined : used.body,
    });
    response.writeHead(used.status, { 'content-type': 'text/plain' }).end(used.body);
  };

  const sockets = new WebSocketServer({ noServer: true });
  server.on('upgrade', (request, stream, head) => {
    if (request.url !== '/socket') return stream.destroy();
    sockets.handleUpgrade(request, stream, head, (connected) => socket.connect(connected));
  });
  server.keepAliveTimeout = 60_000;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, '127.0.0.1', () => resolve());
  });
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  base = `http://127.0.0.1:${port}`;
  return {
    ...{
      apiUrl: `${base}/api/`,
      port,
      workspace,
      timeline,
      clock,
      faults,
      socket,
      views,
      wireLog,
      as,
      waitFor,
    },
    useHttp: (url) => {
      appUrl = url;
    },
    limitPosts: (on) => {
      limited = on;
    },
    close: () =>
      new Promise((resolve) => {
        for (const client of sockets.clients) client.terminate();
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function tooMany(response: ServerResponse, seconds: number, note: (error: string) => void): void {
  note('ratelimited');
  response.writeHead(429, { 'retry-after': String(seconds), 'content-type': 'application/json' });
  response.end(JSON.stringify({ ok: false, error: 'ratelimited' }));
}

function readBody(request: IncomingMessage): Promise<string> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > bodyLimit) request.destroy();
      else chunks.push(chunk);
    });
    request.on('end', () => resolve(Buffer.concat(chunks).toString('utf8')));
    request.on('error', reject);
  });
}

/** Forms with JSON inside, as the official client sends them, or JSON. */
function readParams(request: IncomingMessage, body: string): Readonly<Record<string, unknown>> {
  if ((request.headers['content-type'] ?? '').includes('application/json')) return JSON.parse(body);
  const params: Record<string, unknown> = {};
  for (const [key, value] of new URLSearchParams(body)) {
    const isJson = ['blocks', 'metadata', 'view', 'attachments'].includes(key);
    params[key] = isJson ? parseJson(value) : value;
  }
  return params;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
