import { isBlind, type ProbeReport, unknownQueues } from '../alerts/probe.ts';
import { queueLabel } from '../core/app-description.ts';
import { nearest } from '../core/nearest.ts';
import { cliTexts } from '../text/cli.ts';
import { partsText } from '../text/parts.ts';
import { probeText } from '../text/probe.ts';
import type { CommandLine } from './command-line.ts';
import { type Terminal, terminalLocale } from './terminal.ts';
import { withBot } from './with-bot.ts';

/**
 * `probe`: one measurement for CI. 0: pass, or breached without `--strict`; 1: breached with it, or something could not be
 * read, always; 2: wrong usage or configuration, a queue that nobody has among it.
 */
export const probe = (command: CommandLine, terminal: Terminal): Promise<number> =>
  withBot(command, terminal, async (bot, { apps }) => {
    const { queues, windowMinutes, strict } = command.probe;
    const [unknown] = unknownQueues(apps, queues ?? []);
    if (unknown !== undefined) {
      const known = apps.flatMap(({ description }) => description.queues);
      const close = nearest(
        unknown,
        known.flatMap((queue) => [queue.name, queueLabel(queue)]),
      );
      sayUnknown(unknown, close, command, terminal);
      return 2;
    }
    const report = await bot.probe({ queues, windowMinutes });
    terminal.out(command.json ? `${JSON.stringify(report)}\n` : say(report, terminal));
    return isBlind(report) || (strict && report.violations.length > 0) ? 1 : 0;
  });

function sayUnknown(
  queue: string,
  close: string | undefined,
  command: CommandLine,
  terminal: Terminal,
): void {
  const locale = terminalLocale(terminal.env);
  const meant = close === undefined ? '' : cliTexts[locale].didYouMean(close);
  const said = probeText[locale].unknownQueue(queue) + meant;
  if (command.json) terminal.out(`${JSON.stringify({ ok: false, error: said })}\n`);
  else terminal.err(`${said}\n`);
}

/** A line for each queue, then what is breached, what could not be read, and the verdict. */
function say(report: ProbeReport, terminal: Terminal): string {
  const locale = terminalLocale(terminal.env);
  const t = probeText[locale];
  const parts = partsText[locale];
  const lines = [
    ...report.queues.map((queue) => t.queue(queue)),
    ...report.violations.map((violation) => t.violation(violation)),
    ...report.queues.flatMap(({ app, queue, unreadable, immeasurable }) =>
      unreadable.map((metric) =>
        immeasurable.includes(metric) ? t.immeasurable(app, queue, metric) : t.unreadable(app, queue, metric),
      ),
    ),
    ...report.missing.map((part) => parts.missing(parts.part(part), parts.why(part.why), part.detail)),
    t.verdict(report),
  ];
  return `${[...new Set(lines)].join('\n')}\n`;
}
