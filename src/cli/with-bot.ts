import type { Configuration } from '../core/configuration.ts';
import { createCleaner, createLog } from '../log.ts';
import { cliTexts } from '../text/cli.ts';
import type { AuditVerdict, Bot } from './bot.ts';
import type { CommandLine } from './command-line.ts';
import { configFileOf, load, reportFaults } from './configured.ts';
import { renderReply } from './render-text.ts';
import { sayError } from './say-error.ts';
import { secretsIn } from './secrets-in.ts';
import { type Terminal, terminalLocale } from './terminal.ts';

/** `run WORDS…`: the reply as text or JSON on stdout; 1 for a refusal. */
export const runWords = (command: CommandLine, terminal: Terminal): Promise<number> =>
  withBot(command, terminal, async (bot) => {
    const locale = terminalLocale(terminal.env);
    const { reply, ok } = await bot.runReading(command.words, locale);
    terminal.out(command.json ? `${JSON.stringify({ ok, reply })}\n` : renderReply(reply));
    return ok ? 0 : 1;
  });

/** `audit`: 0 when the whole chain holds, 1 with the row named when it does not. */
export const audit = (command: CommandLine, terminal: Terminal): Promise<number> =>
  withBot(command, terminal, async (bot) => {
    const verdict = await bot.verifyAudit();
    terminal.out(command.json ? `${JSON.stringify(verdict)}\n` : sayVerdict(verdict, terminal));
    return verdict.ok ? 0 : 1;
  });

/** `migrate`: which migrations ran. */
export const migrate = (command: CommandLine, terminal: Terminal): Promise<number> =>
  withBot(command, terminal, async (bot) => {
    const migrations = await bot.migrate();
    const texts = cliTexts[terminalLocale(terminal.env)];
    terminal.out(
      command.json ? `${JSON.stringify({ ok: true, migrations })}\n` : `${texts.migrated(migrations)}\n`,
    );
    return 0;
  });

function sayVerdict(verdict: AuditVerdict, terminal: Terminal): string {
  const texts = cliTexts[terminalLocale(terminal.env)];
  return verdict.ok
    ? `${texts.chainHolds(verdict.rows, verdict.last.seq, verdict.last.hash)}\n`
    : `${texts.chainBroken(verdict.fault.seq, verdict.fault.kind)}\n`;
}

/** Builds the bot without Slack, uses it once and stops it, whatever happens. */
export async function useBot<T>(
  configuration: Configuration,
  terminal: Terminal,
  use: (bot: Bot) => Promise<T>,
): Promise<T> {
  const { clock, version, instance } = terminal;
  // Stdout is the answer's, so what rooms have to say goes to stderr, and only from warnings on.
  const log = createLog({
    level: 'warn',
    base: { version, instance },
    secrets: secretsIn(configuration, undefined),
    write: terminal.err,
  });
  const buildBot = await terminal.loadBot();
  const bot = buildBot({ configuration, slack: undefined, clock, log, version, instance });
  try {
    return await use(bot);
  } finally {
    await bot.stop();
  }
}

/** As `useBot`, from the command line to the exit code. What goes wrong is one line on stderr, and 1. */
export async function withBot(
  command: CommandLine,
  terminal: Terminal,
  use: (bot: Bot, configuration: Configuration) => Promise<number>,
): Promise<number> {
  const file = configFileOf(command, terminal);
  const loaded = load(file, terminal);
  if (!loaded.ok) {
    reportFaults(file, loaded.faults, command.json, terminal);
    return 2;
  }
  try {
    const { configuration } = loaded;
    return await useBot(configuration, terminal, (bot) => use(bot, configuration));
  } catch (error) {
    const texts = cliTexts[terminalLocale(terminal.env)];
    const clean = createCleaner(secretsIn(loaded.configuration, undefined));
    const what = sayError(error, texts, clean);
    if (command.json) terminal.out(`${JSON.stringify({ ok: false, error: what })}\n`);
    else terminal.err(`${texts.failed(what)}\n`);
    return 1;
  }
}
