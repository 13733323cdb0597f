import { cliTexts } from '../text/cli.ts';
import { check } from './check.ts';
import { type CommandLine, parseCommandLine, type UsageProblem } from './command-line.ts';
import { probe } from './probe.ts';
import { start } from './start.ts';
import { type Terminal, terminalLocale } from './terminal.ts';
import { audit, migrate, runWords } from './with-bot.ts';

/** Runs one command line to its end and gives the exit code: 0 done, 1 failed, 2 wrong usage or configuration. */
export async function runCli(argv: readonly string[], terminal: Terminal): Promise<number> {
  const texts = cliTexts[terminalLocale(terminal.env)];
  const parsed = parseCommandLine(argv);
  switch (parsed.kind) {
    case 'help':
      terminal.out(`${texts.usage}\n`);
      return 0;
    case 'version':
      terminal.out(`queuekeeper ${terminal.version}\n`);
      return 0;
    case 'problem':
      reportProblem(parsed.problem, parsed.json, terminal);
      return 2;
    case 'command':
      return dispatch(parsed.command, terminal);
  }
}

function dispatch(command: CommandLine, terminal: Terminal): number | Promise<number> {
  switch (command.verb) {
    case 'start':
      return start(command, terminal);
    case 'check':
      return check(command, terminal);
    case 'run':
      return runWords(command, terminal);
    case 'audit':
      return audit(command, terminal);
    case 'migrate':
      return migrate(command, terminal);
    case 'probe':
      return probe(command, terminal);
    case 'doctor': {
      const said = cliTexts[terminalLocale(terminal.env)].notYet(command.verb);
      if (command.json) terminal.out(`${JSON.stringify({ ok: false, error: said })}\n`);
      else terminal.err(`${said}\n`);
      return 2;
    }
  }
}

function reportProblem(problem: UsageProblem, json: boolean, terminal: Terminal): void {
  const texts = cliTexts[terminalLocale(terminal.env)];
  const said = sayProblem(problem, texts);
  if (json) {
    terminal.out(`${JSON.stringify({ ok: false, error: said })}\n`);
    return;
  }
  if (said !== '') terminal.err(`${said}\n\n`);
  terminal.err(`${texts.usage}\n`);
}

function sayProblem(problem: UsageProblem, texts: (typeof cliTexts)['en']): string {
  switch (problem.kind) {
    case 'nothing':
      return '';
    case 'unknown-verb':
    case 'unknown-option': {
      const said = problem.kind === 'unknown-verb' ? texts.unknownVerb : texts.unknownOption;
      return said(problem.typed) + (problem.nearest === undefined ? '' : texts.didYouMean(problem.nearest));
    }
    case 'option-of':
      return texts.optionOf(problem.option, problem.verb);
    case 'option-needs-value':
      return texts.optionNeedsValue(problem.name);
    case 'minutes-needed':
      return texts.minutesNeeded;
    case 'words-needed':
      return texts.wordsNeeded;
    case 'no-words':
      return texts.noWords(problem.verb);
  }
}
