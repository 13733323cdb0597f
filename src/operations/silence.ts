import { queueLabel } from '../core/app-description.ts';
import { parseDuration } from '../core/duration.ts';
import type { Incident, Silence } from '../core/incident.ts';
import { type RecordContext, type Recorded, sealRecord } from '../core/operation.ts';
import type { Locale } from '../core/people.ts';
import { accept, type Judged, refuse } from '../core/refusal.ts';
import { person } from '../core/rich.ts';
import type { Words } from '../core/words.ts';
import { alertVerbsText } from '../text/alerts-verbs.ts';
import { time } from '../text/format.ts';
import { parseQueue } from './arguments.ts';
import { demandPolicyInForce } from './ask-store.ts';
import { isByQueue, type NamedRule, parseRule } from './incident-words.ts';
import { parseReason } from './reason.ts';
import type { World } from './world.ts';

const declared = { verb: 'silence', usage: 'RULE [queue=] DURATION REASON' } as const;
const longestSeconds = 86_400;
const longestReason = 500;
const mostOpen = 200;

interface Input {
  readonly rule: NamedRule;
  /** `database:reports`; undefined: the rule wherever it fires. */
  readonly queue: string | undefined;
  /** Undefined: a form asks for it. */
  readonly terms: Terms | undefined;
}

interface Terms {
  readonly seconds: number;
  readonly reason: string;
}

/**
 * A rule keeps still for a while, and everybody knows why. It goes on being evaluated, its end is told, and what is
 * critical needs an approver's word.
 */
export const silence = sealRecord<Input, World>({
  ...declared,
  typed: ['silence'],
  who: 'operator',
  orApprover: true,
  filters: ['queue'],
  effect: 'record',

  parse,
  target: ({ rule, queue }) =>
    queue === undefined ? `rule=${rule.name}` : `rule=${rule.name} queue=${queue}`,

  /** Of the incident's own queue, unless another rule is named. */
  inThread({ plain, filters }, { rule, queue }) {
    const [first] = plain;
    if (first !== undefined && parseDuration(first) === undefined) return [];
    return [rule, ...(queue === undefined || filters.has('queue') ? [] : [`queue=${queue}`])];
  },

  async mayAsk({ rule, queue }, context) {
    const right = await judgeRight(rule, queue, context);
    return right.ok ? accept(null) : right;
  },

  form({ rule, queue, terms }, world, locale) {
    if (terms !== undefined) return undefined;
    const t = alertVerbsText[locale].form;
    return {
      ...{ title: t.title, submit: t.submit, close: t.close },
      parts: [
        { kind: 'text', text: t.what(rule.name, queue, world.app.description.name) },
        { kind: 'text', text: t.meanwhile },
        {
          kind: 'text',
          text: t.typed(['/queue silence', rule.name, ...queueWords(queue), '1h', t.exampleReason].join(' ')),
        },
      ],
      fields: [
        {
          kind: 'text',
          name: 'duration',
          label: t.duration,
          hint: t.durationHint,
          longest: 10,
          initial: '1h',
        },
        { kind: 'text', name: 'reason', label: t.reason, hint: t.reasonHint, longest: longestReason },
      ],
    };
  },

  readForm(input, { values }, _world, locale) {
    const { errors: t } = alertVerbsText[locale].form;
    const [typed, reason] = [textOf(values.get('duration')), textOf(values.get('reason'))];
    const seconds = parseDuration(typed);
    const errors = new Map<string, string>();
    if (seconds === undefined) errors.set('duration', t.duration);
    else if (seconds > longestSeconds) errors.set('duration', t.tooLong);
    if (reason === '') errors.set('reason', t.reason);
    if (seconds === undefined || errors.size > 0) return { ok: false, errors };
    return {
      ok: true,
      value: { ...input, terms: { seconds, reason: [...reason].slice(0, longestReason).join('') } },
    };
  },

  async record({ rule, queue, terms }, context) {
    if (terms === undefined) return refuse({ code: 'missing-argument', ...declared });
    const { world, actor, incident } = context;
    const critical = await judgeRight(rule, queue, context);
    if (!critical.ok) return critical;
    const kept = await world.alerts.silence({
      ...{ rule: rule.name, app: world.app.description.name, queue, by: actor, critical: critical.value },
      ...terms,
    });
    return accept(drawn(kept, world, incident));
  },
});

const queueWords = (queue: string | undefined): readonly string[] =>
  queue === undefined ? [] : [`queue=${queue}`];

const textOf = (value: string | true | undefined): string => (typeof value === 'string' ? value.trim() : '');

function parse(words: Words, world: World): Judged<Input> {
  const [typed, duration, ...reason] = words.plain;
  if (typed === undefined) return refuse({ code: 'missing-argument', ...declared });
  const rule = parseRule(typed, world);
  if (!rule.ok) return rule;
  const queue = parseOwnQueue(words.filters.get('queue'), rule.value, world);
  if (!queue.ok) return queue;
  const whose = { rule: rule.value, queue: queue.value };
  if (duration === undefined) return accept({ ...whose, terms: undefined });
  const seconds = parseDuration(duration);
  if (seconds === undefined) return refuse({ code: 'not-a-duration', key: '', typed: duration });
  if (seconds > longestSeconds) return refuse({ code: 'silence-too-long', typed: duration });
  const why = parseReason(reason, declared.verb);
  return why.ok ? accept({ ...whose, terms: { seconds, reason: why.value } }) : why;
}

/** A silence that could never match anything would be a false comfort. */
function parseOwnQueue(typed: string | undefined, rule: NamedRule, world: World): Judged<string | undefined> {
  if (typed === undefined) return accept(undefined);
  const queue = parseQueue(typed, world);
  if (!queue.ok) return queue;
  const label = queueLabel(queue.value);
  const isIts =
    isByQueue(rule) && (rule.queue === undefined || [label, queue.value.name].includes(rule.queue));
  return isIts
    ? accept(label)
    : refuse({
        ...{ code: 'rule-without-queue', rule: rule.name, queue: label },
        ...(rule.queue === undefined ? {} : { only: rule.queue }),
      });
}

/**
 * Whether it holds back what is critical, too: an approver's does. Of a rule that warns an operator's is enough, and what
 * becomes critical is told all the same.
 */
async function judgeRight(
  rule: NamedRule,
  queue: string | undefined,
  { world, demand }: RecordContext<World>,
): Promise<Judged<boolean>> {
  const [approver, open] = await Promise.all([
    demand('approver'),
    world.alerts.incidents(world.app.description.name, mostOpen),
  ]);
  const worst = open.find(
    (one) =>
      one.state !== 'resolved' &&
      one.severity === 'critical' &&
      one.rule === rule.name &&
      (queue === undefined || one.queue === queue),
  );
  // Service levels know warning and critical by themselves.
  const isCritical = rule.watch !== 'utilization' && rule.severity === 'critical';
  if (!isCritical && worst === undefined) {
    const operator = await demand('operator');
    return operator.ok ? accept(approver.ok) : operator;
  }
  if (!approver.ok) {
    if (approver.refusal.code !== 'needs-role') return approver;
    if (approver.refusal.unreadableGroups.length > 0) return approver;
    return refuse({
      ...{ code: 'silence-critical', rule: rule.name },
      ...(worst === undefined ? {} : { incident: worst.number }),
    });
  }
  const inForce = await demandPolicyInForce(world);
  return inForce.ok ? accept(true) : inForce;
}

/** In the thread of an incident that it is for, the thread tells it. */
function drawn(silence: Silence, world: World, incident: Incident | undefined): Recorded {
  const { rule, queue, until, by, reason, critical, request } = silence;
  const isToldHere =
    incident !== undefined &&
    incident.state !== 'resolved' &&
    incident.rule === rule &&
    (queue === undefined || incident.queue === queue);
  return {
    forAll: !isToldHere,
    picture: (locale: Locale) => {
      const t = alertVerbsText[locale];
      return {
        heading: t.silenced(rule, queue),
        mood: 'neutral',
        parts: [
          { kind: 'quote', text: reason },
          {
            kind: 'facts',
            facts: [
              { label: t.until, value: [time(until, world.app.description.timezone)] },
              { label: t.by, value: [person(by.userId)] },
            ],
          },
          { kind: 'text', text: critical ? t.endIsTold : t.endIsToldCriticalAnyway },
        ],
        notes: [
          t.environment(world.app.description.name, world.app.description.environment),
          ...(request === undefined ? [] : [t.request(request)]),
        ],
      };
    },
  };
}
