import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Incident, IncidentId } from '../../src/core/incident.ts';
import { fingerprintOf } from '../../src/core/incident.ts';
import { Secret } from '../../src/core/secret.ts';
import { createCallHttp } from '../../src/paging/http-call.ts';
import { createPager, createSendPage } from '../../src/paging/pager.ts';
import { partsText } from '../../src/text/parts.ts';
import { type Listener, listen } from './server.ts';

const key = 'R0UTINGKEY0123456789';
const firedAt = new Date('2026-11-26T12:05:00Z');
const incident: Incident = {
  id: '01ABC' as IncidentId, // a short one
  ...{ number: 12, fingerprint: fingerprintOf('reports-backlog', 'fap', 'database:reports') },
  ...{ rule: 'reports-backlog', app: 'fap', queue: 'database:reports', severity: 'critical', state: 'open' },
  ...{ breachedAt: new Date('2026-11-26T12:00:00Z'), firedAt, resolvedAt: undefined },
  ...{ acknowledgement: undefined, value: 150, worst: 180, facts: { threshold: 100 }, flapping: false },
  ...{ hushed: false, steps: [0], gatheredIn: undefined, entries: 1, version: 3 },
};

describe('a page', () => {
  let server: Listener;
  let now: Date;
  beforeEach(async () => {
    server = await listen();
    now = firedAt;
  });
  afterEach(() => server.close());

  const pagerTo = (targets: 'pagerduty' | 'webhook' | 'both', limitMs = 5_000, url = server.url) =>
    createPager(
      createSendPage({
        targets: {
          ...(targets === 'webhook' ? {} : { pagerduty: { key: new Secret(key), url: `${url}/v2/enqueue` } }),
          ...(targets === 'pagerduty' ? {} : { webhook: new Secret(`${url}/hook/s3cret`) }),
        },
        callHttp: createCallHttp(() => now, limitMs),
        clock: { now: () => now, wait: () => Promise.resolve() },
      }),
      new Map([['fap', 'production']]),
    );
  const page = (
    pager: ReturnType<typeof pagerTo>,
    event: 'trigger' | 'acknowledge' | 'resolve' = 'trigger',
  ) => pager.page(event, incident, 'reports: 150 jobs wait', new AbortController().signal);
  const bodies = () => server.taken.map(({ body }): unknown => JSON.parse(body));

  it('is an event of PagerDuty with one key per incident', async () => {
    const pager = pagerTo('pagerduty');
    for (const event of ['trigger', 'acknowledge', 'resolve'] as const)
      expect(await page(pager, event)).toEqual({ ok: true, value: null });
    expect(server.taken[0]).toMatchObject({ method: 'POST', path: '/v2/enqueue' });
    expect(bodies()).toEqual([
      {
        ...{
          routing_key: key,
          event_action: 'trigger',
          dedup_key: 'queuekeeper-01ABC',
          client: 'Queuekeeper',
        },
        payload: {
          ...{ summary: 'reports: 150 jobs wait', source: 'fap (production)', severity: 'critical' },
          ...{
            timestamp: '2026-11-26T12:00:00.000Z',
            component: 'database:reports',
            class: 'reports-backlog',
          },
          custom_details: { threshold: 100, incident: '#12', value: 150, worst: 180 },
        },
      },
      { routing_key: key, event_action: 'acknowledge', dedup_key: 'queuekeeper-01ABC' },
      { routing_key: key, event_action: 'resolve', dedup_key: 'queuekeeper-01ABC' },
    ]);
  });

  it('is JSON for a webhook, with the same key when it is sent again and another one when it rose', async () => {
    const pager = pagerTo('webhook');
    await page(pager);
    await page(pager);
    await pager.page('trigger', { ...incident, steps: [0, 1] }, 'again', new AbortController().signal);
    expect(server.taken.map(({ headers }) => headers['idempotency-key'])).toEqual([
      ...['queuekeeper-01ABC-trigger-critical-1', 'queuekeeper-01ABC-trigger-critical-1'],
      'queuekeeper-01ABC-trigger-critical-2',
    ]);
    expect(bodies()[0]).toEqual({
      ...{ version: 1, event: 'trigger', key: 'queuekeeper-01ABC', summary: 'reports: 150 jobs wait' },
      ...{ severity: 'critical', source: 'fap (production)', since: '2026-11-26T12:00:00.000Z' },
      ...{ rule: 'reports-backlog', queue: 'database:reports' },
      details: { threshold: 100, incident: '#12', value: 150, worst: 180 },
    });
  });

  it('cuts what is long, and takes out what deceives', async () => {
    const long = { ...incident, facts: { class: `A\u0000${'x'.repeat(4_000)}` } };
    await pagerTo('pagerduty').page('trigger', long, `${'y'.repeat(4_000)}\n`, new AbortController().signal);
    const [body] = bodies() as { payload: { summary: string; custom_details: { class: string } } }[];
    expect([...(body?.payload.summary ?? '')]).toHaveLength(1_024);
    expect(body?.payload.custom_details.class).toMatch(/^Ax+…$/);
  });

  it.each([
    [202, undefined, undefined],
    [200, undefined, undefined],
    [302, 'failed', '302'],
    [400, 'refused', "400 Event object is invalid; 'payload.summary' is missing [redacted]"],
    [404, 'refused', "404 Event object is invalid; 'payload.summary' is missing [redacted]"],
    [429, 'busy', "429 Event object is invalid; 'payload.summary' is missing [redacted]"],
    [500, 'failed', "500 Event object is invalid; 'payload.summary' is missing [redacted]"],
  ])('answered with %i: %s', async (status, why, detail) => {
    server.answer = (response) =>
      void response.writeHead(status, status === 302 ? { location: `${server.url}/elsewhere` } : {}).end(
        status === 302
          ? ''
          : JSON.stringify({
              message: 'Event object is invalid',
              errors: [`'payload.summary' is missing ${key}`],
            }),
      );
    const read = await page(pagerTo('pagerduty'));
    expect(read).toEqual(
      why === undefined
        ? { ok: true, value: null }
        : { ok: false, missing: { part: 'pager', name: 'pagerduty', why, detail } },
    );
    expect(server.taken).toHaveLength(1);
  });

  it('leaves a busy one alone for as long as it asked, in seconds or by date', async () => {
    for (const retryAfter of ['120', new Date(firedAt.getTime() + 120_000).toUTCString()]) {
      now = firedAt;
      const pager = pagerTo('pagerduty');
      server.answer = (response) => void response.writeHead(429, { 'retry-after': retryAfter }).end();
      await page(pager);
      server.taken.length = 0;
      now = new Date(firedAt.getTime() + 119_000);
      expect(await page(pager)).toMatchObject({ ok: false, missing: { why: 'busy' } });
      expect(server.taken).toHaveLength(0);
      now = new Date(firedAt.getTime() + 120_000);
      server.answer = (response) => void response.writeHead(202).end();
      expect(await page(pager)).toMatchObject({ ok: true });
    }
  });

  it.each([
    ['hangs before it answers', () => undefined, 'timeout', 'timeout'],
    ['is cut', (response: { destroy(): void }) => response.destroy(), 'unreachable', 'UND_ERR_SOCKET'],
  ] as const)('ends when the other side %s', async (_, answer, why, detail) => {
    server.answer = (response) => answer({ destroy: () => void response.socket?.destroy() });
    expect(await page(pagerTo('pagerduty', 100))).toMatchObject({ missing: { why, detail } });
  });

  it('is taken when the status says so, although the words beside it never come', async () => {
    server.answer = (response) => void response.writeHead(202).write('{');
    expect(await page(pagerTo('pagerduty', 1_000))).toMatchObject({ ok: true });
    server.answer = (response) => void response.writeHead(500).write('{');
    expect(await page(pagerTo('pagerduty', 200))).toMatchObject({
      missing: { why: 'failed', detail: '500' },
    });
  });

  it('says that no secure connection was had, and sends nothing without one', async () => {
    const plain = server.url.replace('http:', 'https:');
    for (const to of ['pagerduty', 'webhook'] as const) {
      const read = await page(pagerTo(to, 5_000, plain));
      expect(read).toMatchObject({ ok: false, missing: { name: to, why: 'unreachable' } });
      expect(JSON.stringify(read)).toMatch(/SSL|EPROTO|TLS/);
      expect(JSON.stringify(read)).not.toContain('s3cret');
    }
    expect(server.taken).toEqual([]);
  });

  it.each([400, 404, 429, 500, 503])('of a webhook that answers %i says the status alone', async (status) => {
    server.answer = (response) => void response.writeHead(status).end('no, /hook/s3cret');
    expect(await page(pagerTo('webhook'))).toMatchObject({
      missing: { name: 'webhook', detail: String(status) },
    });
  });

  it('leaves a busy one alone for five minutes at most, and the other one not at all', async () => {
    const pager = pagerTo('both');
    server.answer = (response, { url }) =>
      void response.writeHead(url === '/v2/enqueue' ? 429 : 202, { 'retry-after': '86400' }).end();
    await page(pager);
    now = new Date(firedAt.getTime() + 299_000);
    await page(pager);
    expect(server.taken.map(({ path }) => path).sort()).toEqual([
      ...['/hook/s3cret', '/hook/s3cret', '/v2/enqueue'],
    ]);
    now = new Date(firedAt.getTime() + 300_000);
    server.answer = (response) => void response.writeHead(202).end();
    expect(await page(pager)).toEqual({ ok: true, value: null });
  });

  it('says that nobody is there', async () => {
    await server.close();
    expect(await page(pagerTo('pagerduty'))).toMatchObject({
      missing: { why: 'unreachable', detail: 'ECONNREFUSED' },
    });
    server = await listen();
  });

  it('goes to both, and names the one that did not take it', async () => {
    server.answer = (response, { url }) => void response.writeHead(url === '/v2/enqueue' ? 202 : 503).end();
    expect(await page(pagerTo('both'))).toEqual({
      ok: false,
      missing: { part: 'pager', name: 'webhook', why: 'failed', detail: '503' },
    });
    expect(server.taken.map(({ path }) => path).sort()).toEqual(['/hook/s3cret', '/v2/enqueue']);
  });

  it('shows neither key nor address in what it says, whatever the other side repeats', async () => {
    server.answer = (response, { url }) => void response.writeHead(400).end(`${key} ${url}`);
    for (const to of ['pagerduty', 'webhook'] as const)
      expect(JSON.stringify(await page(pagerTo(to)))).not.toMatch(new RegExp(`${key}|s3cret`));
    expect(JSON.stringify(await page(pagerTo('webhook', 500, 'http://127.0.0.1:1')))).not.toContain('s3cret');
  });

  it('logs in where the address says who', async () => {
    const url = server.url.replace('//', '//us%40er:p%3Ass@');
    await page(pagerTo('webhook', 5_000, url));
    const login = Buffer.from('us@er:p:ss').toString('base64');
    expect(server.taken[0]?.headers.authorization).toBe(`Basic ${login}`);
  });

  it('ends at once when the process stops', async () => {
    server.answer = () => undefined;
    const stop = new AbortController();
    const paged = pagerTo('pagerduty').page('trigger', incident, 'x', stop.signal);
    stop.abort();
    expect(await paged).toMatchObject({ ok: false });
  });

  it('is named in both languages', () => {
    const missing = { part: 'pager', name: 'pagerduty', why: 'timeout' } as const;
    expect([partsText.en.part(missing), partsText['zh-CN'].part(missing)]).toEqual([
      'PagerDuty',
      'PagerDuty',
    ]);
    expect(partsText.en.part({ ...missing, name: 'webhook' })).toBe('the webhook for pages');
  });
});
