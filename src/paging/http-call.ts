import type { MissingReason } from '../core/reading.ts';

export interface HttpRequest {
  readonly method: 'GET' | 'POST';
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

export type HttpAnswer =
  | {
      readonly kind: 'answered';
      readonly status: number;
      /** As `Retry-After` says, in seconds or as a date. */
      readonly waitSeconds?: number;
      /** The beginning of what a refusal said; empty for what went well, which nobody reads. */
      readonly text: string;
    }
  | { readonly kind: 'lost'; readonly why: MissingReason; readonly code: string };

export type CallHttp = (request: HttpRequest, signal: AbortSignal) => Promise<HttpAnswer>;

const limitMs = 5_000;
const longestText = 2_000;

/**
 * One HTTP call, its answer read, within 5 s. Never rejects, and says of what was lost only the error's code: an address
 * may be a key. Redirects are not followed, since what is sent is for nobody else.
 */
export function createCallHttp(now: () => Date, within = limitMs): CallHttp {
  return async (request, signal) => {
    const ending = new AbortController();
    const end = (): void => ending.abort();
    const timer = setTimeout(end, within);
    signal.addEventListener('abort', end, { once: true });
    if (signal.aborted) end();
    try {
      return await call(request, ending.signal, now);
    } catch (error) {
      if (ending.signal.aborted) return { kind: 'lost', why: 'timeout', code: 'timeout' };
      return { kind: 'lost', why: 'unreachable', code: codeOf(error) };
    } finally {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
    }
  };
}

async function call(request: HttpRequest, signal: AbortSignal, now: () => Date): Promise<HttpAnswer> {
  const { url, login } = splitLogin(request.url);
  const response = await fetch(url, {
    method: request.method,
    headers: { 'user-agent': 'Queuekeeper', ...login, ...request.headers },
    ...(request.body === undefined ? {} : { body: request.body }),
    ...{ redirect: 'manual', signal },
  });
  const text = response.ok ? await drop(response) : await readHead(response);
  const waitSeconds = secondsOf(response.headers.get('retry-after'), now());
  return {
    ...{ kind: 'answered', status: response.status, text },
    ...(waitSeconds === undefined ? {} : { waitSeconds }),
  };
}

/** `https://user:password@…`: fetch refuses such an address, and wants the header. */
function splitLogin(address: string): { readonly url: URL; readonly login: Record<string, string> } {
  const url = new URL(address);
  const { username, password } = url;
  if (username === '') return { url, login: {} };
  Object.assign(url, { username: '', password: '' });
  const login = Buffer.from(`${decodeURIComponent(username)}:${decodeURIComponent(password)}`);
  return { url, login: { authorization: `Basic ${login.toString('base64')}` } };
}

/** What was taken is taken, whatever becomes of the rest of its answer. */
async function drop(response: Response): Promise<string> {
  await response.body?.cancel().catch(() => undefined);
  return '';
}

/** The status is the answer; the words beside it may be cut off. */
async function readHead({ body }: Response): Promise<string> {
  if (body === null) return '';
  const decoder = new TextDecoder();
  let text = '';
  const reader = body.getReader();
  try {
    while (text.length < longestText) {
      const { done, value } = await reader.read();
      if (done) break;
      text += decoder.decode(value, { stream: true });
    }
  } catch {
    return text;
  }
  await reader.cancel().catch(() => undefined);
  return text.slice(0, longestText);
}

function secondsOf(header: string | null, now: Date): number | undefined {
  if (header === null) return undefined;
  if (/^\d{1,9}$/.test(header.trim())) return Number(header);
  const at = Date.parse(header);
  return Number.isNaN(at) ? undefined : Math.max(0, Math.ceil((at - now.getTime()) / 1_000));
}

/** `ECONNREFUSED`, `ENOTFOUND`, `UND_ERR_SOCKET`: node's fetch keeps it in the cause. */
function codeOf(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  const code = typeof cause === 'object' && cause !== null && 'code' in cause ? cause.code : undefined;
  return typeof code === 'string' && /^\w{1,60}$/.test(code) ? code : 'failed';
}
