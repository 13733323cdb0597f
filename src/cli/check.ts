import { describeWarning } from '../config/describe.ts';
import type { ConfigWarning } from '../config/fault.ts';
import { readProcessSettings } from '../config/process-settings.ts';
import type { Configuration } from '../core/configuration.ts';
import { cliTexts } from '../text/cli.ts';
import type { CommandLine } from './command-line.ts';
import { configFileOf, load, reportFaults } from './configured.ts';
import { type Terminal, terminalLocale } from './terminal.ts';

/** `check`: everything that is wrong with the file, and with the environment as far as it is set. 0 or 2. */
export function check(command: CommandLine, terminal: Terminal): number {
  const file = configFileOf(command, terminal);
  const loaded = load(file, terminal);
  const settings = hasSlack(terminal) ? readProcessSettings(terminal.env, terminal.readFile) : undefined;
  const faults = [
    ...(loaded.ok ? [] : loaded.faults),
    ...(settings === undefined || settings.ok ? [] : settings.faults),
  ];
  if (!loaded.ok || faults.length > 0) {
    reportFaults(file, faults, command.json, terminal);
    return 2;
  }
  report(file, loaded.configuration, loaded.warnings, command.json, settings !== undefined, terminal);
  return 0;
}

/** A file is often checked where no token is at hand; a single variable of Slack's asks for all. */
const hasSlack = ({ env }: Terminal): boolean =>
  Object.entries(env).some(([name, value]) => name.startsWith('SLACK_') && value !== '');

function report(
  file: string,
  configuration: Configuration,
  warnings: readonly ConfigWarning[],
  json: boolean,
  slackChecked: boolean,
  terminal: Terminal,
): void {
  const locale = terminalLocale(terminal.env);
  const texts = cliTexts[locale];
  const said = warnings.map((warning) => describeWarning(warning, locale));
  const apps = configuration.apps.map(({ description }) => ({
    name: description.name,
    environment: description.environment,
    queues: description.queues.length,
    connections: description.connections.size,
  }));
  const { policyVersion } = configuration;
  if (json) {
    terminal.out(
      `${JSON.stringify({ ok: true, file, apps, policyVersion, slackChecked, warnings: said })}\n`,
    );
    return;
  }
  terminal.out(`${texts.good(file)}\n`);
  for (const app of apps) {
    terminal.out(`${texts.summary(app.name, app.environment, app.queues, app.connections)}\n`);
  }
  terminal.out(`${texts.policy(policyVersion)}\n`);
  for (const { text } of said) terminal.err(`${texts.warning}: ${text}\n`);
  if (!slackChecked) terminal.err(`${texts.slackNotChecked}\n`);
}
