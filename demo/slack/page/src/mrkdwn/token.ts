import { decodeEntities } from './entities.ts';
import type { Token } from './node.ts';

/** What stands between `<` and `>`; a text when it means nothing to Slack. */
export function readToken(inside: string): Token | string {
  const bar = inside.indexOf('|');
  const head = decodeEntities(bar < 0 ? inside : inside.slice(0, bar));
  const label = bar < 0 ? undefined : decodeEntities(inside.slice(bar + 1));
  const id = head.slice(1);
  if (/^@[UW][A-Z0-9]+$/.test(head)) return { kind: 'person', id, label };
  if (/^#[CDG][A-Z0-9]+$/.test(head)) return { kind: 'channel', id, label };
  if (head.startsWith('!')) return special(id, label);
  if (isAddress(head)) return { kind: 'link', url: head, label: label === '' ? undefined : label };
  return `<${decodeEntities(inside)}>`;
}

/** `<!…>`. An unknown one reads as its label, or as its name in angle brackets. */
function special(name: string, label: string | undefined): Token | string {
  if (name === 'here' || name === 'channel' || name === 'everyone') return { kind: 'broadcast', range: name };
  const group = /^subteam\^(S[A-Z0-9]+)$/.exec(name)?.[1];
  if (group !== undefined) return { kind: 'group', id: group, label };
  const date = /^date\^(-?\d{1,16})\^([^^]*)(?:\^(.+))?$/.exec(name);
  if (date !== null) {
    const [, seconds = '', format = '', url] = date;
    return { kind: 'date', seconds: Number(seconds), format, url, fallback: label ?? '' };
  }
  return label ?? `<${name}>`;
}

/** Anything else in angle brackets is an address to Slack; ours has to begin like one, so that `<b>` stays a text. */
const isAddress = (head: string): boolean => /^[a-z][a-z0-9+.-]*:\S+$/i.test(head);
