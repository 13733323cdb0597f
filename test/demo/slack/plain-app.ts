/** The smallest thing that Slack can deliver to: no Bolt, no checks, so that tests see the bare requests. */
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Json } from './stage.ts';

/** The ack's body; `never`: no answer at all; a number: that status. */
export type AppAnswer = Json | string | number;

export interface PlainApp {
  readonly url: string;
  close(): Promise<void>;
}

export async function startPlainApp(
  hear: (body: Json, headers: IncomingHttpHeaders) => AppAnswer,
  answerHeaders: Readonly<Record<string, string>> = {},
): Promise<PlainApp> {
  const server = createServer(async (request, response) => {
    let raw = '';
    for await (const chunk of request) raw += String(chunk);
    const answer = hear(read(request.headers['content-type'] ?? '', raw), request.headers);
    if (answer === 'never') return;
    response.writeHead(typeof answer === 'number' ? answer : 200, answerHeaders);
    const isEmpty = typeof answer === 'number' || Object.keys(answer).length === 0;
    response.end(isEmpty ? '' : typeof answer === 'string' ? answer : JSON.stringify(answer));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo; // it listens on a port
  return {
    url: `http://127.0.0.1:${port}/slack/events`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function read(contentType: string, raw: string): Json {
  if (contentType.includes('json')) return JSON.parse(raw) as Json; // events are objects
  const fields = Object.fromEntries(new URLSearchParams(raw));
  return fields['payload'] === undefined ? fields : (JSON.parse(fields['payload']) as Json); // so are payloads
}
