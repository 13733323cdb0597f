import { type Logger, pino } from 'pino';
import type { LogLevel } from './config/process-settings.ts';
import { PartMissing } from './core/reading.ts';
import { redact } from './core/redact.ts';
import { StoreUnavailable } from './core/store-ports.ts';

export interface LogParts {
  readonly level: LogLevel;
  /** Stand on every line. */
  readonly base: Readonly<Record<string, string>>;
  /** Values that must never be written, whatever they stand in. */
  readonly secrets: readonly string[];
  /** Takes one line with its newline. */
  readonly write: (line: string) => void;
}

/** Shorter ones would take ordinary words out of the log; `redact` finds those by where they stand. */
const shortestSecret = 6;
const hidden = '[redacted]';
const secretField = /(?:password|passwd|secret|token|authorization|cookie)$/i;

/** Takes known secrets, and what looks like one, out of a text. */
export function createCleaner(secrets: readonly string[]): (text: string) => string {
  const known = [...new Set(secrets)]
    .filter((secret) => secret.length >= shortestSecret)
    // A secret may hold another one.
    .sort((a, b) => b.length - a.length);
  return (text) => redact(known.reduce((left, secret) => left.replaceAll(secret, hidden), text));
}

/** JSON lines with the time in ISO 8601, UTC. Known secrets and what looks like one are taken out of every text in it. */
export function createLog({ level, base, secrets, write }: LogParts): Logger {
  const clean = createCleaner(secrets);
  return pino(
    {
      level,
      base,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (name) => ({ level: name }) },
      serializers: { err: (error: unknown) => describeError(error) },
    },
    { write: (line: string) => write(cleanLine(line, clean)) },
  );
}

/**
 * An error's kind, message and trace, with its causes; never its other fields, which may hold whole requests. A store or a
 * part of the world that is away comes without traces: it is no bug, and is written many times while it lasts.
 */
export function describeError(error: unknown, depth = 0, traced = true): unknown {
  if (!(error instanceof Error)) return { message: String(error) };
  const trace = traced && !(error instanceof StoreUnavailable) && !(error instanceof PartMissing);
  const code = 'code' in error && typeof error.code === 'string' ? { code: error.code } : {};
  const cause =
    error.cause === undefined || depth >= 4 ? {} : { cause: describeError(error.cause, depth + 1, trace) };
  const inner =
    error instanceof AggregateError && depth < 4
      ? { errors: error.errors.slice(0, 5).map((one) => describeError(one, depth + 1, trace)) }
      : {};
  const stack = trace ? { stack: error.stack } : {};
  return { type: error.name, ...code, message: error.message, ...stack, ...cause, ...inner };
}

/** Every text of the line is cleaned by itself: within the line's own quoting, JSON inside of it would not be seen. */
function cleanLine(line: string, clean: (text: string) => string): string {
  const fields: unknown = JSON.parse(line);
  const cleaned = JSON.stringify(fields, (key, value: unknown) => {
    if (typeof value !== 'string') return value;
    return secretField.test(key) ? hidden : clean(value);
  });
  return `${cleaned}\n`;
}
