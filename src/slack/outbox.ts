import type { Notice } from '../core/approval-ports.ts';
import type { CardStore } from '../core/card-store.ts';
import type { Clock } from '../core/clock.ts';
import { createNaps } from '../core/naps.ts';
import { type Noticed, type NoticeParts, postNotice } from './notices.ts';
import { createRests } from './rests.ts';
import { giveWayMs, type RightOfWay } from './right-of-way.ts';

export interface OutboxParts extends NoticeParts {
  /** One process at a time posts in a channel, cards and notices alike. */
  readonly leases: Pick<CardStore, 'leaseChannel'>;
  readonly clock: Clock;
  /** Names this process in channel leases: the same as for cards. */
  readonly holder: string;
  /** Left out: nobody else posts. */
  readonly rightOfWay?: Pick<RightOfWay, 'isTaken'>;
}

/** Says what the store's outbox holds, each notice once, in order in each channel, until Slack has taken it. */
export interface NoticePoster {
  /** A hint that there is something to say; returns at once. */
  kick(): void;
  /** Until the signal; resolves when no call to Slack is under way any more. */
  run(signal: AbortSignal): Promise<void>;
}

/** Without a hint: what another process put out is found this late. */
const lookEveryMs = 2_000;
/** Of many hints in a row one look comes. */
const gatherMs = 40;
/** Slack takes one message a second in a channel. */
const postEveryMs = 1_000;
const leaseTakenMs = 300;
const troubleMs = 2_000;
const mostAtOnce = 200;
/** So often in a row a notice may fail before the next one of its channel gets its turn. */
const patience = 5;
const stuckMs = 30_000;
/** While Slack limits what people wait for, the alerts hold their tongue. */
const approvalsLimited = 'approvals limited';

/**
 * Each lane of each channel goes by itself, one notice at a time, so that one that Slack limits or does not answer for
 * holds nobody up; alerts wait while the approvals of their channel have anything to say.
 */
export function createOutbox(parts: OutboxParts): NoticePoster {
  const { outbox, clock, log, rightOfWay } = parts;
  const rests = createRests(() => clock.now().getTime());
  const busy = new Map<string, Promise<void>>();
  /** How often notices failed in a row. */
  const failures = new Map<string, number>();
  const naps = createNaps(clock);

  const rest = (notice: Notice, { who, milliseconds }: Extract<Noticed, { readonly kind: 'rest' }>): void => {
    const tries = (failures.get(notice.id) ?? 0) + 1;
    failures.set(notice.id, tries);
    if (who === 'notice') rests.rest(notice.id, milliseconds);
    else if (tries % patience === 0) rests.rest(notice.id, stuckMs);
    else rests.rest(laneOf(notice), milliseconds);
  };

  const say = async (notice: Notice): Promise<void> => {
    if (rightOfWay?.isTaken(notice.channel) === true) return rests.rest(laneOf(notice), giveWayMs);
    if (!(await parts.leases.leaseChannel(notice.channel, parts.holder)))
      return rests.rest(laneOf(notice), leaseTakenMs);
    const noticed = await postNotice(parts, notice).catch((error: unknown): Noticed => {
      log.warn({ err: error, notice: notice.id }, 'a notice can not be said now');
      return { kind: 'rest', who: 'channel', milliseconds: troubleMs };
    });
    if (noticed.kind === 'rest') return rest(notice, noticed);
    if (noticed.kind === 'settled') failures.delete(notice.id);
    const milliseconds = noticed.kind === 'limited' ? noticed.milliseconds : postEveryMs;
    rests.rest(laneOf(notice), milliseconds);
    // A moment longer, so that the approvals are first when it is over.
    if (noticed.kind === 'limited' && notice.lane === 'approvals')
      rests.rest(approvalsLimited, milliseconds + postEveryMs);
  };

  const begin = (notice: Notice): void => {
    const lane = laneOf(notice);
    const saying = say(notice)
      .catch((error: unknown) => {
        log.warn({ err: error, channel: notice.channel }, 'notices can not be said now');
        rests.rest(lane, troubleMs);
      })
      .finally(() => {
        busy.delete(lane);
        naps.kick();
      });
    busy.set(lane, saying);
  };

  const look = async (): Promise<void> => {
    const lanes = byLane(await outbox.waiting(mostAtOnce));
    for (const [lane, notices] of lanes) {
      const next = notices.find(({ id }) => !rests.isResting(id));
      if (next === undefined || busy.has(lane) || rests.isResting(lane)) continue;
      if (next.lane !== 'approvals') {
        const before = laneOf({ lane: 'approvals', channel: next.channel });
        if (lanes.has(before) || busy.has(before) || rests.isResting(approvalsLimited)) continue;
      }
      begin(next);
    }
  };

  return {
    kick: naps.kick,
    async run(signal) {
      while (!signal.aborted) {
        naps.begin();
        await look().catch((error: unknown) => {
          log.warn({ err: error }, 'the store does not say what is to be said');
        });
        await naps.nap(Math.min(lookEveryMs, rests.soonestMs()), signal);
        if (!signal.aborted) await clock.wait(gatherMs, signal).catch(() => undefined);
      }
      await Promise.all(busy.values());
    },
  };
}

const laneOf = ({ lane, channel }: Pick<Notice, 'lane' | 'channel'>): string => `${lane} ${channel}`;

function byLane(notices: readonly Notice[]): ReadonlyMap<string, readonly Notice[]> {
  const lanes = new Map<string, Notice[]>();
  for (const notice of notices) lanes.set(laneOf(notice), [...(lanes.get(laneOf(notice)) ?? []), notice]);
  return lanes;
}
