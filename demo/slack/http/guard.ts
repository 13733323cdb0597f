import type { IncomingMessage } from 'node:http';

const loopback = /^(?:127\.0\.0\.1|localhost|\[::1\])(?::\d+)?$/i;

/**
 * Whether a request may look and act here; if not, why. A name that somebody else's DNS lets point here (rebinding), a
 * page of another site in the same browser, and a form that such a page sends without asking are kept out.
 */
export function foreignness({ headers, method }: IncomingMessage): string | undefined {
  const { host = '', origin } = headers;
  if (!loopback.test(host)) return 'call this server 127.0.0.1 or localhost';
  if (origin !== undefined && origin !== `http://${host}`) return 'another site may not do this';
  if (method === 'GET' || method === 'HEAD' || origin !== undefined) return undefined;
  const isJson = headers['content-type']?.startsWith('application/json') === true;
  return isJson ? undefined : 'send JSON, and say so: content-type: application/json';
}
