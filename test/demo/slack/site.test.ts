import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliDecompressSync, gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSlack, type SimulatedSlack } from '../../../demo/slack/server.ts';

let slack: SimulatedSlack;
let folder: string;
const script = 'console.log("page");'.repeat(200);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'site-'));
  await mkdir(`${folder}/page/assets`, { recursive: true });
  await writeFile(`${folder}/secret.txt`, 'secret');
  await writeFile(`${folder}/page/index.html`, '<!doctype html><title>Slack</title>');
  await writeFile(`${folder}/page/assets/index-CNccAV3J.js`, script);
  await writeFile(`${folder}/page/assets/index-DDccAV3J.css`, 'a{}'.repeat(500));
  await writeFile(`${folder}/page/assets/index-DDccAV3J.css.gz`, gzipSync('beside'));
  slack = await createSlack({
    ...{ site: `${folder}/page`, panels: [{ id: 'world', title: 'World', url: '/world/' }] },
  });
  slack.mount('/world', ({ url }, response) => void response.end(`world ${url}`));
});
afterAll(async () => {
  await slack.close();
  await rm(folder, { recursive: true });
});

interface Got {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: Buffer;
}

/** The bare request: fetch would tidy up the path and decompress. */
const get = (path: string, headers: Record<string, string> = {}): Promise<Got> =>
  new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port: slack.port, path, headers }, (answer) => {
      const chunks: Buffer[] = [];
      answer.on('data', (chunk: Buffer) => chunks.push(chunk));
      answer.on('end', () =>
        resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: Buffer.concat(chunks) }),
      );
    });
    sent.on('error', reject).end();
  });

describe('a built page', () => {
  it('is served at the root, for nobody to keep, and loads nothing from elsewhere', async () => {
    const { status, headers, body } = await get('/');
    expect([status, headers['content-type'], headers['cache-control']]).toEqual([
      ...[200, 'text/html; charset=utf-8', 'no-cache'],
    ]);
    expect(String(body)).toContain('<title>Slack</title>');
    expect(headers['content-security-policy']).toContain("default-src 'none'");
    expect(headers['content-security-policy']).not.toMatch(/https?:|\*|unsafe/);
    expect((await get('/', { 'if-none-match': String(headers['etag']) })).status).toBe(304);
  });

  it('comes compressed where the browser takes it, from beside the file if it is there', async () => {
    const path = '/assets/index-CNccAV3J.js';
    const plain = await get(path);
    expect(String(plain.body)).toBe(script);
    expect(plain.headers).toMatchObject({
      ...{ 'content-type': 'text/javascript; charset=utf-8', vary: 'accept-encoding' },
      'cache-control': 'public, max-age=31536000, immutable',
    });
    const brotli = await get(path, { 'accept-encoding': 'gzip, br' });
    expect(brotli.headers['content-encoding']).toBe('br');
    expect(String(brotliDecompressSync(brotli.body))).toBe(script);
    const gzip = await get(path, { 'accept-encoding': 'gzip' });
    expect(String(gunzipSync(gzip.body))).toBe(script);
    const beside = await get('/assets/index-DDccAV3J.css', { 'accept-encoding': 'gzip' });
    expect(String(gunzipSync(beside.body))).toBe('beside');
  });

  it('gives nothing outside its folder', async () => {
    for (const path of [
      '/../secret.txt',
      '/..%2fsecret.txt',
      '/assets/../../secret.txt',
      '/%00',
      '/%',
      '/none',
    ])
      expect([path, (await get(path)).status]).toEqual([path, 404]);
  });

  it('is for this machine alone', async () => {
    expect((await get('/', { host: 'evil.example' })).status).toBe(403);
    expect((await get('/world/', { host: 'evil.example' })).status).toBe(403);
  });
});

describe('what is mounted', () => {
  it('takes everything below its path, and is listed as a panel', async () => {
    for (const path of ['/world', '/world/a/b?c=d'])
      expect(String((await get(path)).body)).toBe(`world ${path}`);
    expect((await get('/worlds')).status).toBe(404);
    expect(JSON.parse(String((await get('/control/panels')).body))).toEqual([
      { id: 'world', title: 'World', url: '/world/' },
    ]);
  });

  it('takes no path of Slack’s own, nor one twice', () => {
    for (const path of ['/', '/api/x', '/control', '/files', '/world/', 'relative'])
      expect(() => slack.mount(path, () => undefined)).toThrow();
  });
});

describe('a simulated Slack without a page', () => {
  it('says so', async () => {
    const bare = await createSlack();
    const answer = await fetch(`http://127.0.0.1:${bare.port}/`);
    expect([answer.status, await answer.text()]).toEqual([
      ...[404, 'This simulated Slack was started without its page.\n'],
    ]);
    await bare.close();
  });
});
