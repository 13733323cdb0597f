import type { SecretProblem } from './fault.ts';

/** Which URL is wanted: MySQL with user and database, Redis, or something on the web. */
export type UrlKind = 'mysql' | 'redis' | 'web';

const schemes: Readonly<Record<UrlKind, readonly string[]>> = {
  mysql: ['mysql:'],
  redis: ['redis:', 'rediss:'],
  web: ['https:', 'http:'],
};

/** What is wrong with a URL that may hold a password, in words that show nothing of it. */
export function findUrlProblem(value: string, kind: UrlKind): SecretProblem | undefined {
  if (/\s|\p{Cc}/u.test(value)) return 'has-spaces';
  if (!URL.canParse(value)) return 'not-a-url';
  const url = new URL(value);
  if (!schemes[kind].includes(url.protocol)) return 'other-scheme';
  if (url.hostname === '') return 'no-host';
  if (kind !== 'mysql') return undefined;
  if (url.username === '') return 'no-user';
  return /^\/[^/]+$/.test(url.pathname) ? undefined : 'no-database';
}

/** The parts of a URL that must never be shown: its password, as written and decoded. */
export function secretsOf(value: string): readonly string[] {
  if (!URL.canParse(value)) return [value];
  const { password } = new URL(value);
  if (password === '') return [];
  try {
    return [password, decodeURIComponent(password)];
  } catch {
    return [password];
  }
}
