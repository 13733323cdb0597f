import { describeFault } from '../config/describe.ts';
import type { ConfigFault } from '../config/fault.ts';
import { type Loaded, loadConfiguration } from '../config/load.ts';
import { cliTexts } from '../text/cli.ts';
import type { CommandLine } from './command-line.ts';
import { type Terminal, terminalLocale } from './terminal.ts';

/** Which file is read: `--config`, else `$QUEUEKEEPER_CONFIG`, else `queuekeeper.yml` here. */
export function configFileOf(command: Pick<CommandLine, 'config'>, terminal: Terminal): string {
  const named = terminal.env['QUEUEKEEPER_CONFIG'];
  return command.config ?? (named === undefined || named === '' ? 'queuekeeper.yml' : named);
}

export function load(file: string, terminal: Terminal): Loaded {
  return loadConfiguration({ file, env: terminal.env, readFile: terminal.readFile });
}

/** All faults at once: sentences on stderr, or one JSON object on stdout. */
export function reportFaults(
  file: string,
  faults: readonly ConfigFault[],
  json: boolean,
  terminal: Terminal,
): void {
  const locale = terminalLocale(terminal.env);
  const described = faults.map((fault) => describeFault(fault, locale));
  if (json) {
    terminal.out(`${JSON.stringify({ ok: false, file, faults: described })}\n`);
    return;
  }
  terminal.err(`${cliTexts[locale].faults(faults.length, file)}\n`);
  for (const { text } of described) terminal.err(`  ${text}\n`);
}
