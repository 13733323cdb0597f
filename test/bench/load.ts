/**
 * Slack's hands for many commands at once, in a process of its own so that nothing else delays what it measures: sends
 * signed slash commands over kept connections and takes the answers at their response_urls. Takes orders over IPC.
 */
import { createHmac } from 'node:crypto';
import { Agent, createServer, request } from 'node:http';
import type { Burst, BurstResult, Order, Stream, StreamResult } from './load-driver.ts';

interface Prepared {
  readonly id: string;
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** Idle connections go before Bolt's server ends them, after five seconds: a request must not meet that. */
const agent = new Agent({ keepAlive: true, timeout: 3_000 });
const answered = new Map<string, (body: string) => void>();
let sent = 0;
let sink = '';

/** One command of its own: another trigger and another response_url each time. */
function prepare(text: string, signingSecret: string): Prepared {
  sent += 1;
  const id = `${process.pid}.${sent}`;
  const body = new URLSearchParams({
    ...{ token: 'x', command: '/queue', text, team_id: 'T0FAP', team_domain: 'fap', api_app_id: 'A0QK' },
    ...{ channel_id: 'C0OPS', channel_name: 'ops', user_id: 'U0ANNA', user_name: 'anna' },
    ...{ trigger_id: id, is_enterprise_install: 'false', response_url: `${sink}/${id}` },
  }).toString();
  const timestamp = String(Math.floor(Date.now() / 1000));
  const signature = createHmac('sha256', signingSecret).update(`v0:${timestamp}:${body}`).digest('hex');
  const headers = {
    ...{ 'content-type': 'application/x-www-form-urlencoded', 'content-length': String(body.length) },
    ...{ 'x-slack-request-timestamp': timestamp, 'x-slack-signature': `v0=${signature}` },
  };
  return { id, body, headers };
}

/** Milliseconds until the whole answer to the request was there; rejects for another status than 200. */
function post(appUrl: string, { body, headers }: Prepared): Promise<number> {
  return new Promise((resolve, reject) => {
    const began = performance.now();
    const sending = request(appUrl, { agent, method: 'POST', headers }, (answer) => {
      answer.resume();
      answer.once('end', () =>
        answer.statusCode === 200
          ? resolve(performance.now() - began)
          : reject(new Error(`a command was answered with ${answer.statusCode}`)),
      );
    });
    sending.once('error', reject);
    sending.end(body);
  });
}

async function burst({ appUrl, signingSecret, texts, answersWithinMs }: Burst): Promise<BurstResult> {
  const prepared = texts.map((text) => prepare(text, signingSecret));
  const began = performance.now();
  const answers: { text: string; afterMs: number; body: string }[] = [];
  const all = prepared.map(
    ({ id }, index) =>
      new Promise<void>((resolve) => {
        answered.set(id, (body) => {
          answers.push({ text: texts[index] ?? '', afterMs: performance.now() - began, body });
          resolve();
        });
      }),
  );
  const ackMs = await Promise.all(prepared.map((one) => post(appUrl, one)));
  if (answersWithinMs > 0) {
    await Promise.race([Promise.all(all), new Promise((resolve) => setTimeout(resolve, answersWithinMs))]);
  }
  for (const { id } of prepared) answered.delete(id);
  return { kind: 'burst', ackMs, answers };
}

/** So many people, each of whom types the next command when the last one is answered. */
async function stream({ appUrl, signingSecret, text, count, people }: Stream): Promise<StreamResult> {
  let left = count;
  const answerMs: number[] = [];
  const began = performance.now();
  const person = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      const one = prepare(text, signingSecret);
      const from = performance.now();
      const answer = new Promise<void>((resolve) => answered.set(one.id, () => resolve()));
      await Promise.all([post(appUrl, one), answer]);
      answered.delete(one.id);
      answerMs.push(performance.now() - from);
    }
  };
  await Promise.all(Array.from({ length: people }, person));
  const seconds = (performance.now() - began) / 1000;
  return { kind: 'stream', seconds, answerMs, cpuSeconds: process.cpuUsage().user / 1e6 };
}

const server = createServer((incoming, response) => {
  const chunks: Buffer[] = [];
  incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
  incoming.on('end', () => {
    response.writeHead(200, { 'content-type': 'text/plain' }).end('ok');
    answered.get((incoming.url ?? '').slice(1))?.(Buffer.concat(chunks).toString('utf8'));
  });
});
server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  sink = `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
  process.send?.({ kind: 'ready' });
});

process.on('message', (order: Order) => {
  const work: Promise<BurstResult | StreamResult> = order.kind === 'burst' ? burst(order) : stream(order);
  work.then(
    (result) => process.send?.(result),
    (error: unknown) => process.send?.({ kind: 'broken', message: String(error) }),
  );
});
process.once('disconnect', () => process.exit(0));
