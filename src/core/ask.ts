import { type Act, contextOf, refused } from './act.ts';
import { askOthers } from './ask-others.ts';
import { begin } from './begin.ts';
import type { FieldErrors, Form, OpenForm, Submission } from './form.ts';
import { carriesOf, openForm } from './open-form.ts';
import type { ParsedGuarded, SealedGuarded, Survey } from './operation.ts';
import { outage } from './outage.ts';
import { parseAct } from './parse-act.ts';
import type { Locale } from './people.ts';
import type { PipelineParts } from './pipeline-parts.ts';
import { accept, type Judged, refuse } from './refusal.ts';
import { within } from './within.ts';

/** Slack's trigger lives three seconds; what is not known by then is said in the form. */
const quickLimitMs = 1_000;
const surveyLimitMs = 30_000;

/**
 * What could hurt: mayAsk → the form at once → survey → the person → readForm → freeze → ask. What comes then is another
 * person's button.
 */
export async function ask<World>(
  parts: PipelineParts<World>,
  act: Act<World>,
  operation: SealedGuarded<World>,
): Promise<Judged<null>> {
  const begun = await begin(act, operation);
  if (!begun.ok) return refused(parts, act, begun.refusal);
  if (begun.value === undefined) return accept(null);
  const { submission } = act.invocation;
  return submission === undefined
    ? propose(parts, act, begun.value)
    : submit(parts, act, operation, begun.value, submission);
}

async function propose<World>(
  parts: PipelineParts<World>,
  act: Act<World>,
  parsed: ParsedGuarded<World>,
): Promise<Judged<null>> {
  const mayAsk = await judgeQuickly(parts, act, parsed);
  if (!mayAsk.ok) return refused(parts, act, mayAsk.refusal);
  const opened = await openForm(parts, act, parsed.target, formOf(act, parsed, undefined));
  if (!opened.ok) return refused(parts, act, opened.refusal);
  if (opened.value !== undefined) await fillForm(parts, act, parsed, opened.value);
  return accept(null);
}

/** Known within a second; what takes longer is judged again when the request is asked. */
async function judgeQuickly<World>(
  parts: PipelineParts<World>,
  act: Act<World>,
  parsed: ParsedGuarded<World>,
): Promise<Judged<null>> {
  const active = parts.approving.policyKeeper.active();
  const isActive = active.then(
    (version) => version === parts.approving.policyVersion,
    () => true,
  );
  const mayAsk = outage(parsed.mayAsk(contextOf(act, quickLimitMs)));
  const [policy, judged] = await Promise.all([
    within(isActive, quickLimitMs, true),
    within(mayAsk, quickLimitMs, accept(null)),
  ]);
  return policy ? judged : refuse({ code: 'policy-outdated' });
}

function formOf<World>(act: Act<World>, parsed: ParsedGuarded<World>, survey: Survey | undefined): Form {
  return { ...parsed.form(survey, act.world, act.locale), carries: carriesOf(act, survey?.highest) };
}

async function fillForm<World>(
  parts: PipelineParts<World>,
  act: Act<World>,
  parsed: ParsedGuarded<World>,
  opened: OpenForm,
): Promise<void> {
  const looked = outage(parsed.survey(contextOf(act, surveyLimitMs))).catch((error: unknown) => {
    parts.log.error({ err: error, verb: act.operation.verb }, 'a survey failed');
    return refuse({ code: 'part-missing', missing: [] });
  });
  const late = refuse({ code: 'part-missing', missing: [] });
  const survey = await within(looked, surveyLimitMs + 1_000, late);
  if (survey.ok) await opened.fill(formOf(act, parsed, survey.value), act.locale);
  else {
    const told = refused(parts, act, survey.refusal);
    if (!told.ok) await opened.tell(parts.say.refusal(told.refusal, act.locale), act.locale);
  }
}

async function submit<World>(
  parts: PipelineParts<World>,
  act: Act<World>,
  operation: SealedGuarded<World>,
  parsed: ParsedGuarded<World>,
  submission: Submission,
): Promise<Judged<null>> {
  const read = parsed.readForm(submission, act.world, act.locale);
  // Its fields were read before the acknowledgement; by now only another version of the bot can find fault with them.
  if (!read.ok) return refused(parts, act, { code: 'out-of-date' });
  const asked = await outage(askOthers(parts, act, operation, read.value));
  if (!asked.ok) return refused(parts, act, asked.refusal);
  const { surface } = act.invocation;
  await surface.answer(parts.say.asked(asked.value.view, asked.value.cardChannel, act.locale), act.locale);
  return accept(null);
}

/** Which fields of a form can't be taken, and why. Pure: it is asked before Slack's acknowledgement. */
export function findFieldErrors<World>(
  parts: Pick<PipelineParts<World>, 'operations' | 'worlds'>,
  submission: Submission,
  locale: Locale,
): FieldErrors {
  const none: FieldErrors = new Map();
  const act = parseAct(parts, submission.carried.words);
  if (!act.ok) return none;
  const { operation, words, world } = act.value;
  if (operation.effect !== 'guarded' && operation.effect !== 'record') return none;
  const parsed = operation.parse(words, world);
  if (!parsed.ok) return none;
  const read = parsed.value.readForm(submission, world, locale);
  return read.ok ? none : read.errors;
}
