import { type Act, answerLimitMs, contextOf, entryOf, refused } from './act.ts';
import { createLiveMessage } from './live-message.ts';
import type { ParsedRead, Picture } from './operation.ts';
import type { PipelineParts } from './pipeline-parts.ts';
import { accept, type Judged, refuse } from './refusal.ts';
import { within } from './within.ts';

type Watched<World> = Pick<ParsedRead<World>, 'target'> & Required<Pick<ParsedRead<World>, 'watch'>>;

/** What is looked at for seconds is one message for all; where none can be posted, the person is answered at the end. */
export async function readLive<World>(
  parts: PipelineParts<World>,
  act: Act<World>,
  { target, watch }: Watched<World>,
): Promise<Judged<null>> {
  const { surface } = act.invocation;
  const message = createLiveMessage({
    ...{ open: surface.open ?? nowhere, locale: parts.locale, clock: parts.clock },
  });
  const looking = within(
    watch(contextOf(act), message.show),
    answerLimitMs,
    refuse({ code: 'part-missing', missing: [] }),
  );
  looking.catch(() => undefined);
  // A store that can't be asked must not silence what only reads; but what was delivered twice is shown once.
  if ((await act.claimed) === 'taken') return accept(null);
  const posting = message.begin();
  posting.catch(() => undefined);
  const judged = await looking.catch((error: unknown) => accept(faultPicture(parts, error)));
  const last: Picture = judged.ok ? judged.value : (locale) => parts.say.refusal(judged.refusal, locale);
  const drawing = message.end(last);
  const isPosted = await posting;
  if (!judged.ok && !isPosted) return refused(parts, act, judged.refusal);
  const outcome = judged.ok ? (isPosted ? 'shown' : 'answered') : `refused:${judged.refusal.code}`;
  parts.audit.note(entryOf(act, 'READ', target, outcome));
  if (!(await drawing)) await surface.answer(last(act.locale), act.locale);
  return accept(null);
}

const nowhere = async (): Promise<undefined> => undefined;

/** A bug must not leave a message behind that looks for ever. */
function faultPicture<World>(parts: PipelineParts<World>, error: unknown): Picture {
  const auditId = parts.newAuditId();
  parts.log.error({ err: error, auditId }, 'what was being watched failed');
  return (locale) => parts.say.fault(auditId, locale);
}
