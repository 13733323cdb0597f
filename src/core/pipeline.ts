import { type Act, type Claim, changes, claimOnce, noted } from './act.ts';
import { ask } from './ask.ts';
import { authorizeAct, findMember } from './authorize-act.ts';
import type { Invocation } from './invocation.ts';
import { parseAct } from './parse-act.ts';
import type { Locale, Member } from './people.ts';
import type { PipelineParts } from './pipeline-parts.ts';
import { type PlacedInvocation, placeInThread } from './place-in-thread.ts';
import { press } from './press.ts';
import { read } from './read.ts';
import { record } from './record.ts';
import type { Judged } from './refusal.ts';
import { write } from './write.ts';

/**
 * parse → authorize → (approve) → record the intent → run → verify by effect → record the outcome → reply.
 * Typed words, mentions, buttons and modals all walk this way; there is no other.
 */
export function createPipeline<World>(parts: PipelineParts<World>): {
  handle(invocation: Invocation): Promise<void>;
} {
  return {
    async handle(invocation) {
      if (!parts.recent.isFirst(invocation.dedupeKey)) return;
      const claimed = claimOnce(parts, invocation.dedupeKey);
      const placing = placeInThread(parts, invocation);
      const [member, placed] = await Promise.all([findMember(parts.directory, invocation), placing]);
      const locale = member?.locale ?? 'en';
      try {
        const judged = await conduct(partsFor(parts, placed), placed, member, claimed);
        const { surface } = placed.invocation;
        if (!judged.ok) await surface.answer(parts.say.refusal(judged.refusal, locale), locale);
      } catch (error) {
        await sayFault(parts, invocation, error, locale);
      }
    },
  };
}

/** Like a request's card, an incident stands where it was put, wherever words are answered. */
const partsFor = <World>(
  parts: PipelineParts<World>,
  { incident, isBelowMany = false }: PlacedInvocation,
): PipelineParts<World> =>
  incident === undefined && !isBelowMany ? parts : { ...parts, commandChannels: undefined };

/** One act from its words to its answer. A refusal comes back as a value, already noted in the audit. */
async function conduct<World>(
  parts: PipelineParts<World>,
  { invocation, incident, which }: PlacedInvocation,
  known: Member | undefined,
  claimed: Promise<Claim>,
): Promise<Judged<null>> {
  if (invocation.press !== undefined) return press(parts, invocation, invocation.press, known, claimed);
  const parsed = parseAct(parts, invocation.text);
  // Who is nobody here learns nothing of our verbs, so a stranger's typo is refused as a stranger's.
  const demand = parsed.ok
    ? {
        verb: parsed.value.operation.verb,
        role: parsed.value.operation.who,
        changes: changes(parsed.value.operation),
      }
    : { verb: 'unknown', role: 'everybody' as const, changes: false };
  const orApprover =
    parsed.ok && parsed.value.operation.effect === 'record' && parsed.value.operation.orApprover;
  const asked = await authorizeAct(parts, invocation, demand, known);
  const authorized =
    !asked.ok && asked.refusal.code === 'needs-role' && orApprover
      ? orElse(await authorizeAct(parts, invocation, { ...demand, role: 'approver' }, known), asked)
      : asked;
  if (!authorized.ok) return noted(parts, invocation, known, demand.verb, authorized.refusal, 'AUTH_DENIED');
  if (which !== undefined) return noted(parts, invocation, known, which.verb, which, 'READ');
  if (!parsed.ok) return noted(parts, invocation, known, demand.verb, parsed.refusal, 'READ');
  const { member, rights } = authorized.value;
  return perform(parts, {
    ...{ ...parsed.value, invocation, incident, member, rights, locale: member.locale, claimed },
  });
}

const orElse = <T>(judged: Judged<T>, other: Judged<T>): Judged<T> => (judged.ok ? judged : other);

async function perform<World>(parts: PipelineParts<World>, act: Act<World>): Promise<Judged<null>> {
  const { operation } = act;
  switch (operation.effect) {
    case 'read':
      return read(parts, act, operation);
    case 'guarded':
      return ask(parts, act, operation);
    case 'record':
      return record(parts, act, operation);
    default:
      return orAskOthers(parts, act, await write(parts, act, operation));
  }
}

/** What one person may not do alone goes on as the question to others, where a form can be opened. */
async function orAskOthers<World>(
  parts: PipelineParts<World>,
  act: Act<World>,
  judged: Judged<null>,
): Promise<Judged<null>> {
  if (judged.ok || judged.refusal.code !== 'needs-approval') return judged;
  const { instead } = judged.refusal;
  const parsed = parseAct(parts, instead);
  if (!parsed.ok || parsed.value.operation.effect !== 'guarded') return judged;
  if (act.invocation.surface.openForm === undefined) return judged;
  const { verb, who } = parsed.value.operation;
  const authorized = await authorizeAct(
    parts,
    act.invocation,
    { verb, role: who, changes: true },
    act.member,
  );
  if (!authorized.ok) return judged;
  return perform(parts, { ...act, ...parsed.value, invocation: { ...act.invocation, text: instead } });
}

/** A bug or an outage that nobody foresaw: the person gets a number, the log gets the rest. */
async function sayFault<World>(
  parts: PipelineParts<World>,
  invocation: Invocation,
  error: unknown,
  locale: Locale,
): Promise<void> {
  const auditId = parts.newAuditId();
  parts.log.error({ err: error, auditId, source: invocation.source }, 'an invocation failed');
  await invocation.surface.answer(parts.say.fault(auditId, locale), locale);
}
