import { request } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { createHealthServer, type HealthReport, type HealthServer } from '../../src/health/server.ts';

const running: HealthServer[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((server) => server.close()));
});

async function serve(report: () => HealthReport = () => ({ ready: true, checks: [] })): Promise<string> {
  const server = createHealthServer({ readiness: report, version: '1.2.3', instance: 'host:1:a' });
  running.push(server);
  const { port } = await server.listen(0, '127.0.0.1');
  return `http://127.0.0.1:${port}`;
}

describe('the health server', () => {
  it('says that the process lives', async () => {
    const response = await fetch(`${await serve()}/healthz`);
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({ ok: true, version: '1.2.3', instance: 'host:1:a' });
  });

  it('says what is not ready, by name, and asks anew each time', async () => {
    let ready = false;
    const url = await serve(() => ({
      ready,
      checks: [{ name: 'slack', ok: ready, detail: 'reconnecting' }],
    }));
    const before = await fetch(`${url}/readyz`);
    expect(before.status).toBe(503);
    expect(await before.json()).toMatchObject({ ready: false, checks: [{ name: 'slack', ok: false }] });
    ready = true;
    expect((await fetch(`${url}/readyz?x=1`)).status).toBe(200);
  });

  it.each([
    ['GET', '/metrics', 404],
    ['GET', '/', 404],
    ['GET', '/constructor', 404],
    ['GET', '/../etc/passwd', 404],
    ['POST', '/healthz', 405],
    ['HEAD', '/healthz', 200],
  ])('answers %s %s with %d', async (method, path, status) => {
    expect((await fetch((await serve()) + path, { method })).status).toBe(status);
  });

  it('ends at once although somebody holds a connection open', async () => {
    const url = await serve();
    const held = request(url, { method: 'POST' });
    held.on('error', () => {});
    await new Promise<void>((resolve) =>
      held.on('socket', (socket) => socket.on('connect', () => resolve())),
    );
    await running.splice(0)[0]?.close();
    await expect(fetch(`${url}/healthz`)).rejects.toThrow();
  });
});
