import { type Act, actorOf, answerLimitMs, contextOf, lookLimitMs, refused } from './act.ts';
import { authorizeAct } from './authorize-act.ts';
import { begin } from './begin.ts';
import { carriesOf, openForm } from './open-form.ts';
import type { ParsedRecord, RecordContext, Recorded, SealedRecord } from './operation.ts';
import { outage } from './outage.ts';
import type { PipelineParts } from './pipeline-parts.ts';
import { accept, type Judged, refuse } from './refusal.ts';
import { within } from './within.ts';

/** What one person says of incidents: asked for what it lacks, done in one transaction, and answered. */
export async function record<World>(
  parts: PipelineParts<World>,
  act: Act<World>,
  operation: SealedRecord<World>,
): Promise<Judged<null>> {
  const begun = await begin(act, operation);
  if (!begun.ok) return refused(parts, act, begun.refusal);
  if (begun.value === undefined) return accept(null);
  const whole = await askWhatLacks(parts, act, begun.value);
  if (!whole.ok) return refused(parts, act, whole.refusal);
  if (whole.value === undefined) return accept(null);
  const work = outage(whole.value.record(recordContext(parts, act)));
  // Nobody knows then whether it was recorded; done twice it does no harm.
  const recorded = await within(work, answerLimitMs, refuse({ code: 'store-unreachable' }));
  if (!recorded.ok) return refused(parts, act, recorded.refusal);
  await answer(parts, act, recorded.value);
  return accept(null);
}

/** Slack's trigger lives three seconds: who is refused hears it before the form when it is known by then, else when it is sent. */
const quickLimitMs = 1_000;

/** Undefined: a form asks for the rest, or a button that opens it. */
async function askWhatLacks<World>(
  parts: PipelineParts<World>,
  act: Act<World>,
  parsed: ParsedRecord<World>,
): Promise<Judged<ParsedRecord<World> | undefined>> {
  const { submission } = act.invocation;
  if (submission !== undefined) {
    const read = parsed.readForm(submission, act.world, act.locale);
    return read.ok ? accept(read.value) : refuse({ code: 'out-of-date' });
  }
  const form = parsed.form(act.world, act.locale);
  if (form === undefined) return accept(parsed);
  const mayAsk = outage(parsed.mayAsk(recordContext(parts, act)));
  const judged = await within(mayAsk, quickLimitMs, accept(null));
  if (!judged.ok) return judged;
  const opened = await openForm(parts, act, parsed.target, {
    ...form,
    carries: carriesOf(act),
    isWhole: true,
  });
  return opened.ok ? accept(undefined) : opened;
}

function recordContext<World>(parts: PipelineParts<World>, act: Act<World>): RecordContext<World> {
  const { invocation, incident, operation } = act;
  return {
    ...{ ...contextOf(act, lookLimitMs), incident, actor: actorOf(parts, invocation, act.member) },
    async demand(role) {
      const judged = await authorizeAct(parts, invocation, { verb: operation.verb, role, changes: true });
      return judged.ok ? accept(null) : judged;
    },
  };
}

/** For all where nothing else tells them; the person hears it in any case. */
async function answer<World>(
  parts: PipelineParts<World>,
  { invocation: { surface, source }, locale }: Act<World>,
  { picture, forAll }: Recorded,
): Promise<void> {
  const posted = forAll && (await surface.post(picture(parts.locale), parts.locale));
  // A form stays open until it is answered.
  if (!posted || source === 'modal') await surface.answer(picture(locale), locale);
}
