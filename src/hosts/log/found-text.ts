import { redact } from '../../core/redact.ts';
import { capText, strip } from '../../core/strip.ts';
import type { FoundRecord } from './scan.ts';
import { parseObject } from './stamp.ts';

const mostText = 300;
/** Of the head, where the line with the match stands behind it. */
const mostHead = 140;

/**
 * One line for a person: level, message and context, and the line that matched where that is another one. Decoded, stripped
 * and redacted before it is cut.
 */
export function textOfRecord({ kind, first, line }: FoundRecord): string {
  const said = kind === 'json' ? textOfJson(first) : undefined;
  const head = clean(said ?? first.toString('utf8').replace(/^\[[^\]]{10,40}\]\s?/, ''));
  return line === undefined
    ? capText(head, mostText)
    : capText(`${capText(head, mostHead)} … ${clean(line.toString('utf8'))}`, mostText);
}

const clean = (text: string): string => redact(strip(text)).replace(/\s+/g, ' ').trim();

/** As LineFormatter would have written it: `production.ERROR: message {"key":"value"}`. */
function textOfJson(line: Buffer): string | undefined {
  const record = parseObject(line.toString('utf8'));
  const message = record?.['message'];
  if (record === undefined || typeof message !== 'string') return undefined;
  const { channel, level_name: level, context } = record;
  const names = [channel, level].filter((name) => typeof name === 'string' && name !== '').join('.');
  const isEmpty = typeof context !== 'object' || context === null || Object.keys(context).length === 0;
  return `${names === '' ? '' : `${names}: `}${message}${isEmpty ? '' : ` ${JSON.stringify(context)}`}`;
}
