import type { Approvals, Decided, Decision, PressedCard } from '../../src/core/approval-ports.ts';
import { digestOf } from '../../src/core/digest.ts';
import type { RequestId } from '../../src/core/ids.ts';
import type { RequestState } from '../../src/core/request.ts';
import { AuditNotWritable } from '../../src/core/store-ports.ts';
import {
  executionOf,
  findHolder,
  type Kept,
  type KeptTerms,
  keep,
  type Memory,
  sealIn,
  viewOf,
} from './memory.ts';

type Guarded = Kept & { readonly terms: KeptTerms };

/** Approvals in memory, with the same refusals as the store's. Takes the requests' memory, so that both see the same. */
export function createFakeApprovals(memory: Memory): Approvals {
  const findGuarded = (id: RequestId): Guarded | undefined =>
    memory.kept.find((one): one is Guarded => one.request.id === id && one.terms !== undefined);

  const isOver = ({ requestState, terms }: Guarded): boolean =>
    (requestState === 'pending' && terms.expiresAt <= memory.now()) ||
    (requestState === 'approved' && terms.runBy !== null && terms.runBy <= memory.now());

  const end = (found: Guarded, to: RequestState, decision: KeptTerms['decision']): void => {
    Object.assign(found, { requestState: to, version: found.version + 1 });
    Object.assign(found.terms, { open: false, decision });
    memory.notices.push({ requestId: found.request.id, kind: 'outcome' });
  };

  const expire = (found: Guarded): void => {
    if (!isOver(found)) return;
    sealIn(memory, 'EXPIRED');
    end(found, 'expired', { was: found.requestState });
  };

  const approve = (found: Guarded): void => {
    found.version += 1;
    if (votersOf(found, []).length < found.terms.asked.quorum) return;
    found.requestState = 'approved';
    found.terms.runBy = new Date(memory.now().getTime() + found.terms.asked.runWithinSeconds * 1_000);
  };

  const isItsCard = (id: RequestId, pressed: PressedCard): boolean => {
    const found = memory.kept.find(({ request }) => request.id === id);
    const message = memory.messages.get(id);
    const channels = found?.terms?.asked.cards.map(({ channel }) => channel) ?? [];
    return (
      found?.request.place.teamId === pressed.teamId &&
      [...channels, found.request.place.channel].includes(pressed.channel) &&
      (message === undefined || message.messageTs === pressed.messageTs)
    );
  };

  const decide = (found: Guarded, decision: Decision): Exclude<Decided, { ok: true }>['why'] | undefined => {
    const { kind, actor } = decision;
    const isRequester = actor.person === found.request.requester.person;
    const vote = found.terms.votes.find(({ person }) => person === actor.person);
    const isOpen =
      found.requestState === 'pending' || (kind === 'cancel' && found.requestState === 'approved');
    if (kind === 'cancel' && !isRequester) return 'not-requester';
    if ((kind === 'approve' || kind === 'reject') && isRequester) return 'own-request';
    if (!isOpen || isOver(found)) return 'too-late';
    if (kind === 'approve' && vote !== undefined) return 'voted-already';
    if (kind === 'withdraw' && vote === undefined) return 'no-vote';
    const active = memory.activePolicy ?? decision.policyVersion;
    const isPolicy = active === decision.policyVersion && found.request.policyVersion === active;
    if (kind === 'approve' && !isPolicy) return 'policy';
    seal(memory, decision);
    const others = found.terms.votes.filter(({ person }) => person !== actor.person);
    const mine = { person: actor.person, actor, at: memory.now(), voided: false };
    if (kind === 'cancel') end(found, 'cancelled', { by: actor });
    else found.terms.votes = others;
    if (kind === 'withdraw') found.version += 1;
    if (kind === 'approve') {
      found.terms.votes = [...others, { ...mine, decision: 'approve' }];
      approve(found);
    }
    if (kind === 'reject') {
      found.terms.votes = [...others, { ...mine, decision: 'reject' }];
      end(found, 'rejected', { by: actor });
    }
    return undefined;
  };

  return {
    async freeze(id, rows) {
      if (findGuarded(id) !== undefined) throw new Error('the request is asked already');
      memory.frozen.set(id, [...(memory.frozen.get(id) ?? []), ...rows]);
    },

    async ask(asked, { perHour }) {
      const targets = memory.frozen.get(asked.id) ?? [];
      if (targets.length !== asked.count || digestOf(targets) !== asked.digest)
        throw new Error('what is asked is not what was frozen');
      const guarded = memory.kept.filter((one): one is Guarded => one.terms !== undefined);
      const mine = guarded.filter(({ request }) => request.requester.person === asked.requester.person);
      if (mine.length >= perHour) return { ok: false, why: 'rate', limit: perHour };
      const freeze = memory.freezes.get(asked.app);
      if (freeze !== undefined) return { ok: false, why: 'frozen', freeze };
      if ((memory.activePolicy ?? asked.policyVersion) !== asked.policyVersion)
        return { ok: false, why: 'policy' };
      for (const one of guarded) expire(one);
      const same = guarded.find(({ terms }) => terms.open && terms.asked.target === asked.target);
      if (same !== undefined) return { ok: false, why: 'open', number: same.number };
      sealIn(memory, 'REQUESTED');
      const preapproval = asked.preapprovals.find((id) => memory.signers.has(id));
      const terms: KeptTerms = {
        ...{ asked, expiresAt: new Date(memory.now().getTime() + asked.expiresSeconds * 1_000), runBy: null },
        ...{ open: true, votes: [], decision: {} },
        preapproval: preapproval === undefined ? null : { id: preapproval, number: 0 },
      };
      const found = keep(memory, { ...asked, targets }, terms) as Guarded; // with terms
      memory.frozen.delete(asked.id);
      const signer = preapproval === undefined ? undefined : memory.signers.get(preapproval);
      if (signer !== undefined) {
        sealIn(memory, 'PREAPPROVED');
        const at = memory.now();
        terms.votes = [{ person: signer.person, actor: signer, decision: 'approve', at, voided: false }];
        approve(found);
        found.version = 1;
      }
      return { ok: true, view: viewOf(found) };
    },

    async decide(decision) {
      const found = findGuarded(decision.requestId);
      if (found === undefined) return { ok: false, why: 'no-request' };
      if (!isItsCard(decision.requestId, decision.pressed)) return { ok: false, why: 'not-its-card' };
      const why = decide(found, decision);
      if (why === undefined) return { ok: true, view: viewOf(found) };
      if (why === 'no-request' || why === 'not-its-card') return { ok: false, why };
      expire(found);
      return { ok: false, why, view: viewOf(found) };
    },

    isItsCard: async (id, pressed) => isItsCard(id, pressed),

    async approved(limit) {
      return memory.kept
        .filter(({ requestState }) => requestState === 'approved')
        .slice(0, limit)
        .map(viewOf);
    },

    async claim(view, { voided, policyVersion, digest }) {
      const found = findGuarded(view.id);
      if (found?.requestState !== 'approved' || found.version !== view.version)
        return { ok: false, why: 'moved-on' };
      if (isOver(found)) {
        expire(found);
        return { ok: false, why: 'expired' };
      }
      const freeze = memory.freezes.get(found.request.app);
      if (freeze !== undefined) return { ok: false, why: 'frozen', freeze };
      const active = memory.activePolicy ?? policyVersion;
      if (found.request.policyVersion !== policyVersion || active !== policyVersion)
        return { ok: false, why: 'policy' };
      if (found.request.digest !== digest) return { ok: false, why: 'digest' };
      found.terms.votes = found.terms.votes.map((vote) => ({
        ...vote,
        voided: voided.includes(vote.person),
      }));
      if (votersOf(found, voided).length < found.terms.asked.quorum) return { ok: false, why: 'quorum' };
      const holder = found.request.takesSlot ? findHolder(memory, found.request) : undefined;
      if (holder !== undefined) return { ok: false, why: 'busy', number: holder.number };
      sealIn(memory, 'CLAIMED');
      Object.assign(found, { requestState: 'consumed', begun: true, version: found.version + 1 });
      found.run.hasSlot = found.request.takesSlot;
      return { ok: true, execution: executionOf(found, false, found.leaseToken) };
    },

    async invalidate(view, why, detail) {
      const found = findGuarded(view.id);
      const isOpen = found?.requestState === 'pending' || found?.requestState === 'approved';
      if (found === undefined || !isOpen || found.version !== view.version || isOver(found)) return false;
      sealIn(memory, 'INVALIDATED');
      end(found, 'invalidated', { ...detail, why });
      return true;
    },

    async sweep() {
      for (const one of memory.kept) if (one.terms !== undefined) expire(one as Guarded); // just asked
    },

    async list(app, limit) {
      const guarded = memory.kept.filter(({ terms, request }) => terms !== undefined && request.app === app);
      const newest = [...guarded].sort(
        (a, b) => Number(b.terms?.open) - Number(a.terms?.open) || b.number - a.number,
      );
      return newest.slice(0, limit).map(viewOf);
    },
  };
}

const votersOf = ({ terms, request }: Guarded, voided: readonly string[]): readonly string[] =>
  terms.votes
    .filter(({ decision, person }) => decision === 'approve' && person !== request.requester.person)
    .map(({ person }) => person)
    .filter((person) => !voided.includes(person));

/** What only ends a request works without the audit log too. */
function seal(memory: Memory, { kind }: Decision): void {
  const event = { approve: 'VOTED', reject: 'REJECTED', withdraw: 'WITHDRAWN', cancel: 'CANCELLED' }[kind];
  try {
    sealIn(memory, event);
  } catch (error) {
    if (!(error instanceof AuditNotWritable) || kind === 'approve' || kind === 'withdraw') throw error;
    memory.events.push(`${event} NOTED`);
  }
}
