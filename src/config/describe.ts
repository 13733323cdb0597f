import type { ConditionTrial } from '../core/condition-trial.ts';
import type { HostTrial } from '../core/host-trial.ts';
import type { Locale } from '../core/people.ts';
import { configTexts } from '../text/config.ts';
import { punctuation } from '../text/punctuation.ts';
import { type ConfigFault, type ConfigPath, type ConfigWarning, pathText } from './fault.ts';

/** A fault or warning in words, for a terminal, a log or a machine. */
export interface Described {
  /** `apps.fap.queues.reports.connection`; empty for the file as a whole. */
  readonly path: string;
  readonly line?: number;
  readonly expected: string;
  readonly came: string;
  readonly nearest?: string;
  /** All of it as one sentence. */
  readonly text: string;
}

/** The same of what has no value that could be wrong. */
export type Told = Pick<Described, 'path' | 'line' | 'text'>;

/** `say` is given where it is, in words. */
function tellAt(path: string, line: number | undefined, locale: Locale, say: (at: string) => string): Told {
  return { path, ...(line === undefined ? {} : { line }), text: say(place(path, line, locale)) };
}

export function describeFault(fault: ConfigFault, locale: Locale): Described {
  const texts = configTexts[locale];
  const path = pathText(fault.path);
  const expected = texts.expected[fault.expected](fault.names ?? []);
  const came = describeCame(fault, locale);
  const sentence = texts.fault(place(path, fault.line, locale), expected, came);
  return {
    path,
    ...(fault.line === undefined ? {} : { line: fault.line }),
    ...{ expected, came },
    ...(fault.nearest === undefined ? {} : { nearest: fault.nearest }),
    text:
      sentence +
      (fault.nearest === undefined ? '' : texts.meant(fault.nearest)) +
      (texts.wayOut[fault.expected] ?? ''),
  };
}

function describeCame({ came }: ConfigFault, locale: Locale): string {
  const texts = configTexts[locale];
  if (came.kind === 'value') return `"${came.text}"`;
  const said = texts.came[came.kind];
  return came.kind === 'hidden' && came.problem !== undefined
    ? texts.because(said, texts.problem[came.problem])
    : said;
}

export function describeWarning({ path, line, warning }: ConfigWarning, locale: Locale): Told {
  return tellAt(
    pathText(path),
    line,
    locale,
    (at) => `${at}${punctuation[locale].colon}${configTexts[locale].warning[warning]}`,
  );
}

/** What a database said of something in the configuration. */
export function describeTrial(trial: ConditionTrial, line: number | undefined, locale: Locale): Told {
  const { trial: texts } = configTexts[locale];
  return tellAt(pathText(trial.path), line, locale, (at) =>
    trial.kind === 'refused'
      ? texts.refused(at, trial.app, trial.detail)
      : (trial.eachTick ? texts.fullScanEachTick : texts.fullScan)(at, trial.table, trial.rows),
  );
}

/** What a host said that does not fit the configuration. */
export function describeMisfit(
  { host, why, detail }: Extract<HostTrial, { kind: 'misfit' }>,
  line: number | undefined,
  locale: Locale,
): Told {
  return tellAt(`hosts.${host}`, line, locale, (at) => configTexts[locale].misfit[why](at, detail));
}

/** A button of a verdict that nobody could use. */
export function describeStrangeWords(
  { path, words }: { readonly path: ConfigPath; readonly words: string },
  line: number | undefined,
  locale: Locale,
): Told {
  return tellAt(pathText(path), line, locale, (at) => configTexts[locale].trial.strangeWords(at, words));
}

/** A level that nothing can be measured by. */
export function describeAgeless(
  { path, queue, version }: { readonly path: ConfigPath; readonly queue: string; readonly version: string },
  line: number | undefined,
  locale: Locale,
): Told {
  return tellAt(pathText(path), line, locale, (at) => configTexts[locale].trial.ageless(at, queue, version));
}

function place(path: string, line: number | undefined, locale: Locale): string {
  const texts = configTexts[locale];
  const name = path === '' ? texts.theFile : path;
  if (line === undefined) return name;
  return locale === 'en' ? `${name} (${texts.line(line)})` : `${name}（${texts.line(line)}）`;
}
