import { parseArgs } from 'node:util';
import { nearest } from '../core/nearest.ts';

export const verbs = ['start', 'check', 'doctor', 'probe', 'migrate', 'run', 'audit'] as const;
export type Verb = (typeof verbs)[number];

export interface CommandLine {
  readonly verb: Verb;
  /** Undefined: not named on the command line. */
  readonly config: string | undefined;
  readonly json: boolean;
  /** Of `run`: one line, as it would be typed after `/queue`. */
  readonly words: string;
  readonly probe: ProbeOptions;
}

export interface ProbeOptions {
  /** Undefined: every queue. */
  readonly queues: readonly string[] | undefined;
  readonly windowMinutes: number;
  /** A breached threshold is a failure too. */
  readonly strict: boolean;
}

export type UsageProblem =
  | { readonly kind: 'unknown-verb'; readonly typed: string; readonly nearest: string | undefined }
  | { readonly kind: 'unknown-option'; readonly typed: string; readonly nearest: string | undefined }
  | { readonly kind: 'option-of'; readonly option: string; readonly verb: Verb }
  | { readonly kind: 'option-needs-value'; readonly name: string }
  | { readonly kind: 'words-needed' | 'minutes-needed' | 'nothing' }
  | { readonly kind: 'no-words'; readonly verb: Verb };

export type ParsedCommandLine =
  | { readonly kind: 'command'; readonly command: CommandLine }
  | { readonly kind: 'help' | 'version' }
  | { readonly kind: 'problem'; readonly problem: UsageProblem; readonly json: boolean };

const flags = ['config', 'json', 'help', 'version'] as const;
const probeFlags = ['queues', 'window-minutes', 'strict'] as const;
const withValue: ReadonlySet<string> = new Set(['config', 'queues', 'window-minutes']);
const mostMinutes = 1_440;

/** Reads the arguments after the program's name. Options may stand anywhere before a `--`. */
export function parseCommandLine(argv: readonly string[]): ParsedCommandLine {
  const { values, positionals, tokens } = parseArgs({
    args: [...argv],
    options: {
      config: { type: 'string', short: 'c' },
      json: { type: 'boolean' },
      help: { type: 'boolean', short: 'h' },
      version: { type: 'boolean', short: 'v' },
      queues: { type: 'string' },
      'window-minutes': { type: 'string' },
      strict: { type: 'boolean' },
    },
    allowPositionals: true,
    strict: false,
    tokens: true,
  });
  const json = values['json'] === true;
  const problem = (found: UsageProblem): ParsedCommandLine => ({ kind: 'problem', problem: found, json });
  // Not strict, since Node's own errors are sentences; so what is strange is found in the tokens.
  const isProbe = positionals[0]?.toLowerCase() === 'probe';
  const allowed = isProbe ? [...flags, ...probeFlags] : flags;
  for (const token of tokens) {
    if (token.kind !== 'option') continue;
    const flag = allowed.find((name) => name === token.name);
    const takesValue = withValue.has(token.name);
    if (!isProbe && probeFlags.some((name) => name === token.name))
      return problem({ kind: 'option-of', option: token.rawName, verb: 'probe' });
    if (flag === undefined || (!takesValue && token.value !== undefined)) {
      const close = nearest(token.name, allowed);
      const suggested = close === undefined ? undefined : `--${close}`;
      return problem({ kind: 'unknown-option', typed: token.rawName, nearest: suggested });
    }
    if (takesValue && (token.value === undefined || token.value === '')) {
      return problem({ kind: 'option-needs-value', name: `--${flag}` });
    }
  }
  if (values['help'] === true) return { kind: 'help' };
  if (values['version'] === true) return { kind: 'version' };
  const [typed, ...rest] = positionals;
  if (typed === undefined) return problem({ kind: 'nothing' });
  if (typed === 'help') return { kind: 'help' };
  const verb = verbs.find((known) => known === typed.toLowerCase());
  if (verb === undefined) {
    return problem({ kind: 'unknown-verb', typed, nearest: nearest(typed, verbs) });
  }
  if (verb === 'run' && rest.length === 0) return problem({ kind: 'words-needed' });
  if (verb !== 'run' && rest.length > 0) return problem({ kind: 'no-words', verb });
  const windowMinutes = Number(values['window-minutes'] ?? 60);
  if (!Number.isInteger(windowMinutes) || windowMinutes < 1 || windowMinutes > mostMinutes)
    return problem({ kind: 'minutes-needed' });
  const probe = {
    ...{ queues: listOf(values['queues']), windowMinutes, strict: values['strict'] === true },
  };
  const config = typeof values['config'] === 'string' ? values['config'] : undefined;
  return { kind: 'command', command: { verb, config, json, words: rest.map(quoteWord).join(' '), probe } };
}

function listOf(value: unknown): readonly string[] | undefined {
  if (typeof value !== 'string') return undefined;
  const names = value.split(',').map((name) => name.trim());
  return names.filter((name) => name !== '');
}

/** The shell has taken the quotes away; a word with spaces gets them back for the parser of `/queue`. */
function quoteWord(word: string): string {
  if (!/\s/.test(word)) return word;
  const quote = /["“”„«»]/.test(word) ? "'" : '"';
  const filter = /^([a-z_]+)=(.*)$/is.exec(word);
  return filter === null ? quote + word + quote : `${filter[1]}=${quote}${filter[2]}${quote}`;
}
