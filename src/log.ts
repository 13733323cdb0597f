import { type Logger, pino } from 'pino';
import type { LogLevel } from './config/process-settings.ts';
import { redact } from './core/redact.ts';

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

/** JSON lines with the time in ISO 8601, UTC. Known secrets and what looks like one are taken out of the finished line. */
export function createLog({ level, base, secrets, write }: LogParts): Logger {
  const known = [...new Set(secrets)]
    .filter((secret) => secret.length >= shortestSecret)
    .map((secret) => JSON.stringify(secret).slice(1, -1))
    // A secret may hold another one.
    .sort((a, b) => b.length - a.length);
  const cleaned = (line: string): string =>
    redact(known.reduce((text, secret) => text.replaceAll(secret, '[redacted]'), line));
  return pino(
    {
      level,
      base,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (name) => ({ level: name }) },
      serializers: { err: describeError },
    },
    { write: (line: string) => write(stillJson(line, cleaned)) },
  );
}

/** An error's kind, message and trace, with its causes; never its other fields, which may hold whole requests. */
export function describeError(error: unknown, depth = 0): unknown {
  if (!(error instanceof Error)) return { message: String(error) };
  const code = 'code' in error && typeof error.code === 'string' ? { code: error.code } : {};
  const cause =
    error.cause === undefined || depth >= 4 ? {} : { cause: describeError(error.cause, depth + 1) };
  const inner =
    error instanceof AggregateError && depth < 4
      ? { errors: error.errors.slice(0, 5).map((one) => describeError(one, depth + 1)) }
      : {};
  return { type: error.name, ...code, message: error.message, stack: error.stack, ...cause, ...inner };
}

/** Redaction works on text and may spoil JSON; then every string of the line is cleaned by itself. */
function stillJson(line: string, cleaned: (text: string) => string): string {
  const whole = cleaned(line.trimEnd());
  try {
    JSON.parse(whole);
    return `${whole}\n`;
  } catch {
    const fields: unknown = JSON.parse(line);
    return `${JSON.stringify(fields, (_key, value: unknown) => (typeof value === 'string' ? cleaned(value) : value))}\n`;
  }
}
