import type { ProcessSettings } from '../config/process-settings.ts';
import { StoreUnavailable } from '../core/store-ports.ts';
import type { CliTexts } from '../text/cli.ts';

/** Which variable of the environment a port came from. */
export type Ports = ReadonlyMap<number, string>;

export const portsOf = ({ ops, slack }: Pick<ProcessSettings, 'ops' | 'slack'>): Ports =>
  new Map([[ops.port, 'OPS_PORT'], ...(slack.kind === 'http' ? [[slack.port, 'PORT'] as const] : [])]);

const mostCauses = 5;

/**
 * What went wrong, in one sentence for who looks at the terminal, with the way out where there is one. `clean` takes out what
 * must not be shown.
 */
export function sayError(
  error: unknown,
  texts: CliTexts,
  clean: (text: string) => string,
  ports: Ports = new Map(),
): string {
  const chain = chainOf(error);
  const taken = chain.find((one) => 'port' in one && typeof one.port === 'number');
  const port = taken !== undefined && 'port' in taken ? Number(taken.port) : undefined;
  const variable = port === undefined ? undefined : ports.get(port);
  const code = taken !== undefined && 'code' in taken ? String(taken.code) : '';
  // A port of ours: the same code from a database names none of them.
  if (port !== undefined && variable !== undefined && code === 'EADDRINUSE')
    return texts.portTaken(port, variable);
  if (port !== undefined && variable !== undefined && code === 'EACCES')
    return texts.portForbidden(port, variable);
  const [first, ...causes] = chain.map(({ message }) => clean(message.replaceAll(/\s+/g, ' ').trim()));
  const last = causes.filter((one) => one !== '' && one !== first).at(-1);
  const detail = last === undefined ? '' : texts.because(last);
  const isStore = chain.some((one) => one instanceof StoreUnavailable);
  return `${first ?? ''}${detail}${isStore ? texts.storeAway : ''}`;
}

/** The error and what caused it, outermost first. Of several at once the first one. */
function chainOf(error: unknown): readonly Error[] {
  const chain: Error[] = [];
  let next: unknown = error;
  while (chain.length < mostCauses && next !== undefined) {
    const one: Error = next instanceof Error ? next : new Error(String(next));
    chain.push(one);
    next = one.cause ?? (one instanceof AggregateError ? one.errors[0] : undefined);
  }
  return chain;
}
