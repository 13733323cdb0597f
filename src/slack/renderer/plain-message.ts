import type { Reply, ReplyPart } from '../../core/reply.ts';
import type { Rich } from '../../core/rich.ts';
import { marks } from './blocks.ts';
import { plainToMrkdwn, toMrkdwn } from './mrkdwn.ts';
import { tableLines } from './table.ts';

/** Longer texts are better not sent. */
const mostCharacters = 3_900;
const mostInALine = 1_000;

/** Text alone, for when Slack refuses the blocks. What it would show as a link is broken up; the end is marked when cut. */
export function renderPlainMessage(reply: Reply): { readonly text: string } {
  const heading = `${marks[reply.mood]}${line(reply.heading)}`;
  const notes = (reply.notes ?? [])
    .slice(0, 5)
    .map((note) => toMrkdwn(note, { most: 200, breakLinks: true }));
  let room = mostCharacters - heading.length - notes.join('\n').length - 4;
  const shown: string[] = [];
  for (const text of reply.parts.flatMap(partLines)) {
    room -= text.length + 1;
    if (room < 0) {
      shown.push('…');
      break;
    }
    shown.push(text);
  }
  return { text: [heading, ...shown, ...notes].join('\n') };
}

/** As the label's own language writes it. */
const colonAfter = (label: string): string => (/\p{Script=Han}$/u.test(label) ? '：' : ': ');

const line = (text: Rich): string => toMrkdwn(text, { most: mostInALine, breakLinks: true });

/** Line by line, so that what was said by somebody else can't look like a line of ours. */
const quoted = (text: string): readonly string[] =>
  text.split('\n').map((one) => `> ${toMrkdwn(one, { most: mostInALine, breakLinks: true })}`);

function partLines(part: ReplyPart): readonly string[] {
  switch (part.kind) {
    case 'text':
      return [line(part.text)];
    case 'facts':
      return part.facts.map(
        ({ label, value }) => plainToMrkdwn(label, true) + colonAfter(label) + line(value),
      );
    case 'table':
      return tableLines(part).map((text) => plainToMrkdwn(text, true));
    case 'items':
      return part.items.map((item) => `• ${line(item.text)}`);
    case 'code':
      return [...(part.title === undefined ? [] : [line(part.title)]), ...quoted(part.text)];
    case 'quote':
      return quoted(part.text);
    default:
      return [];
  }
}
