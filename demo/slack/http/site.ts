import { readFile, stat } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { extname, join, normalize, sep } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';

const types: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.gif': 'image/gif',
  '.html': 'text/html; charset=utf-8',
  '.ico': 'image/x-icon',
  '.jpg': 'image/jpeg',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.map': 'application/json; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.webp': 'image/webp',
  '.woff2': 'font/woff2',
};

/** Nothing of it comes from elsewhere, and nobody else frames it. Panels are of the same origin. */
export const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data: blob:",
  "font-src 'self'",
  "connect-src 'self'",
  "frame-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'self'",
].join('; ');

const year = 31_536_000;
/** As Vite names them: `index-CNccAV3J.js`. Their content never changes. */
const isHashed = (path: string): boolean => /[-.][\w-]{8,}\.\w+$/.test(path) && path.includes('/assets/');

const compress = {
  br: (bytes: Buffer) =>
    promisify(brotliCompress)(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 6 } }),
  gzip: (bytes: Buffer) => promisify(gzip)(bytes),
} as const;
type Encoding = keyof typeof compress;
const endings: Readonly<Record<Encoding, string>> = { br: '.br', gzip: '.gz' };
const worthwhileBytes = 1_000;

/** Serves a folder of static files; `/` is its `index.html`. Answers false when there is no such file. */
export type Site = (request: IncomingMessage, response: ServerResponse, path: string) => Promise<boolean>;

export function createSite(folder: string): Site {
  /** By path, encoding and time of the last change: files are compressed once. */
  const compressed = new Map<string, Buffer>();

  const encoded = async (path: string, changedAt: number, encoding: Encoding): Promise<Buffer> => {
    const key = `${encoding} ${changedAt} ${path}`;
    const known = compressed.get(key);
    if (known !== undefined) return known;
    const beside = await readFile(`${path}${endings[encoding]}`).catch(() => undefined);
    const bytes = beside ?? (await compress[encoding](await readFile(path)));
    compressed.set(key, bytes);
    return bytes;
  };

  return async (request, response, path) => {
    const file = resolve(folder, path);
    const found = file === undefined ? undefined : await stat(file).catch(() => undefined);
    if (file === undefined || found?.isFile() !== true) return false;
    const type = types[extname(file)] ?? 'application/octet-stream';
    const encoding =
      found.size > worthwhileBytes && /^text|json|svg/.test(type) ? acceptedBy(request) : undefined;
    const tag = `"${found.mtimeMs.toString(36)}-${found.size.toString(36)}-${encoding ?? 'plain'}"`;
    const headers = {
      'content-type': type,
      'cache-control': isHashed(path) ? `public, max-age=${year}, immutable` : 'no-cache',
      etag: tag,
      vary: 'accept-encoding',
      'content-security-policy': contentSecurityPolicy,
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
      ...(encoding === undefined ? {} : { 'content-encoding': encoding }),
    };
    if (request.headers['if-none-match'] === tag) {
      response.writeHead(304, headers).end();
      return true;
    }
    const bytes =
      encoding === undefined ? await readFile(file) : await encoded(file, found.mtimeMs, encoding);
    response.writeHead(200, { ...headers, 'content-length': bytes.length });
    response.end(request.method === 'HEAD' ? undefined : bytes);
    return true;
  };
}

function acceptedBy({ headers }: IncomingMessage): Encoding | undefined {
  const accepted = String(headers['accept-encoding'] ?? '');
  return /\bbr\b/.test(accepted) ? 'br' : /\bgzip\b/.test(accepted) ? 'gzip' : undefined;
}

/** Undefined for a path that would leave the folder. */
function resolve(folder: string, path: string): string | undefined {
  const decoded = decode(path);
  if (decoded === undefined || decoded.includes('\0')) return undefined;
  const file = normalize(join(folder, decoded === '/' ? 'index.html' : decoded));
  return file.startsWith(normalize(folder + sep)) ? file : undefined;
}

function decode(path: string): string | undefined {
  try {
    return decodeURIComponent(path);
  } catch {
    return undefined;
  }
}
