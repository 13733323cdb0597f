import { parseDuration } from '../core/duration.ts';
import { Secret } from '../core/secret.ts';
import type { Expectation, SecretProblem } from './fault.ts';
import { leaf, text } from './leaf.ts';
import { findConditionProblem } from './sql-condition.ts';
import { findUrlProblem, type UrlKind } from './url.ts';

/** The kinds of single values that the configuration knows. What came out of a variable is text, so digits in text count. */
const digits = (value: unknown): number | undefined => {
  if (typeof value === 'number') return value;
  return typeof value === 'string' && /^\d{1,15}$/.test(value) ? Number(value) : undefined;
};

const integer = (expected: Expectation, least: number, most = Number.MAX_SAFE_INTEGER) =>
  leaf(expected, (value) => {
    const number = digits(value);
    return Number.isSafeInteger(number) && number !== undefined && number >= least && number <= most
      ? number
      : undefined;
  });

export const positiveInteger = integer('positive-integer', 1);
export const wholeNumber = integer('integer', 0);
export const port = integer('port', 1, 65_535);

export const boolean = leaf('boolean', (value) => {
  if (value === true || value === 'true') return true;
  return value === false || value === 'false' ? false : undefined;
});

/** Above 0, at most 1. */
export const share = leaf('share', (value) => {
  const number = typeof value === 'string' && /^\d*\.?\d+$/.test(value) ? Number(value) : value;
  return typeof number === 'number' && number > 0 && number <= 1 ? number : undefined;
});

export const amount = leaf('number', (value) =>
  typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : digits(value),
);

/** Seconds. */
export const duration = leaf('duration', (value) =>
  typeof value === 'string' ? parseDuration(value) : undefined,
);

/** Seconds; `0s` and the like are allowed. */
export const durationOrZero = leaf('duration-or-zero', (value) => {
  if (typeof value !== 'string') return undefined;
  return /^0+[smhd]$/i.test(value.trim()) ? 0 : parseDuration(value);
});

export const timeOfDay = text('time-of-day', /^([01]\d|2[0-3]):[0-5]\d$/);

/** IANA's name of a zone, as this runtime knows it; a bare offset is none. */
export const timezone = leaf('timezone', (value) => {
  if (typeof value !== 'string' || !/^[A-Za-z]/.test(value)) return undefined;
  try {
    return new Intl.DateTimeFormat('en', { timeZone: value }).resolvedOptions().timeZone && value;
  } catch {
    return undefined;
  }
});

export const userId = text('user-id', /^[UW][A-Z0-9]{2,30}$/);
export const groupOrUserId = text('group-or-user-id', /^[UWS][A-Z0-9]{2,30}$/);
export const channelId = text('channel-id', /^[CG][A-Z0-9]{2,30}$/);

/** A table's or column's own name, without quotes: what is put between backticks. */
export const identifier = text('identifier', /^[A-Za-z_][A-Za-z0-9_$]{0,63}$/);
export const property = text('property', /^[A-Za-z_][A-Za-z0-9_]{0,100}$/);
export const className = text(
  'class-name',
  /^\\?[A-Za-z_][A-Za-z0-9_]{0,100}(?:\\[A-Za-z_][A-Za-z0-9_]{0,100}){0,12}$/,
);

export const sqlCondition = leaf('sql-condition', (value) =>
  typeof value === 'string' && findConditionProblem(value) === undefined ? value : undefined,
);

/** Names that are put into commands and keys, so nothing that a shell or Redis could read otherwise. */
export const groupName = text('group-name', /^[A-Za-z0-9][\w.-]{0,99}$/);
export const userName = text('user-name', /^[A-Za-z_][\w.-]{0,31}$/);
export const hostAddress = text('host-address', /^(?:[A-Za-z0-9](?:[\w.-]{0,252})|[0-9A-Fa-f:.]{2,45})$/);
export const path = text('path', /^[^\p{Cc}]{1,1000}$/u);
// What is quoted for a shell may hold spaces, but nothing that lives on inside quotes.
export const absolutePath = text('absolute-path', /^\/[^\p{Cc}'"`$\\]{0,500}$/u);
export const logPath = text(
  'log-path',
  /^(?!.*(?:^|\/)\.\.(?:\/|$))[^\p{Cc}'"`$\\-][^\p{Cc}'"`$\\]{0,500}$/u,
);
export const program = text('program', /^(?:\/[\w.@+/-]{1,500}|[A-Za-z][\w.-]{0,99})$/);
export const argument = text('argument', /^[\w.:@/=+,-]{1,200}$/);
export const label = text('text', /^(?=.*\S)[^\p{Cc}]{1,60}$/u);
export const title = text('text', /^(?=.*\S)[^\p{Cc}]{1,150}$/u);
export const keyPrefix = text('text', /^[^\p{Cc}\s]{0,200}$/u);
export const logText = text('text', /^(?=.*\S)[^\p{Cc}]{1,300}$/u);

/** `sudo supervisorctl` → `['sudo', 'supervisorctl']`; no shell reads it, so it may hold nothing for one. */
export const argv = leaf('argv', (value) => {
  const words = typeof value === 'string' ? value.trim().split(/ +/) : [];
  const fits = words.every((word) => /^[\w./:@%+=,-]{1,300}$/.test(word)) && /^[\w./]/.test(words[0] ?? '');
  return words.length > 0 && words.length <= 12 && fits ? words : undefined;
});

/** `SHA256:` and 43 characters, as `ssh-keygen -lf` prints it; the placeholder of the example stays and matches no key. */
export const placeholderHostKey = 'SHA256:…';
export const hostKey = leaf('host-key', (value) => {
  if (typeof value !== 'string') return undefined;
  if (value === placeholderHostKey) return value;
  return /^SHA256:[A-Za-z0-9+/]{43}=?$/.test(value) ? value.replace(/=$/, '') : undefined;
});

/** White space around a token or key comes from copying, and never belongs to it. */
export const secretText = secretLeaf('secret', (value) =>
  value.trim() !== value || /\p{Cc}/u.test(value) ? 'has-spaces' : undefined,
);

export const secretUrl = (expected: Expectation, kind: UrlKind) =>
  secretLeaf(expected, (value) => findUrlProblem(value, kind));

/** An address that holds nothing secret. */
export const webUrl = leaf('web-url', (value) =>
  typeof value === 'string' && findUrlProblem(value, 'web') === undefined ? value : undefined,
);

/** A secret: it is wrapped at once, and no issue shows any of it. */
function secretLeaf(expected: Expectation, find: (value: string) => SecretProblem | undefined) {
  const parameters = { hidden: true } as const;
  return leaf<string>(
    expected,
    (value) => (typeof value === 'string' && value !== '' ? value : undefined),
    parameters,
  ).transform((value, context) => {
    const problem = find(value);
    if (problem === undefined) return new Secret(value);
    context.addIssue({ code: 'custom', message: expected, params: { ...parameters, problem } });
    return new Secret('');
  });
}
