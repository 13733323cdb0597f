import type { AuditActor, AuditEntry, AuditEvent } from './audit.ts';
import { authorize } from './authorize.ts';
import type { Clock } from './clock.ts';
import type { ExecutionRunner } from './execution-runner.ts';
import type { Directory, Invocation } from './invocation.ts';
import type { Log } from './log.ts';
import type {
  ParsedRead,
  ParsedWrite,
  PlannedWrite,
  SealedOperation,
  SealedRead,
  SealedWrite,
} from './operation.ts';
import { parseAct } from './parse-act.ts';
import { findRights, type Locale, type Member, personOf, type Rights, type Roster } from './people.ts';
import type { Recent } from './recent.ts';
import { accept, type Judged, type Refusal, refuse } from './refusal.ts';
import type { Reply } from './reply.ts';
import { type AuditLog, AuditNotWritable, type Inbound, StoreUnavailable } from './store-ports.ts';
import { within } from './within.ts';
import type { Words } from './words.ts';

export interface PipelineParts<World> {
  readonly operations: readonly SealedOperation<World>[];
  /** By the app's name; the first one is the default. */
  readonly worlds: ReadonlyMap<string, World>;
  readonly roster: Roster;
  readonly commandChannels: readonly string[] | undefined;
  readonly directory: Directory;
  readonly audit: Pick<AuditLog, 'note'>;
  readonly inbound: Inbound;
  readonly recent: Recent;
  readonly executions: ExecutionRunner<World>;
  readonly sayRefusal: (refusal: Refusal, locale: Locale) => Reply;
  readonly sayFault: (auditId: string, locale: Locale) => Reply;
  readonly sayShare: (locale: Locale) => string;
  readonly newAuditId: () => string;
  readonly clock: Clock;
  readonly log: Log;
  /** Of the channels: for visible posts. */
  readonly locale: Locale;
}

/** An answer comes within ten seconds; so long may a reading operation look. */
const lookLimitMs = 8_000;
/** Later than this the pipeline answers in its place. */
const answerLimitMs = 9_000;
/** So long may the store take to say whether something was delivered twice. */
const dedupeLimitMs = 2_000;
const slackLimitMs = 3_000;

/** Everything known about one invocation, gathered step by step. */
interface Act<World> {
  readonly invocation: Invocation;
  readonly member: Member | undefined;
  readonly rights: Rights;
  readonly locale: Locale;
  readonly app: string;
  readonly world: World;
  readonly operation: SealedOperation<World>;
  readonly words: Words;
}

/**
 * parse → authorize → plan → record the intent → run → verify by effect → record the outcome → reply.
 * Typed words, mentions, buttons and modals all walk this way; there is no other.
 */
export function createPipeline<World>(parts: PipelineParts<World>): {
  handle(invocation: Invocation): Promise<void>;
} {
  return {
    async handle(invocation) {
      if (!parts.recent.isFirst(invocation.dedupeKey)) return;
      const claimed = claimOnce(parts, invocation.dedupeKey);
      const member = await findMember(parts, invocation);
      const locale = member?.locale ?? 'en';
      try {
        const judged = await conduct(parts, invocation, member, claimed);
        if (!judged.ok) await sayNo(parts, invocation, judged.refusal, locale);
      } catch (error) {
        await sayFault(parts, invocation, error, locale);
      }
    },
  };
}

/** One act from its words to its answer. A refusal comes back as a value, already noted in the audit. */
async function conduct<World>(
  parts: PipelineParts<World>,
  invocation: Invocation,
  member: Member | undefined,
  claimed: Promise<Claim>,
): Promise<Judged<null>> {
  const parsed = parseAct(parts, invocation.text);
  // Who is nobody here learns nothing of our verbs, so a stranger's typo is refused as a stranger's.
  const demand = parsed.ok
    ? { verb: parsed.value.operation.verb, role: parsed.value.operation.who, changes: changes(parsed.value) }
    : { verb: 'unknown', role: 'everybody' as const, changes: false };
  const facts = await gatherFacts(parts, invocation, member);
  const authorized = authorize(facts, demand);
  if (!authorized.ok) return noted(parts, invocation, member, demand.verb, authorized.refusal, 'AUTH_DENIED');
  if (!parsed.ok) return noted(parts, invocation, member, demand.verb, parsed.refusal, 'READ');
  const act: Act<World> = {
    ...parsed.value,
    ...{ invocation, member: authorized.value, rights: facts.rights, locale: authorized.value.locale },
  };
  const { operation } = act;
  if (operation.effect === 'read') return read(parts, act, operation, claimed);
  if (operation.effect === 'guarded')
    return refused(parts, act, { code: 'not-yet', verb: operation.typed.join(' ') });
  return write(parts, act, operation, claimed);
}

const changes = <World>(act: Pick<Act<World>, 'operation'>): boolean => act.operation.effect !== 'read';

async function read<World>(
  parts: PipelineParts<World>,
  act: Act<World>,
  operation: SealedRead<World>,
  claimed: Promise<Claim>,
): Promise<Judged<null>> {
  const parsed = operation.parse(act.words, act.world);
  if (!parsed.ok) return refused(parts, act, parsed.refusal);
  const locale = act.invocation.share === true ? parts.locale : act.locale;
  const [answer, claim] = await Promise.all([look(act, parsed.value, locale), claimed]);
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
  const { channel, text, source } = act.invocation;
  if (source === 'shell' || channel.startsWith('D')) return reply;
  const share = {
    label: parts.sayShare(act.locale),
    press: { kind: 'words', verb: 'share', words: text },
  } as const;
  const last = reply.parts.at(-1);
  return last?.kind === 'buttons'
    ? { ...reply, parts: [...reply.parts.slice(0, -1), { ...last, buttons: [...last.buttons, share] }] }
    : { ...reply, parts: [...reply.parts, { kind: 'buttons', buttons: [share] }] };
}

const answerOutcome = <World>(act: Act<World>): string =>
  act.invocation.share === true ? 'shared' : 'answered';

async function look<World>(
  act: Act<World>,
  parsed: ParsedRead<World>,
  locale: Locale,
): Promise<Judged<Reply>> {
  const signal = AbortSignal.timeout(lookLimitMs);
  const answer = parsed.answer({ world: act.world, locale, signal, asker: askerOf(act) });
  const late = refuse({ code: 'part-missing', missing: [] });
  return within(answer, answerLimitMs, late);
}

async function write<World>(
  parts: PipelineParts<World>,
  act: Act<World>,
  operation: SealedWrite<World>,
  claimed: Promise<Claim>,
): Promise<Judged<null>> {
  const parsed = operation.parse(act.words, act.world);
  if (!parsed.ok) return refused(parts, act, parsed.refusal);
  // What changes something runs once or not at all: without the store's word nothing runs.
  const claim = await claimed;
  if (claim === 'taken') return accept(null);
  if (claim === 'unknown') return refused(parts, act, { code: 'store-unreachable' });
  const planned = await plan(act, parsed.value);
  if (!planned.ok) return refused(parts, act, planned.refusal);
  const braked = await brake(parts, act, planned.value);
  if (!braked.ok) return refused(parts, act, braked.refusal);
  const started = await start(parts, act, operation, planned.value);
  if (started.ok) return accept(null);
  if (braked.value === undefined) return refused(parts, act, started.refusal);
  // It is done, only not recorded as a request: colleagues must see that all the same.
  const { surface } = act.invocation;
  if (!(await surface.post(braked.value, parts.locale))) await surface.answer(braked.value, parts.locale);
  return accept(null);
}

/** What works without a record is done before it; undefined: this is no brake. */
async function brake<World>(
  parts: PipelineParts<World>,
  act: Act<World>,
  planned: PlannedWrite<World>,
): Promise<Judged<Reply | undefined>> {
  try {
    const actor = actorOf(parts, act.invocation, act.member);
    return accept(await planned.brake?.({ world: act.world, locale: parts.locale, actor }));
  } catch (error) {
    if (error instanceof StoreUnavailable) return refuse({ code: 'store-unreachable' });
    throw error;
  }
}

function plan<World>(act: Act<World>, parsed: ParsedWrite<World>): ReturnType<ParsedWrite<World>['plan']> {
  const signal = AbortSignal.timeout(lookLimitMs);
  const planned = parsed.plan({ world: act.world, locale: act.locale, signal, asker: askerOf(act) });
  return within(planned, answerLimitMs, refuse({ code: 'part-missing', missing: [] }));
}

async function start<World>(
  parts: PipelineParts<World>,
  act: Act<World>,
  operation: SealedWrite<World>,
  planned: Parameters<ExecutionRunner<World>['start']>[0]['planned'],
): Promise<Judged<null>> {
  const { invocation } = act;
  const place = {
    teamId: invocation.user.teamId,
    channel: invocation.channel,
    ...(invocation.threadTs === undefined ? {} : { threadTs: invocation.threadTs }),
  };
  try {
    return await parts.executions.start({
      ...{
        operation,
        planned,
        place,
        world: act.world,
        requester: actorOf(parts, act.invocation, act.member),
      },
      words: act.words.text,
    });
  } catch (error) {
    if (error instanceof AuditNotWritable) return refuse({ code: 'audit-not-writable' });
    if (error instanceof StoreUnavailable) return refuse({ code: 'store-unreachable' });
    throw error;
  }
}

type Claim = 'ours' | 'taken' | 'unknown';

function claimOnce<World>(parts: PipelineParts<World>, key: string): Promise<Claim> {
  const asked = parts.inbound.claim(key).then(
    (ours): Claim => (ours ? 'ours' : 'taken'),
    (): Claim => 'unknown',
  );
  return within(asked, dedupeLimitMs, 'unknown');
}

function findMember<World>(parts: PipelineParts<World>, invocation: Invocation): Promise<Member | undefined> {
  return within(parts.directory.find(invocation.user), slackLimitMs, undefined).catch(() => undefined);
}

async function gatherFacts<World>(
  parts: PipelineParts<World>,
  invocation: Invocation,
  member: Member | undefined,
): Promise<Parameters<typeof authorize>[0]> {
  const [rights, channel] = await Promise.all([
    findRights(parts.roster, invocation.user.userId, (group) =>
      within(parts.directory.group(group), slackLimitMs, undefined).catch(() => undefined),
    ),
    within(parts.directory.channel(invocation.channel), slackLimitMs, undefined).catch(() => undefined),
  ]);
  return { member, rights, channel, channelId: invocation.channel, commandChannels: parts.commandChannels };
}

/** Notes a refusal in the audit and hands it on. */
function refused<World>(parts: PipelineParts<World>, act: Act<World>, refusal: Refusal): Judged<null> {
  const event = changes(act) ? 'AUTH_DENIED' : 'READ';
  return noted(parts, act.invocation, act.member, act.operation.verb, refusal, event);
}

function noted<World>(
  parts: PipelineParts<World>,
  invocation: Invocation,
  member: Member | undefined,
  verb: string,
  refusal: Refusal,
  event: AuditEvent,
): Judged<null> {
  parts.audit.note({
    ...{ event, verb, actor: actorOf(parts, invocation, member), app: '', target: '' },
    outcome: `refused:${refusal.code}`,
    detail: { ...provenance(invocation), typed: invocation.text.slice(0, 500) },
  });
  return refuse(refusal);
}

function entryOf<World>(act: Act<World>, event: AuditEvent, target: string, outcome: string): AuditEntry {
  const actor = {
    ...act.invocation.user,
    person: act.invocation.user.userId,
    name: act.member?.name ?? '',
  };
  return {
    ...{ event, actor, verb: act.operation.verb, app: act.app, target, outcome },
    detail: provenance(act.invocation),
  };
}

function actorOf<World>(
  parts: PipelineParts<World>,
  invocation: Invocation,
  member: Member | undefined,
): AuditActor {
  const person = personOf(parts.roster, invocation.user.userId);
  return { ...invocation.user, person, name: member?.name ?? '' };
}

const provenance = (invocation: Invocation): Record<string, unknown> => ({
  source: invocation.source,
  channel: invocation.channel,
  ...(invocation.threadTs === undefined ? {} : { thread: invocation.threadTs }),
  ...(invocation.messageTs === undefined ? {} : { message: invocation.messageTs }),
  delivery: invocation.dedupeKey,
});

function askerOf<World>(act: Act<World>): {
  readonly teamId: string;
  readonly userId: string;
  readonly name: string;
  readonly operator: boolean;
  readonly approver: boolean;
} {
  const { operator, approver } = act.rights;
  return { ...act.invocation.user, name: act.member?.name ?? '', operator, approver };
}

async function sayNo<World>(
  parts: PipelineParts<World>,
  invocation: Invocation,
  refusal: Refusal,
  locale: Locale,
): Promise<void> {
  await invocation.surface.answer(parts.sayRefusal(refusal, locale), locale);
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
  await invocation.surface.answer(parts.sayFault(auditId, locale), locale);
}
