import type { Submission } from '../core/form.ts';
import { failedJobId } from '../core/ids.ts';
import type { FormRead, GuardedForm, Survey } from '../core/operation.ts';
import type { Locale } from '../core/people.ts';
import type { ReplyPart } from '../core/reply.ts';
import { flushText } from '../text/flush.ts';
import { flushSetFacts, planLines } from './flush-parts.ts';
import { findPlan, manyOneByOne } from './flush-plan.ts';
import { type Flush, flushTarget } from './flush-words.ts';
import type { World } from './world.ts';

const longestReason = 300;
const longestLink = 500;

/** The form that asks for a flush. Pure. */
export function flushForm(
  input: Flush,
  survey: Survey | undefined,
  world: World,
  locale: Locale,
): GuardedForm {
  const t = flushText[locale];
  const frame = { title: t.title, submit: t.submit, close: t.close };
  const filter = { kind: 'text', text: t.ofFilter(flushTarget(input)) } as const;
  if (survey === undefined)
    return { ...frame, parts: [filter, { kind: 'text', text: t.looking }], fields: [] };
  return {
    ...frame,
    parts: [filter, ...surveyParts(survey, world, locale)],
    fields: [
      { kind: 'text', name: 'reason', label: t.reason, hint: t.reasonHint, longest: longestReason },
      { kind: 'link', name: 'review', label: t.review, hint: t.reviewHint },
    ],
  };
}

function surveyParts(survey: Survey, world: World, locale: Locale): readonly ReplyPart[] {
  const t = flushText[locale];
  const plan = findPlan(survey.detail);
  const isLong = plan !== undefined && plan.oneByOne > manyOneByOne && !plan.older;
  return [
    { kind: 'text', text: t.wouldFlush(survey.count) },
    ...(survey.detail['complete'] === false ? [{ kind: 'text', text: t.incomplete } as const] : []),
    ...(plan === undefined ? [] : planLines(plan, survey.count, locale)),
    ...(isLong ? [{ kind: 'text', text: t.proposeOlder(plan.oneByOne) } as const] : []),
    { kind: 'facts', facts: flushSetFacts(survey.detail, world, locale) },
  ];
}

/** Also run before Slack's acknowledgement, so it looks at nothing but what came. */
export function readFlushForm(
  input: Flush,
  { values, carried }: Submission,
  locale: Locale,
): FormRead<Flush> {
  const { errors: t } = flushText[locale];
  const errors = new Map<string, string>();
  const reason = textOf(values.get('reason'));
  const review = textOf(values.get('review'));
  if (reason === '') errors.set('reason', t.reason);
  if (!isLink(review)) errors.set('review', t.review);
  if (carried.highest === undefined) errors.set('reason', t.notLooked);
  if (errors.size > 0) return { ok: false, errors };
  const upTo = failedJobId(carried.highest ?? 0);
  return { ok: true, value: { ...input, asked: { reason: reason.slice(0, longestReason), review, upTo } } };
}

export const textOf = (value: string | true | undefined): string =>
  typeof value === 'string' ? value.trim() : '';

/** A page that others can open: https, with a host that has a name. */
function isLink(text: string): boolean {
  if (text.length > longestLink || !/^https:\/\/[^\s<>|]+$/i.test(text)) return false;
  if (!URL.canParse(text)) return false;
  const { protocol, hostname, username, password } = new URL(text);
  return protocol === 'https:' && hostname.includes('.') && username === '' && password === '';
}
