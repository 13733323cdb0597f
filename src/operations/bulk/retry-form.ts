import { queueLabel } from '../../core/app-description.ts';
import type { Field, Submission } from '../../core/form.ts';
import { failedJobId } from '../../core/ids.ts';
import type { FormRead, GuardedForm, Survey } from '../../core/operation.ts';
import type { Locale } from '../../core/people.ts';
import type { ReplyPart } from '../../core/reply.ts';
import { retryAllText } from '../../text/retry-all.ts';
import type { QueueName } from '../ports.ts';
import type { World } from '../world.ts';
import { mostFirst, mostPace, type RetryAll, targetOf } from './retry-words.ts';
import { textsIn } from './run-state.ts';
import { findSetFacts, setParts } from './set-parts.ts';

const longestReason = 300;
/** So many go first where running a job twice costs something. */
export const costlyFirst = 5;

/** The form that asks for a retry of a whole set. Pure. */
export function retryForm(
  input: RetryAll,
  survey: Survey | undefined,
  world: World,
  locale: Locale,
): GuardedForm {
  const t = retryAllText[locale];
  const frame = { title: t.title, submit: t.submit, close: t.close };
  const filter = { kind: 'text', text: t.ofFilter(targetOf(input)) } as const;
  if (survey === undefined)
    return { ...frame, parts: [filter, { kind: 'text', text: t.looking }], fields: [] };
  return {
    ...frame,
    parts: [filter, ...surveyParts(survey, world, locale)],
    fields: fieldsOf(input, survey, locale),
  };
}

function surveyParts(survey: Survey, world: World, locale: Locale): readonly ReplyPart[] {
  const t = retryAllText[locale];
  const looked = Number(survey.detail['looked'] ?? survey.count);
  const unserved = textsIn(survey.detail['unserved']);
  return [
    { kind: 'text', text: t.wouldRetry(survey.count) },
    ...(survey.detail['complete'] === false
      ? [{ kind: 'text', text: t.incomplete(looked, survey.highest) } as const]
      : []),
    ...setParts(findSetFacts(survey.detail), world, locale),
    ...(unserved.length === 0 ? [] : [{ kind: 'text', text: t.unserved(unserved) } as const]),
  ];
}

function fieldsOf(input: RetryAll, survey: Survey, locale: Locale): readonly Field[] {
  const t = retryAllText[locale];
  const first = input.first ?? (survey.detail['costly'] === true ? costlyFirst : undefined);
  return [
    { kind: 'text', name: 'reason', label: t.reason, hint: t.reasonHint, longest: longestReason },
    {
      ...{ kind: 'number', name: 'first', label: t.first, hint: t.firstHint, least: 1, most: mostFirst },
      ...(first === undefined ? {} : { initial: first }),
    },
    {
      ...{ kind: 'number', name: 'pace', label: t.pace, hint: t.paceHint, least: 1, most: mostPace },
      ...(input.pace === undefined ? {} : { initial: input.pace }),
    },
    { kind: 'tick', name: 'cause', label: t.causeFixed },
    { kind: 'tick', name: 'twice', label: t.twiceHarmless },
    ...riskyIn(survey).map(
      (id): Field => ({ kind: 'tick', name: `${riskPrefix}${id}`, label: t.riskTaken(id) }),
    ),
  ];
}

const riskPrefix = 'risk-';
const riskyIn = ({ detail }: Survey): readonly number[] =>
  Array.isArray(detail['risky']) ? detail['risky'].filter((id) => typeof id === 'number') : [];

/** Also run before Slack's acknowledgement, so it looks at nothing but what came. */
export function readRetryForm(
  input: RetryAll,
  { values, carried }: Submission,
  locale: Locale,
): FormRead<RetryAll> {
  const { errors: t } = retryAllText[locale];
  const errors = new Map<string, string>();
  const reason = textOf(values.get('reason'));
  if (reason === '') errors.set('reason', t.reason);
  for (const tick of ['cause', 'twice']) if (values.get(tick) !== true) errors.set(tick, t.tick);
  const first = numberOf(values.get('first'), mostFirst);
  const pace = numberOf(values.get('pace'), mostPace);
  if (first === 'wrong') errors.set('first', t.number(1, mostFirst));
  if (pace === 'wrong') errors.set('pace', t.number(1, mostPace));
  if (carried.highest === undefined) errors.set('reason', t.notLooked);
  if (errors.size > 0 || first === 'wrong' || pace === 'wrong') return { ok: false, errors };
  // What the form says counts, also where a number was taken out of it.
  const { first: _, pace: __, ...set } = input;
  return {
    ok: true,
    value: {
      ...set,
      ...(first === undefined ? {} : { first }),
      ...(pace === undefined ? {} : { pace }),
      asked: {
        ...{ reason: reason.slice(0, longestReason), upTo: failedJobId(carried.highest ?? 0) },
        // Only what was named one by one: a filter takes no risk.
        risks: (input.ids ?? []).filter((id) => values.get(`${riskPrefix}${id}`) === true),
      },
    },
  };
}

const textOf = (value: string | true | undefined): string => (typeof value === 'string' ? value.trim() : '');

function numberOf(value: string | true | undefined, most: number): number | 'wrong' | undefined {
  const typed = textOf(value);
  if (typed === '') return undefined;
  const number = /^[1-9]\d{0,6}$/.test(typed) ? Number(typed) : Number.NaN;
  return number <= most ? number : 'wrong';
}

/** " on database:reports", " on 3 queues". */
export function whereOf(queues: readonly (string | QueueName)[], locale: Locale): string {
  const t = retryAllText[locale];
  const [only] = queues;
  if (only === undefined) return '';
  if (queues.length > 1) return t.onSome(queues.length);
  return t.on(typeof only === 'string' ? only : queueLabel(only));
}
