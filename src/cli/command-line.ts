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
}

export type UsageProblem =
  | { readonly kind: 'unknown-verb'; readonly typed: string; readonly nearest: string | undefined }
  | { readonly kind: 'unknown-option'; readonly typed: string; readonly nearest: string | undefined }
  | { readonly kind: 'option-needs-value'; readonly name: string }
  | { readonly kind: 'words-needed' | 'nothing' }
  | { readonly kind: 'no-words'; readonly verb: Verb };

export type ParsedCommandLine =
  | { readonly kind: 'command'; readonly command: CommandLine }
  | { readonly kind: 'help' | 'version' }
  | { readonly kind: 'problem'; readonly problem: UsageProblem; readonly json: boolean };

const flags = ['config', 'json', 'help', 'version'] as const;

/** Reads the arguments after the program's name. Options may stand anywhere before a `--`. */
export function parseCommandLine(argv: readonly string[]): ParsedCommandLine {
  const { values, positionals, tokens } = parseArgs({
    args: [...argv],
    options: {
      config: { type: 'string', short: 'c' },
      json: { type: 'boolean' },
      help: { type: 'boolean', short: 'h' },
      version: { type: 'boolean', short: 'v' },
    },
    allowPositionals: true,
    strict: false,
    tokens: true,
  });
  const json = values['json'] === true;
  const problem = (found: UsageProblem): ParsedCommandLine => ({ kind: 'problem', problem: found, json });
  // Not strict, since Node's own errors are sentences; so what is strange is found in the tokens.
  for (const token of tokens) {
    if (token.kind !== 'option') continue;
    const flag = flags.find((name) => name === token.name);
    if (flag === undefined || (flag !== 'config' && token.value !== undefined)) {
      const close = nearest(token.name, flags);
      const suggested = close === undefined ? undefined : `--${close}`;
      return problem({ kind: 'unknown-option', typed: token.rawName, nearest: suggested });
    }
    if (flag === 'config' && (token.value === undefined || token.value === '')) {
      return problem({ kind: 'option-needs-value', name: '--config' });
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
  const config = typeof values['config'] === 'string' ? values['config'] : undefined;
  return { kind: 'command', command: { verb, config, json, words: rest.map(quoteWord).join(' ') } };
}

/** The shell has taken the quotes away; a word with spaces gets them back for the parser of `/queue`. */
function quoteWord(word: string): string {
  if (!/\s/.test(word)) return word;
  const quote = /["“”„«»]/.test(word) ? "'" : '"';
  const filter = /^([a-z_]+)=(.*)$/is.exec(word);
  return filter === null ? quote + word + quote : `${filter[1]}=${quote}${filter[2]}${quote}`;
}
