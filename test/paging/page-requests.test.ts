import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { RequestId } from '../../src/core/ids.ts';
import type { MissingPart } from '../../src/core/reading.ts';
import type { RequestView } from '../../src/core/request.ts';
import type { RequestPage, RequestPages } from '../../src/core/request-pages.ts';
import { Secret } from '../../src/core/secret.ts';
import { StoreUnavailable } from '../../src/core/store-ports.ts';
import { createCallHttp } from '../../src/paging/http-call.ts';
import { pageRequests } from '../../src/paging/page-requests.ts';
import { createSendPage } from '../../src/paging/pager.ts';
import { requestSummary } from '../../src/text/page.ts';
import { type Listener, listen } from './server.ts';

const view: RequestView = {
  ...{ id: '01REQUEST' as RequestId, number: 12, verb: 'retry-all', words: 'retry all queue=reports' }, // a short one
  ...{ app: 'fap', host: 'api-1', place: { teamId: 'T0HOME', channel: 'C0OPS' }, digest: 'd', facts: {} },
  requester: { person: 'U0ANNA', teamId: 'T0HOME', userId: 'U0ANNA', name: 'Anna' },
  ...{ reason: 'mended; password=hunter2', count: 3, state: 'pending', version: 1, quorum: 1 },
  requestedAt: new Date('2026-11-26T12:00:00Z'),
  expiresAt: new Date('2026-11-26T12:30:00Z'),
  ...{ runBy: null, votes: [], preapproval: null, decision: {}, policyVersion: 'p', takesSlot: true },
  ...{ template: 'retry', execution: null, targets: [], countsByState: {}, restored: 0 },
};
const trigger: RequestPage = { id: 'P1', requestId: view.id, event: 'trigger', tries: 0 };

/** Hands out what it is given, once, and keeps what came of it. */
function pagesOf(...waiting: RequestPage[]) {
  const told: string[] = [];
  const missed: { readonly id: string; readonly missing: MissingPart }[] = [];
  const pages: RequestPages = {
    take: async () => waiting.splice(0),
    told: async ({ id }) => void told.push(id),
    missed: async ({ id }, missing) => void missed.push({ id, missing }),
  };
  return { pages, told, missed, waiting };
}

describe('the page of a request that waits for another person', () => {
  let server: Listener;
  let stop: AbortController;
  let running: Promise<void> | undefined;
  beforeEach(async () => {
    server = await listen();
    stop = new AbortController();
  });
  afterEach(async () => {
    stop.abort();
    await running;
    await server.close();
  });

  const run = (pages: RequestPages, limitMs = 600_000, now = () => new Date()): void => {
    const clock = { now, wait: () => new Promise<void>((resolve) => setTimeout(resolve, 5)) };
    const targets = {
      pagerduty: { key: new Secret('R0UTINGKEY'), url: `${server.url}/v2/enqueue` },
      webhook: new Secret(`${server.url}/hook`),
    };
    running = pageRequests(
      {
        ...{ pages, requests: { find: async () => view }, clock },
        send: createSendPage({ targets, callHttp: createCallHttp(now, limitMs), clock }),
        summaryOf: (one) => requestSummary(one, 'en'),
        environments: new Map([['fap', 'production']]),
        log: { debug() {}, info() {}, warn() {}, error() {} },
      },
      stop.signal,
    );
  };
  const bodiesTo = (path: string): readonly unknown[] =>
    server.taken.filter((one) => one.path === path).map(({ body }): unknown => JSON.parse(body));

  it('is triggered and resolved under one key, at PagerDuty and at the webhook', async () => {
    const { pages, told } = pagesOf(trigger, { ...trigger, id: 'P2', event: 'resolve' });
    run(pages);
    await expect.poll(() => told.length).toBe(2);
    const duty = bodiesTo('/v2/enqueue');
    expect(duty).toContainEqual({
      ...{ routing_key: 'R0UTINGKEY', event_action: 'trigger', dedup_key: 'queuekeeper-01REQUEST' },
      client: 'Queuekeeper',
      payload: {
        summary: "#12 retry all queue=reports (fap) by Anna waits for another person's approval in Slack",
        ...{ source: 'fap (production)', severity: 'critical', timestamp: '2026-11-26T12:00:00.000Z' },
        custom_details: {
          ...{ words: 'retry all queue=reports', jobs: 3, requester: 'Anna', request: '#12' },
          ...{ reason: 'mended; password=[redacted]', until: '2026-11-26T12:30:00.000Z' },
        },
      },
    });
    expect(duty).toContainEqual({
      ...{ routing_key: 'R0UTINGKEY', event_action: 'resolve', dedup_key: 'queuekeeper-01REQUEST' },
    });
    expect(bodiesTo('/hook')).toContainEqual(
      expect.objectContaining({ event: 'trigger', key: 'queuekeeper-01REQUEST', rule: null, queue: null }),
    );
    const keys = server.taken.map(({ headers }) => headers['idempotency-key']).filter(Boolean);
    expect(keys.sort()).toEqual(['queuekeeper-01REQUEST-resolve', 'queuekeeper-01REQUEST-trigger']);
  });

  it('is missed where one did not take it, which is named', async () => {
    server.answer = (response, { url }) => void response.writeHead(url === '/hook' ? 503 : 202).end();
    const { pages, told, missed } = pagesOf(trigger);
    run(pages);
    await expect.poll(() => missed.length).toBe(1);
    expect(missed[0]?.missing).toMatchObject({ name: 'webhook', why: 'failed', detail: '503' });
    expect(told).toEqual([]);
  });

  it('holds up no other one, however slow the service is', async () => {
    server.answer = (response, _) => {
      if (server.taken.length > 2) response.writeHead(202).end();
    };
    const { pages, told, waiting } = pagesOf(trigger);
    run(pages);
    await expect.poll(() => server.taken.length).toBe(2);
    waiting.push({ ...trigger, id: 'P2' });
    await expect.poll(() => told.length).toBe(1);
    expect(told).toEqual(['P2']);
  });

  it('is no miss when the process stops: the next one sends it again', async () => {
    server.answer = () => undefined;
    const { pages, told, missed } = pagesOf(trigger);
    run(pages);
    await expect.poll(() => server.taken.length).toBe(2);
    stop.abort();
    await running;
    expect([told, missed]).toEqual([[], []]);
  });

  it('is not sent by a process that slept since it took it', async () => {
    const times = [0, 60_000];
    const { pages } = pagesOf(trigger);
    const asked = vi.spyOn(pages, 'take');
    run(pages, 600_000, () => new Date(times.length > 1 ? (times.shift() ?? 0) : 60_000));
    await expect.poll(() => asked.mock.calls.length).toBeGreaterThan(3);
    expect(server.taken).toEqual([]);
  });

  it('waits while the store is away', async () => {
    const { pages, told, waiting } = pagesOf();
    const { take } = pages;
    let asked = 0;
    pages.take = (limit) => (++asked < 3 ? Promise.reject(new StoreUnavailable('away')) : take(limit));
    waiting.push(trigger);
    run(pages);
    await expect.poll(() => told.length).toBe(1);
  });

  it('says the same in Chinese', () => {
    expect(requestSummary(view, 'zh-CN')).toBe(
      '#12 retry all queue=reports（fap，由 Anna 发起）等待另一人在 Slack 中批准',
    );
  });
});
