import { type Rich, type Span, spansOf } from '../../core/rich.ts';
import { strip } from '../../core/strip.ts';

/**
 * Slack's mrkdwn, in which nothing from outside comes alive: `&`, `<` and `>` are escaped, and the characters that Slack
 * would read as formatting or as the beginning of a mention, link or emoji are kept from it by a word joiner.
 */
export function toMrkdwn(text: Rich): string {
  return spansOf(text).map(spanToMrkdwn).join('');
}

function spanToMrkdwn(span: Span): string {
  if (typeof span === 'string') return plainToMrkdwn(span);
  if ('bold' in span) return surround('*', plainToMrkdwn(span.bold));
  if ('code' in span)
    return surround('`', escapeEntities(strip(span.code).replaceAll('`', 'ˋ').replaceAll('\n', ' ')));
  if ('person' in span)
    return /^[UW][A-Z0-9]+$/.test(span.person) ? `<@${span.person}>` : plainToMrkdwn(span.person);
  if ('group' in span)
    return /^S[A-Z0-9]+$/.test(span.group) ? `<!subteam^${span.group}>` : plainToMrkdwn(span.group);
  if ('channel' in span)
    return /^[CGD][A-Z0-9]+$/.test(span.channel) ? `<#${span.channel}>` : plainToMrkdwn(span.channel);
  if ('time' in span) return timeToMrkdwn(span.time, span.zone);
  return `<${escapeEntities(encodeURI(span.link))}|${escapeEntities(span.label).replaceAll('|', '¦')}>`;
}

const surround = (mark: string, text: string): string => (text === '' ? '' : `${mark}${text}${mark}`);

export const escapeEntities = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/** U+2060: breaks what Slack would recognise, and is seen by nobody. */
const joiner = '\u2060';

/** Plain text that stays plain: no bold, no code, no mention, no link, no emoji. */
export function plainToMrkdwn(text: string): string {
  return escapeEntities(strip(text))
    .replace(/(^|[\s([{"'.,;:!?-])([*_~`])(?=\S)/g, `$1${joiner}$2`)
    .replace(/(\S)([*_~`])(?=$|[\s)\]}"'.,;:!?-])/g, `$1${joiner}$2`)
    .replaceAll('`', `${joiner}\``)
    .replace(/(^|\s)(?=@(?:here|channel|everyone)\b)/g, `$1${joiner}`)
    .replace(/\b(https?|ftp|mailto|slack):(?=\S)/gi, `$1${joiner}:`)
    .replace(/\b(www)\.(?=\w)/gi, `$1${joiner}.`)
    .replace(/:(?=[a-z0-9_+'-]+:)/gi, `:${joiner}`);
}

function timeToMrkdwn(time: Date, zone: string): string {
  const fallback = new Intl.DateTimeFormat('en-CA', {
    ...{ timeZone: zone, dateStyle: 'short', timeStyle: 'medium', hourCycle: 'h23' },
  }).format(time);
  const seconds = Math.floor(time.getTime() / 1000);
  return `<!date^${seconds}^{date_short_pretty} {time_secs}|${escapeEntities(`${fallback} ${zone}`)}>`;
}

/** Without any marks, for headers, notifications and terminals. */
export function toPlain(text: Rich, zoneOf: (time: Date, zone: string) => string = plainTime): string {
  return spansOf(text)
    .map((span) => {
      if (typeof span === 'string') return strip(span);
      if ('bold' in span) return strip(span.bold);
      if ('code' in span) return strip(span.code);
      if ('person' in span) return `@${span.person}`;
      if ('group' in span) return `@${span.group}`;
      if ('channel' in span) return `#${span.channel}`;
      if ('time' in span) return zoneOf(span.time, span.zone);
      return span.label;
    })
    .join('');
}

function plainTime(time: Date, zone: string): string {
  const shown = new Intl.DateTimeFormat('en-CA', {
    ...{ timeZone: zone, dateStyle: 'short', timeStyle: 'medium', hourCycle: 'h23' },
  });
  return `${shown.format(time).replace(',', '')} ${zone}`;
}

/** Cuts on code points, and never inside an entity or a mark such as `<@U…>`. */
export function cutMrkdwn(text: string, most: number): string {
  if (text.length <= most) return text;
  let cut = text.slice(0, most - 1);
  if (/[\ud800-\udbff]$/.test(cut)) cut = cut.slice(0, -1);
  const open = cut.lastIndexOf('<');
  if (open > cut.lastIndexOf('>')) cut = cut.slice(0, open);
  const entity = /&[a-z]{0,4}$/.exec(cut);
  if (entity !== null) cut = cut.slice(0, entity.index);
  // An odd number of backticks would leave code open to the end of the block.
  const ticks = (cut.match(/(?<!\u2060)`/g) ?? []).length;
  return `${cut}${ticks % 2 === 1 ? '`' : ''}…`;
}
