import type { CardPlace } from '../core/card-store.ts';
import type { Clock } from '../core/clock.ts';
import type { Cards } from '../core/invocation.ts';
import { createNaps } from '../core/naps.ts';
import { type Drawn, type DrawParts, drawCard } from './draw-card.ts';
import { createRests } from './rests.ts';
import { giveWayMs, type RightOfWay } from './right-of-way.ts';
import { createUnsureEdits } from './unsure-edits.ts';

export interface CardsParts extends DrawParts {
  readonly clock: Clock;
  /** Names this process in channel leases. */
  readonly holder: string;
  /** Left out: nobody else posts. */
  readonly rightOfWay?: Pick<RightOfWay, 'isTaken'>;
}

/** Draws cards from the store until Slack has taken them; the newest version wins. */
export interface CardDrawer extends Cards {
  /** Until the signal; resolves when no call to Slack is under way any more. */
  run(signal: AbortSignal): Promise<void>;
  /** Once more for what changed last, when the process stops. */
  flush(): Promise<void>;
}

/** Without a hint: cards that another process left behind are found this late. */
const lookEveryMs = 2_000;
/** Of many hints in a row one look comes. */
const gatherMs = 40;
/** Between two edits of one message. */
const editEveryMs = 1_200;
/** Another process draws in the channel. */
const leaseTakenMs = 300;
const troubleMs = 2_000;
const mostAtOnce = 200;
/** So often in a row a card may fail before the others of its channel get their turn: it may be the card's own fault. */
const patience = 5;
const stuckMs = 30_000;

/**
 * Each channel is drawn in by itself, in order, so that one that Slack limits or does not answer for holds nobody up. The
 * loop only looks what is behind and never waits for Slack.
 */
export function createCards(parts: CardsParts): CardDrawer {
  const { store, clock, log, rightOfWay } = parts;
  const now = (): number => clock.now().getTime();
  const rests = createRests(now);
  const drawing = { ...parts, unsureEdits: createUnsureEdits(now) };
  const busy = new Map<string, Promise<void>>();
  /** How often cards failed in a row; who is taken is forgotten. */
  const stuck = new Map<string, number>();
  const naps = createNaps(clock);

  const drawIn = async (channel: string, cards: readonly CardPlace[], goOn: () => boolean): Promise<void> => {
    for (const card of cards) {
      if (!goOn() || rests.isResting(channel)) return;
      if (rests.isResting(keyOf(card))) continue;
      // Edits are no posts, and hold nobody up.
      if (card.messageTs === undefined && rightOfWay?.isTaken(channel) === true)
        return rests.rest(channel, giveWayMs);
      if (!(await store.leaseChannel(channel, parts.holder))) return rests.rest(channel, leaseTakenMs);
      const began = now();
      const drawn = await drawCard(drawing, card).catch((error: unknown): Drawn => {
        log.warn({ err: error, card: card.subject.id }, 'a card can not be drawn now');
        return { kind: 'rest', who: 'card', milliseconds: troubleMs };
      });
      // A card whose channel rests goes on first when the rest is over: resting itself, it would be overtaken.
      if (drawn.kind === 'rest' && drawn.who === 'channel') {
        const tries = (stuck.get(keyOf(card)) ?? 0) + 1;
        stuck.set(keyOf(card), tries);
        if (tries % patience !== 0) return rests.rest(channel, drawn.milliseconds);
        rests.rest(keyOf(card), stuckMs);
        continue;
      }
      stuck.delete(keyOf(card));
      rests.rest(keyOf(card), began + editEveryMs - now());
      if (drawn.kind === 'rest') rests.rest(keyOf(card), drawn.milliseconds);
    }
  };

  const look = async (goOn: () => boolean): Promise<void> => {
    const behind = await store.behind(mostAtOnce);
    for (const [channel, cards] of byChannel(behind)) {
      if (busy.has(channel) || cards.every((card) => rests.isResting(keyOf(card)))) continue;
      if (rests.isResting(channel)) continue;
      const underWay = drawIn(channel, cards, goOn)
        .catch((error: unknown) => {
          log.warn({ err: error, channel }, 'cards can not be drawn now');
          rests.rest(channel, troubleMs);
        })
        .finally(() => {
          busy.delete(channel);
          naps.kick();
        });
      busy.set(channel, underWay);
    }
  };

  return {
    changed: naps.kick,
    async run(signal) {
      while (!signal.aborted) {
        naps.begin();
        await look(() => !signal.aborted).catch((error: unknown) => {
          log.warn({ err: error }, 'the store does not say which cards are behind');
        });
        await naps.nap(Math.min(lookEveryMs, rests.soonestMs()), signal);
        if (!signal.aborted) await clock.wait(gatherMs, signal).catch(() => undefined);
      }
      await Promise.all(busy.values());
    },
    async flush() {
      rests.forget();
      await look(() => true).catch(() => undefined);
      await Promise.all(busy.values());
    },
  };
}

function byChannel(cards: readonly CardPlace[]): ReadonlyMap<string, readonly CardPlace[]> {
  const groups = new Map<string, CardPlace[]>();
  for (const card of cards) groups.set(card.channel, [...(groups.get(card.channel) ?? []), card]);
  return groups;
}

const keyOf = (card: CardPlace): string => `${card.subject.id}:${card.channel}:${card.threadTs ?? ''}`;
