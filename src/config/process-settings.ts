import { nearest } from '../core/nearest.ts';
import { Secret } from '../core/secret.ts';
import { type Environment, findVariable, type ReadFile } from './environment.ts';
import type { ConfigFault, Expectation } from './fault.ts';

/** What the environment says beside the file: how Slack is reached, and where operators look. */
export interface ProcessSettings {
  readonly slack: SlackEnvironment;
  readonly ops: { readonly port: number; readonly host: string | undefined };
  readonly logLevel: LogLevel;
}

/** Socket Mode when there is an app token, else signed HTTP. `apiUrl` ends in `/`. */
export type SlackEnvironment = (
  | { readonly kind: 'socket'; readonly appToken: Secret }
  | { readonly kind: 'http'; readonly signingSecret: Secret; readonly port: number }
) & { readonly botToken: Secret; readonly apiUrl: string };

export type LogLevel = (typeof logLevels)[number];
const logLevels = ['debug', 'info', 'warn', 'error'] as const;

export type ReadSettings =
  | { readonly ok: true; readonly settings: ProcessSettings }
  | { readonly ok: false; readonly faults: readonly ConfigFault[] };

/** Reads `SLACK_…`, `PORT`, `OPS_PORT`, `OPS_HOST` and `LOG_LEVEL`; every fault is told, none shows a secret. */
export function readProcessSettings(env: Environment, readFile: ReadFile): ReadSettings {
  const reader = new Reader(env, readFile);
  const botToken = reader.secret('SLACK_BOT_TOKEN', true);
  const appToken = reader.secret('SLACK_APP_TOKEN', false);
  // A broken app token is told as it is, and not as a signing secret that is missing.
  const http = appToken === undefined && !reader.faulty('SLACK_APP_TOKEN');
  const signingSecret = reader.secret('SLACK_SIGNING_SECRET', http);
  const port = reader.port('PORT', 3000);
  const apiUrl = reader.apiUrl('SLACK_API_URL', 'https://slack.com/api/');
  const opsPort = reader.port('OPS_PORT', 9464);
  if (http && port === opsPort && port !== 0) reader.fault('OPS_PORT', 'distinct-ports', ['PORT']);
  const host = reader.text('OPS_HOST');
  const logLevel = reader.logLevel('LOG_LEVEL');
  if (reader.faults.length > 0 || botToken === undefined) return { ok: false, faults: reader.faults };
  const ops = { port: opsPort, host };
  const shared = { botToken, apiUrl };
  if (appToken !== undefined) {
    return { ok: true, settings: { slack: { kind: 'socket', appToken, ...shared }, ops, logLevel } };
  }
  if (signingSecret === undefined) return { ok: false, faults: reader.faults };
  return { ok: true, settings: { slack: { kind: 'http', signingSecret, port, ...shared }, ops, logLevel } };
}

class Reader {
  readonly faults: ConfigFault[] = [];
  readonly #env: Environment;
  readonly #readFile: ReadFile;

  constructor(env: Environment, readFile: ReadFile) {
    this.#env = env;
    this.#readFile = readFile;
  }

  faulty(name: string): boolean {
    return this.faults.some(({ path }) => path[0] === name);
  }

  fault(
    name: string,
    expected: Expectation,
    names: readonly string[] = [],
    came: ConfigFault['came'] = { kind: 'value', text: this.#env[name] ?? '' },
  ): void {
    this.faults.push({ path: [name], expected, names, came });
  }

  secret(name: string, required: boolean): Secret | undefined {
    const found = findVariable(name, this.#env, this.#readFile);
    switch (found.kind) {
      case 'set':
        if (!/[\s\p{Cc}]/u.test(found.value)) return new Secret(found.value);
        this.fault(name, 'secret', [], { kind: 'hidden', problem: 'has-spaces' });
        return undefined;
      case 'both':
        this.fault(name, 'inline-or-file', [name, `${name}_FILE`], { kind: 'both' });
        return undefined;
      case 'missing':
      case 'empty':
        if (required) this.fault(name, 'variable-set', [name], { kind: found.kind });
        return undefined;
      default:
        this.fault(name, 'secret', [`${name}_FILE`], { kind: 'hidden', problem: found.kind });
        return undefined;
    }
  }

  text(name: string): string | undefined {
    const value = this.#env[name];
    return value === undefined || value === '' ? undefined : value;
  }

  /** 0 means any free port, which tests use. */
  port(name: string, fallback: number): number {
    const value = this.text(name);
    if (value === undefined) return fallback;
    if (/^\d{1,5}$/.test(value) && Number(value) <= 65_535) return Number(value);
    this.fault(name, 'port');
    return fallback;
  }

  apiUrl(name: string, fallback: string): string {
    const value = this.text(name);
    if (value === undefined) return fallback;
    const fits = URL.canParse(value) && /^https?:\/\/[^@]+\/api\/?$/.test(value);
    if (!fits) this.fault(name, 'api-url', [], { kind: 'hidden' });
    return value.endsWith('/') ? value : `${value}/`;
  }

  logLevel(name: string): LogLevel {
    const value = this.text(name)?.toLowerCase() ?? 'info';
    const level = logLevels.find((known) => known === value);
    if (level !== undefined) return level;
    const close = nearest(value, logLevels);
    this.fault(name, 'log-level', logLevels);
    const last = this.faults.at(-1);
    if (last !== undefined && close !== undefined) this.faults.splice(-1, 1, { ...last, nearest: close });
    return 'info';
  }
}
