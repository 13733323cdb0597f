import { type Rich, type Span, spansOf } from '../../core/rich.ts';
import { strip } from '../../core/strip.ts';

export interface MrkdwnOptions {
  /** At most so many characters as Slack counts them; what is left out is marked by an ellipsis. */
  readonly most?: number;
  /** For a message's own text, where Slack makes links of what looks like one; in blocks `verbatim` forbids it. */
  readonly breakLinks?: boolean;
}

/**
 * Slack's mrkdwn, in which nothing from outside comes alive. `&`, `<` and `>` are escaped as Slack wants it; for `*`, `_`,
 * `~`, backticks, quotes and emoji names it has no escape, so where they would mean something a character that looks like
 * them stands in their place. It is cut inside texts only, so marks, entities and mentions stay whole.
 */
export function toMrkdwn(
  text: Rich,
  { most = Number.POSITIVE_INFINITY, breakLinks }: MrkdwnOptions = {},
): string {
  const spans = spansOf(text);
  const draw = (span: Span): string => spanToMrkdwn(span, breakLinks === true);
  const whole = spans.reduce<string>((drawn, span) => join(drawn, draw(span)), '');
  if (whole.length <= most) return whole;
  let drawn = '';
  for (const span of spans) {
    const longer = join(drawn, draw(span));
    if (longer.length < most) drawn = longer;
    else return `${cutSpan(span, (cut) => join(drawn, draw(cut)), most - 1) ?? drawn}…`;
  }
  return drawn;
}

/** Slack reads `*` and backticks as marks only beside something that is no letter. */
function join(before: string, after: string): string {
  const mark = /^[*`]/.test(after) && /[\p{L}\p{N}]$/u.test(before);
  const marked = /[*`]$/.test(before) && /^[\p{L}\p{N}]/u.test(after);
  return mark || marked ? `${before}\u200b${after}` : before + after;
}

/** The longest beginning of the span's text with which `draw` stays within the limit. */
function cutSpan(span: Span, draw: (cut: Span) => string, most: number): string | undefined {
  const source =
    typeof span === 'string' ? span : 'bold' in span ? span.bold : 'code' in span ? span.code : undefined;
  if (source === undefined) return undefined;
  const points = [...strip(source)].slice(0, most);
  const at = (count: number): string => {
    const cut = points.slice(0, count).join('');
    return draw(typeof span === 'string' ? cut : 'bold' in span ? { bold: cut } : { code: cut });
  };
  let fits = 0;
  let tooMany = points.length + 1;
  while (tooMany - fits > 1) {
    const middle = (fits + tooMany) >> 1;
    if (at(middle).length <= most) fits = middle;
    else tooMany = middle;
  }
  return fits === 0 ? undefined : at(fits);
}

function spanToMrkdwn(span: Span, breakLinks: boolean): string {
  if (typeof span === 'string') return plainToMrkdwn(span, breakLinks);
  if ('bold' in span) return surround('*', plainToMrkdwn(span.bold.trim(), breakLinks).replaceAll('\n', ' '));
  if ('code' in span)
    return surround('`', escapeEntities(strip(span.code).replaceAll('`', 'ˋ').replaceAll('\n', ' ')));
  if ('person' in span)
    return /^[UW][A-Z0-9]+$/.test(span.person) ? `<@${span.person}>` : plainToMrkdwn(span.person);
  if ('group' in span)
    return /^S[A-Z0-9]+$/.test(span.group) ? `<!subteam^${span.group}>` : plainToMrkdwn(span.group);
  if ('channel' in span)
    return /^[CGD][A-Z0-9]+$/.test(span.channel) ? `<#${span.channel}>` : plainToMrkdwn(span.channel);
  if ('time' in span) return timeToMrkdwn(span.time, span.zone);
  return `<${escapeEntities(encodeURI(span.link))}|${escapeEntities(strip(span.label)).replaceAll('|', '¦')}>`;
}

const surround = (mark: string, text: string): string => (text === '' ? '' : `${mark}${text}${mark}`);

const escapeEntities = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

const lookAlike: Readonly<Record<string, string>> = { '*': '∗', _: 'ˍ', '~': '∼' };
/** Where bold, italic or struck text could begin or end: `snake_case` and `2 * 3` are left as they are. */
const marksAtEdges = /(?<![\p{L}\p{N}])[*_~](?=\S)|(?<=\S)[*_~](?![\p{L}\p{N}])/gu;
/** Names of emoji; a time such as 12:30:45 holds none. */
const emojiColon = /:(?=(?:[a-z0-9_+'-]*[a-z_+][a-z0-9_+'-]*|100|1234):)/gi;

/** Plain text that stays plain: no bold, no code, no quote, no mention, no link, no emoji. */
export function plainToMrkdwn(text: string, breakLinks = false): string {
  const quiet = strip(text)
    .replaceAll('`', 'ˋ')
    .replace(marksAtEdges, (mark) => lookAlike[mark] ?? mark)
    .replace(/^([ \t]*)>/gm, '$1＞')
    .replace(emojiColon, '꞉');
  // U+2060 is seen by nobody, and no address goes on behind it.
  return escapeEntities(breakLinks ? quiet.replace(/[.:@/](?=[\p{L}\p{N}/])/gu, '$&\u2060') : quiet);
}

function timeToMrkdwn(time: Date, zone: string): string {
  const seconds = Math.floor(time.getTime() / 1000);
  return `<!date^${seconds}^{date_short_pretty} {time_secs}|${escapeEntities(plainTime(time, zone))}>`;
}

/** `2026-11-25 14:03:05 Asia/Shanghai`, for who can't be shown their own zone; Swedish writes times so. */
const plainTime = (time: Date, zone: string): string =>
  `${time.toLocaleString('sv-SE', { timeZone: zone })} ${zone}`;
