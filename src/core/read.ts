import { type Act, answerLimitMs, contextOf, entryOf, refused } from './act.ts';
import type { ParsedRead, SealedRead } from './operation.ts';
import type { Locale } from './people.ts';
import type { PipelineParts } from './pipeline-parts.ts';
import { readLive } from './read-live.ts';
import { accept, type Judged, refuse } from './refusal.ts';
import type { Reply } from './reply.ts';
import { within } from './within.ts';

/**
 * What only reads: looked up, noted as one READ row, and said to the person alone, or to all where it is shared. What is
 * watched while it looks is shown to all from its beginning.
 */
export async function read<World>(
  parts: PipelineParts<World>,
  act: Act<World>,
  operation: SealedRead<World>,
): Promise<Judged<null>> {
  const parsed = operation.parse(act.words, act.world);
  if (!parsed.ok) return refused(parts, act, parsed.refusal);
  const { watch } = parsed.value;
  if (watch !== undefined && hasOthers(act)) return readLive(parts, act, { ...parsed.value, watch });
  const locale = act.invocation.share === true ? parts.locale : act.locale;
  const [answer, claim] = await Promise.all([look(act, parsed.value, locale), act.claimed]);
  // A store that can't be asked must not silence what only reads.
  if (claim === 'taken') return accept(null);
  if (!answer.ok) return refused(parts, act, answer.refusal);
  parts.audit.note(entryOf(act, 'READ', parsed.value.target, answerOutcome(act)));
  const { surface, share } = act.invocation;
  if (share === true && (await surface.post(answer.value, parts.locale))) return accept(null);
  await surface.answer(withShare(parts, act, answer.value), act.locale);
  return accept(null);
}

/** What one person sees can be posted for all, where there are others. The button stands for the same words. */
function withShare<World>(parts: PipelineParts<World>, act: Act<World>, reply: Reply): Reply {
  if (!hasOthers(act)) return reply;
  const share = {
    label: parts.say.share(act.locale),
    press: { kind: 'words', verb: 'share', words: act.invocation.text },
  } as const;
  const last = reply.parts.at(-1);
  return last?.kind === 'buttons'
    ? { ...reply, parts: [...reply.parts.slice(0, -1), { ...last, buttons: [...last.buttons, share] }] }
    : { ...reply, parts: [...reply.parts, { kind: 'buttons', buttons: [share] }] };
}

const hasOthers = <World>({ invocation: { source, channel } }: Act<World>): boolean =>
  source !== 'shell' && !channel.startsWith('D');

const answerOutcome = <World>(act: Act<World>): string =>
  act.invocation.share === true ? 'shared' : 'answered';

function look<World>(act: Act<World>, parsed: ParsedRead<World>, locale: Locale): Promise<Judged<Reply>> {
  const answer = parsed.answer(contextOf(act, undefined, locale));
  return within(answer, answerLimitMs, refuse({ code: 'part-missing', missing: [] }));
}
