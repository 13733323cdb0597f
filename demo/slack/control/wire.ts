import { mostBlocks } from '../blocks/surfaces.ts';
import { ackLimitMs } from '../events/delivered.ts';
import { isJson, type Json, list, parseJson, text } from '../json.ts';
import type { SlackState } from '../state.ts';
import type { Limit, WireEntry } from '../wire-log.ts';

const mostShown = 20_000;

/** An entry for people to look at: tokens and secrets masked, long bodies cut, and how much of Slack's limits it used. */
export function showEntry(state: SlackState, entry: WireEntry): object {
  const { request, answer, limits = [], ...rest } = entry;
  return {
    ...rest,
    limits: [...(entry.direction === 'to-app' ? [ackLimit(entry)] : contentLimits(request)), ...limits],
    ...(request === undefined ? {} : { request: shownBody(state, request) }),
    ...(answer === undefined ? {} : { answer: shownBody(state, answer) }),
  };
}

const ackLimit = ({ milliseconds }: WireEntry): Limit => ({
  what: 'milliseconds to the ack',
  used: Math.round(milliseconds),
  most: ackLimitMs,
});

/** https://docs.slack.dev/reference/block-kit/blocks and the methods' own pages; characters in all as reported. */
function contentLimits(request: unknown): readonly Limit[] {
  const { text: said, blocks, view }: Json = isJson(request) ? request : {};
  const limits: Limit[] = [];
  if (text(said) !== '') limits.push({ what: 'characters of text', used: text(said).length, most: 40_000 });
  if (Array.isArray(blocks) && blocks.length > 0) {
    limits.push({ what: 'blocks', used: blocks.length, most: mostBlocks.message });
    limits.push({ what: 'characters of blocks', used: JSON.stringify(blocks).length, most: 13_000 });
  }
  if (isJson(view)) {
    limits.push({ what: 'blocks of the view', used: list(view['blocks']).length, most: mostBlocks.modal });
    limits.push({
      what: 'bytes of the view',
      used: Buffer.byteLength(JSON.stringify(view)),
      most: 250_000,
    });
  }
  return limits;
}

/** A body that is too long becomes the beginning of its text. */
function shownBody({ workspace }: SlackState, body: unknown): unknown {
  const masked = mask(
    typeof body === 'string' ? body : JSON.stringify(body),
    Object.values(workspace.tokens),
  );
  if (masked.length > mostShown) return `${masked.slice(0, mostShown)}… (${masked.length} characters)`;
  return typeof body === 'string' ? masked : parseJson(masked);
}

/** Tokens, the verification token, and addresses whose bearer may do something: those of answers, sockets and uploads. */
const mask = (body: string, secrets: readonly string[]): string =>
  secrets
    .filter((secret) => secret !== '')
    .reduce((masked, secret) => masked.replaceAll(secret, '…'), body)
    .replaceAll(/xox[a-z]-[\w-]+|xapp-[\w-]+/g, '…')
    .replaceAll(/("token":")[^"]*/g, '$1…')
    .replaceAll(/(\/(?:response|upload)\/)\w+/g, '$1…')
    .replaceAll(/(ticket=)\w+/g, '$1…');
