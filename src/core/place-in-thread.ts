import { findOperation } from './find-operation.ts';
import type { Incident } from './incident.ts';
import type { Invocation } from './invocation.ts';
import type { PipelineParts } from './pipeline-parts.ts';
import { within } from './within.ts';
import { parseWords } from './words.ts';

/** An act, and the incident whose message or thread it was done on. */
export interface PlacedInvocation {
  readonly invocation: Invocation;
  readonly incident: Incident | undefined;
}

/** What does not know its incident by then is done as it was said. */
const findLimitMs = 1_000;

/**
 * In an incident's thread its number, rule, queue and application need not be said, and a button on its message is answered
 * in its thread. Neither gives anybody a right: the words are completed, and then walk the way of all words.
 */
export async function placeInThread<World>(
  parts: PipelineParts<World>,
  invocation: Invocation,
): Promise<PlacedInvocation> {
  const thread = threadOf(invocation);
  if (thread === undefined) return { invocation, incident: undefined };
  const asked = parts.threads.findByThread(invocation.channel, thread).catch((error: unknown) => {
    parts.log.warn({ err: error }, "nobody knows whether this thread is an incident's");
    return undefined;
  });
  const incident = await within(asked, findLimitMs, undefined);
  if (incident === undefined) return { invocation, incident };
  return {
    incident,
    invocation: { ...answeredThere(invocation, thread), text: complete(parts, invocation, incident) },
  };
}

/** Of a mention the thread that it was written in; of a button that too, or the message that it stands on. */
function threadOf({ source, threadTs, messageTs, press }: Invocation): string | undefined {
  if (press !== undefined || source === 'shell' || source === 'slash') return undefined;
  return threadTs ?? messageTs;
}

function answeredThere(invocation: Invocation, threadTs: string): Invocation {
  if (invocation.threadTs === threadTs) return invocation;
  const { surface } = invocation;
  return { ...invocation, threadTs, surface: surface.inThread?.(threadTs) ?? surface };
}

function complete<World>(
  { operations, worlds }: PipelineParts<World>,
  { source, text }: Invocation,
  incident: Incident,
): string {
  // A button's words are whole.
  if (source !== 'mention') return text;
  const cut = parseWords(text);
  if (!cut.ok) return text;
  const found = findOperation(operations, cut.words, '');
  if (!found.ok) return text;
  const { operation, rest } = found.value;
  const [first] = worlds.keys();
  const app = rest.filters.get('app') ?? first;
  const isOther = rest.filters.has('app') && app !== incident.app;
  const supplied = isOther ? [] : (operation.inThread?.(rest, incident) ?? []);
  const named = !rest.filters.has('app') && first !== incident.app ? [`app=${incident.app}`] : [];
  const typed = operation.typed.length;
  const tail = text.trim().replace(new RegExp(`^(?:\\S+\\s*){${typed}}`, 'u'), '');
  return [...operation.typed, ...supplied, ...named, tail].filter((word) => word !== '').join(' ');
}
