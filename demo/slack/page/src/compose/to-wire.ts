import { encodeEntities } from '../mrkdwn/entities.ts';
import type { Vocabulary } from './completion.ts';

/**
 * What was typed, as Slack sends it: names of people and channels as ids, the three characters escaped. The longest
 * name wins, so that `@Anna (second account)` is not Anna.
 */
export function toWire(text: string, { people, channels }: Vocabulary): string {
  const names = [
    ...people.map(({ id, name }) => ({ typed: `@${name}`, wire: `<@${id}>` })),
    ...channels.map(({ id, name }) => ({ typed: `#${name}`, wire: `<#${id}|${name}>` })),
  ].sort((one, other) => other.typed.length - one.typed.length);
  let wire = '';
  let plain = '';
  for (let at = 0; at < text.length; ) {
    const rest = text.slice(at);
    const found = isStart(text[at - 1])
      ? names.find(
          ({ typed }) => rest.toLowerCase().startsWith(typed.toLowerCase()) && isEnd(rest[typed.length]),
        )
      : undefined;
    if (found === undefined) {
      plain += text[at];
      at += 1;
      continue;
    }
    wire += encodeEntities(plain) + found.wire;
    plain = '';
    at += found.typed.length;
  }
  return wire + encodeEntities(plain);
}

const isStart = (before: string | undefined): boolean => before === undefined || /[\s("'=,]/.test(before);

const isEnd = (next: string | undefined): boolean => next === undefined || !/[\p{L}\p{N}_-]/u.test(next);
