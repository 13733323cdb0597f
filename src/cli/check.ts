import {
  describeAgeless,
  describeMisfit,
  describeStrangeWords,
  describeTrial,
  describeWarning,
} from '../config/describe.ts';
import type { Loaded } from '../config/load.ts';
import { readProcessSettings } from '../config/process-settings.ts';
import type { ConditionTrial } from '../core/condition-trial.ts';
import type { Configuration } from '../core/configuration.ts';
import type { HostTrial } from '../core/host-trial.ts';
import type { Gathered } from '../core/reading.ts';
import { redact } from '../core/redact.ts';
import { cliTexts } from '../text/cli.ts';
import { partsText } from '../text/parts.ts';
import { punctuation } from '../text/punctuation.ts';
import type { AgelessLevel, StrangeWords } from './bot.ts';
import type { CommandLine } from './command-line.ts';
import { configFileOf, load, reportFaults } from './configured.ts';
import { type Terminal, terminalLocale } from './terminal.ts';
import { useBot } from './with-bot.ts';

/**
 * `check`: everything that is wrong with the file, and with the environment as far as it is set. Its SQL and its logins are
 * tried on the databases and hosts that can be reached, and only there: a file is often checked where nothing is at hand. 0 or 2.
 */
export async function check(command: CommandLine, terminal: Terminal): Promise<number> {
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
  const { tried, hosts, strange, ageless } = await tryOut(loaded.configuration, terminal);
  const locale = terminalLocale(terminal.env);
  const refused = [
    ...strange.map((words) => describeStrangeWords(words, loaded.lineOf(words.path), locale)),
    ...tried.value.flatMap((trial) =>
      trial.kind === 'refused' ? [describeTrial(trial, loaded.lineOf(trial.path), locale)] : [],
    ),
    ...hosts.value.flatMap((trial) =>
      trial.kind === 'misfit' ? [describeMisfit(trial, loaded.lineOf(['hosts', trial.host]), locale)] : [],
    ),
  ];
  if (refused.length > 0) {
    reportRefused(file, refused, command.json, terminal);
    return 2;
  }
  report(
    { file, loaded, tried, hosts, ageless, json: command.json, slackChecked: settings !== undefined },
    terminal,
  );
  return 0;
}

/** A file is often checked where no token is at hand; a single variable of Slack's asks for all. */
const hasSlack = ({ env }: Terminal): boolean =>
  Object.entries(env).some(([name, value]) => name.startsWith('SLACK_') && value !== '');

type Tried = Gathered<readonly ConditionTrial[]>;
type Good = Extract<Loaded, { readonly ok: true }>;

interface TriedOut {
  readonly tried: Tried;
  readonly hosts: Gathered<readonly HostTrial[]>;
  readonly strange: readonly StrangeWords[];
  readonly ageless: readonly AgelessLevel[];
}

/** What keeps the bot from being built is no fault of the file: then nothing was tried, and that is told. */
async function tryOut(configuration: Configuration, terminal: Terminal): Promise<TriedOut> {
  try {
    return await useBot(configuration, terminal, async (bot) => {
      const asked = [bot.tryConditions(), bot.tryHosts(), bot.findAgeless()] as const;
      const [tried, hosts, ageless] = await Promise.all(asked);
      return { tried, hosts, ageless, strange: bot.strangeWords() };
    });
  } catch (error) {
    const detail = redact(error instanceof Error ? error.message : String(error));
    const missing = configuration.apps.map(({ description: { name } }) => ({
      ...({ part: 'database', name, why: 'failed', detail } as const),
    }));
    return { tried: { value: [], missing }, hosts: { value: [], missing: [] }, strange: [], ageless: [] };
  }
}

function reportRefused(
  file: string,
  faults: readonly { readonly text: string }[],
  json: boolean,
  terminal: Terminal,
): void {
  const locale = terminalLocale(terminal.env);
  if (json) {
    terminal.out(`${JSON.stringify({ ok: false, file, faults })}\n`);
    return;
  }
  terminal.err(`${cliTexts[locale].faults(faults.length, file)}\n`);
  for (const { text } of faults) terminal.err(`  ${text}\n`);
}

interface Report {
  readonly file: string;
  readonly loaded: Good;
  readonly tried: Tried;
  readonly hosts: Gathered<readonly HostTrial[]>;
  readonly ageless: readonly AgelessLevel[];
  readonly json: boolean;
  readonly slackChecked: boolean;
}

function report(
  { file, loaded, tried, hosts, ageless, json, slackChecked }: Report,
  terminal: Terminal,
): void {
  const locale = terminalLocale(terminal.env);
  const texts = cliTexts[locale];
  const { apps: configured, policyVersion } = loaded.configuration;
  const warnings = [
    ...loaded.warnings.map((warning) => describeWarning(warning, locale)),
    ...tried.value.map((trial) => describeTrial(trial, loaded.lineOf(trial.path), locale)),
    ...ageless.map((level) => describeAgeless(level, loaded.lineOf(level.path), locale)),
  ];
  const notTried = tried.missing.map(({ name }) => name);
  const apps = configured.map(({ description }) => ({
    name: description.name,
    environment: description.environment,
    queues: description.queues.length,
    connections: description.connections.size,
    sqlTried: !notTried.includes(description.name),
  }));
  const hostsTried = hosts.value.map(({ host }) => host);
  if (json) {
    terminal.out(
      `${JSON.stringify({ ok: true, file, apps, hostsTried, policyVersion, slackChecked, warnings })}\n`,
    );
    return;
  }
  terminal.out(`${texts.good(file)}\n`);
  for (const app of apps) {
    terminal.out(`${texts.summary(app.name, app.environment, app.queues, app.connections)}\n`);
    if (app.sqlTried) terminal.out(`${texts.tried(app.name)}\n`);
  }
  for (const trial of hosts.value)
    if (trial.kind === 'answers') terminal.out(`${texts.hostAnswers(trial.host, trial.runner)}\n`);
  terminal.out(`${texts.policy(policyVersion)}\n`);
  for (const { text } of warnings) terminal.err(`${texts.warning}${punctuation[locale].colon}${text}\n`);
  for (const missing of tried.missing) {
    const parts = partsText[locale];
    terminal.err(`${texts.notTried(parts.part(missing), parts.why(missing.why))}\n`);
  }
  for (const missing of hosts.missing) {
    const parts = partsText[locale];
    terminal.err(`${texts.hostNotTried(parts.part(missing), parts.why(missing.why), missing.detail)}\n`);
  }
  if (!slackChecked) terminal.err(`${texts.slackNotChecked}\n`);
}
