import type { Submission } from '../core/form.ts';
import type { FormRead, GuardedForm, Survey } from '../core/operation.ts';
import type { Locale } from '../core/people.ts';
import type { Fact, Reply, ReplyPart } from '../core/reply.ts';
import type { RequestView } from '../core/request.ts';
import type { Rich } from '../core/rich.ts';
import { number } from '../text/format.ts';
import { restoreText } from '../text/restore.ts';
import { drawApprovalCard } from './approval-card.ts';
import { textOf } from './flush-form.ts';
import { findOrigin, findSkipped, type Restore, type Skipped } from './restore-plan.ts';
import type { World } from './world.ts';

const longestReason = 300;

/** The form that asks for a restore. Pure. */
export function restoreForm(
  input: Restore,
  survey: Survey | undefined,
  _world: World,
  locale: Locale,
): GuardedForm {
  const t = restoreText[locale];
  const frame = { title: t.title, submit: t.submit, close: t.close };
  if (survey === undefined) {
    const parts = [{ kind: 'text', text: t.looking(input.number) } as const];
    return { ...frame, parts, fields: [] };
  }
  return {
    ...frame,
    parts: [
      { kind: 'text', text: t.wouldRestore(survey.count, input.number) },
      ...skippedParts(findSkipped(survey.detail['skipped']), locale),
      { kind: 'facts', facts: setFacts(survey.detail, locale) },
    ],
    fields: [{ kind: 'text', name: 'reason', label: t.reason, hint: t.reasonHint, longest: longestReason }],
  };
}

/** Also run before Slack's acknowledgement, so it looks at nothing but what came. */
export function readRestoreForm(
  input: Restore,
  { values, carried }: Submission,
  locale: Locale,
): FormRead<Restore> {
  const { errors: t } = restoreText[locale];
  const reason = textOf(values.get('reason'));
  if (reason === '') return { ok: false, errors: new Map([['reason', t.reason]]) };
  if (carried.highest === undefined) return { ok: false, errors: new Map([['reason', t.notLooked]]) };
  return { ok: true, value: { ...input, reason: reason.slice(0, longestReason) } };
}

/** The card of a restore, from the question to what came back. Pure. */
export function drawRestoreCard(view: RequestView, world: World, locale: Locale): Reply {
  const t = restoreText[locale];
  const origin = findOrigin(view.facts)?.number ?? 0;
  const { progress = {}, detail = {} } = view.execution ?? {};
  const ended = detail['ended'];
  return drawApprovalCard(view, world, locale, {
    what: t.what(view.count, origin),
    about: [
      ...skippedParts(findSkipped(view.facts['skipped']), locale),
      { kind: 'facts', facts: setFacts(view.facts, locale) },
    ],
    running: { summary: t.progress(Number(progress['done'] ?? 0), view.count), parts: [] },
    result: {
      summary: summary(view, locale),
      parts: [
        ...(ended === 'stopped' || ended === 'frozen'
          ? [{ kind: 'text', text: t.ends[ended] } as const]
          : []),
        ...skippedParts(findSkipped(detail['skipped']), locale),
        ...renumbered(view, locale),
      ],
    },
  });
}

function summary({ countsByState }: RequestView, locale: Locale): Rich {
  const { counts } = restoreText[locale];
  const { restored = 0, not_restored: left = 0 } = countsByState;
  const said = [
    ...(restored > 0 ? [counts.restored(restored)] : []),
    ...(left > 0 ? [counts.left(left)] : []),
  ];
  return said.join(locale === 'en' ? ', ' : '，');
}

/** Each reason with how many and which. */
function skippedParts(skipped: Skipped, locale: Locale): readonly ReplyPart[] {
  const t = restoreText[locale];
  return Object.entries(t.skipped).flatMap(([why, say]) => {
    const one = skipped[why as keyof Skipped]; // keys of the text are the reasons
    return one === undefined ? [] : [{ kind: 'text', text: say(one.count, one.ids) } as const];
  });
}

function renumbered({ targets }: RequestView, locale: Locale): readonly ReplyPart[] {
  const moved = targets.flatMap(({ failedId, failedAgainAs, state }) =>
    state === 'restored' && failedAgainAs !== null ? [[failedId, failedAgainAs] as const] : [],
  );
  return moved.length === 0 ? [] : [{ kind: 'text', text: restoreText[locale].renumbered(moved) }];
}

function setFacts(plain: Readonly<Record<string, unknown>>, locale: Locale): readonly Fact[] {
  const t = restoreText[locale];
  const lines = (list: unknown, key: 'queue' | 'name'): string =>
    (Array.isArray(list) ? list : [])
      .map((one: unknown) => (typeof one === 'object' && one !== null ? one : {}))
      .map((one) => `${number(Number(Reflect.get(one, 'count')))} × ${String(Reflect.get(one, key))}`)
      .join('\n');
  return [
    { label: t.queues, value: lines(plain['queues'], 'queue') },
    { label: t.classes, value: lines(plain['classes'], 'name') },
  ];
}
