import { findOperation } from './find-operation.ts';
import type { Incident } from './incident.ts';
import type { Invocation } from './invocation.ts';
import type { PipelineParts } from './pipeline-parts.ts';
import type { Refusal } from './refusal.ts';
import { within } from './within.ts';
import { parseWords } from './words.ts';

/** An act, and the incident whose message or thread it was done on. */
export interface PlacedInvocation {
  readonly invocation: Invocation;
  readonly incident: Incident | undefined;
  /** Below the root of many it stands where these were put, too. */
  readonly isBelowMany?: boolean;
  /** Below the root of many the words would be for one of them: which one is asked. */
  readonly which?: Extract<Refusal, { code: 'which-incident' }>;
}

/** What does not know its incident by then is done as it was said. */
const findLimitMs = 2_000;
/** A root is there for people as soon as Slack has it, a moment before we know as which message. */
const lookAgainMs = 100;
const mostLooks = 15;

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
  const asked = lookUp(parts, invocation, thread).catch((error: unknown) => {
    parts.log.warn({ err: error }, "nobody knows whether this thread is an incident's");
    return undefined;
  });
  const about = await within(asked, findLimitMs, undefined);
  if (about === undefined) return { invocation, incident: undefined };
  const { incident, gathered } = about;
  if (incident === undefined) {
    const which = askWhich(parts, invocation, gathered);
    return { invocation, incident, isBelowMany: true, ...(which === undefined ? {} : { which }) };
  }
  return {
    incident,
    invocation: { ...answeredThere(invocation, thread), text: complete(parts, invocation, incident) },
  };
}

interface About {
  readonly incident: Incident | undefined;
  readonly gathered: readonly Incident[];
}

async function lookUp<World>(
  { threads, clock }: PipelineParts<World>,
  { channel }: Invocation,
  thread: string,
): Promise<About | undefined> {
  for (let look = 1; ; look += 1) {
    // Whether one is under way first: what is stored between the two questions is found by the second one.
    const isPosting = await threads.isPosting(channel);
    const incident = await threads.findByThread(channel, thread);
    if (incident !== undefined) return { incident, gathered: [] };
    const gathering = await threads.findGatheringByThread(channel, thread);
    if (gathering !== undefined) return { incident, gathered: gathering.incidents };
    if (!isPosting || look === mostLooks) return undefined;
    await clock.wait(lookAgainMs);
  }
}

/** Only where the words lack what an incident's own thread would supply. */
function askWhich<World>(
  parts: PipelineParts<World>,
  { source, text }: Invocation,
  gathered: readonly Incident[],
): PlacedInvocation['which'] {
  const cut = source === 'mention' ? parseWords(text) : undefined;
  const found = cut?.ok === true ? findOperation(parts.operations, cut.words, '') : undefined;
  if (found?.ok !== true) return undefined;
  const { operation, rest } = found.value;
  const open = gathered.filter(
    (one) => one.state !== 'resolved' && (operation.inThread?.(rest, one) ?? []).length > 0,
  );
  if (open.length === 0) return undefined;
  return {
    ...{ code: 'which-incident', verb: operation.verb },
    incidents: open.map((incident) => {
      const { number, rule, queue, severity } = incident;
      return { number, rule, queue, severity, words: complete(parts, { source, text }, incident) };
    }),
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
  { source, text }: Pick<Invocation, 'source' | 'text'>,
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
