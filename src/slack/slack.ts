import type { Outbox } from '../core/approval-ports.ts';
import type { PictureMaker } from '../core/card-picture.ts';
import type { CardStore } from '../core/card-store.ts';
import type { Clock } from '../core/clock.ts';
import type { Cards, Directory, Invocation } from '../core/invocation.ts';
import type { Log } from '../core/log.ts';
import type { Locale } from '../core/people.ts';
import type { Secret } from '../core/secret.ts';
import { within } from '../core/within.ts';
import { type AnchorPoster, createAnchorPoster } from './anchors.ts';
import { createSlackApi, faultOf, type SlackApi } from './api.ts';
import { type BoltApp, type Connection, createBolt, type Wire } from './bolt.ts';
import { createCards } from './cards.ts';
import { createDirectory } from './directory.ts';
import type { DrawParts } from './draw-card.ts';
import { type CheckForm, registerListeners } from './listeners.ts';
import type { NoticeParts } from './notices.ts';
import { createOutbox } from './outbox.ts';
import { createPictures, type PictureParts } from './pictures.ts';
import { createRightOfWay } from './right-of-way.ts';

export interface SlackParts {
  readonly wire: Wire;
  readonly botToken: Secret;
  readonly apiUrl: string;
  readonly auditChannel: string | undefined;
  readonly cardStore: CardStore;
  readonly draw: DrawParts['draw'];
  readonly outbox: Outbox;
  /** What a notice says. */
  readonly say: NoticeParts['say'];
  /** A chart as PNG. */
  readonly drawChart: PictureParts['drawChart'];
  readonly locale: Locale;
  readonly instance: string;
  readonly clock: Clock;
  readonly log: Log;
}

/** Slack as the rest of the bot sees it. */
export interface Slack {
  readonly directory: Directory;
  readonly cards: Cards;
  readonly anchors: AnchorPoster;
  readonly pictures: PictureMaker;
  readonly connection: () => Connection;
  /** Begins to take what people do. */
  listen(handle: (invocation: Invocation) => Promise<void>, checkForm: CheckForm): Promise<void>;
  /** Takes nothing new, and waits so long for what was taken. */
  stop(milliseconds: number): Promise<void>;
}

const identityTries = 5;
const drawLimitMs = 5_000;

/** Asks Slack who the bot is; an app that Slack does not know can't work, so this is asked before anything else. */
export async function connectSlack(parts: SlackParts): Promise<Slack> {
  const { clock, log } = parts;
  const api = createSlackApi(parts.botToken, parts.apiUrl, log);
  const identity = await askIdentity(api, clock, log);
  const bolt: BoltApp = createBolt({ ...parts, identity });
  const underWay = new Set<Promise<void>>();
  const stopping = new AbortController();
  const rightOfWay = createRightOfWay();
  const cards = createCards({
    ...{ store: parts.cardStore, api, clock, log, locale: parts.locale, botId: identity.botId },
    ...{ holder: parts.instance, draw: parts.draw, rightOfWay },
  });
  const directory = createDirectory({
    ...{ client: api.reads, homeTeamId: identity.teamId, now: () => clock.now().getTime() },
  });
  const localeOf = async (userId: string): Promise<Locale> =>
    (await directory.find({ teamId: identity.teamId, userId }))?.locale ?? parts.locale;
  const notices = createOutbox({
    ...{ outbox: parts.outbox, leases: parts.cardStore, api, clock, log, locale: parts.locale },
    ...{ botId: identity.botId, holder: parts.instance, say: parts.say, localeOf, rightOfWay },
  });
  const pictures = createPictures({ api, drawChart: parts.drawChart, clock, log });
  const anchors = createAnchorPoster(api, parts.auditChannel, log);
  let drawing: Promise<void> | undefined;
  let saying: Promise<void> | undefined;
  const changed = (requestId: string): void => {
    cards.changed(requestId);
    notices.kick();
  };
  return {
    ...{ cards: { changed }, anchors, pictures, directory, connection: bolt.connection },
    async listen(handle, checkForm) {
      registerListeners(bolt.app, {
        ...{ api, log, pictures, rightOfWay, botUserId: identity.botUserId, checkForm },
        take(invocation) {
          const handling = handle(invocation).catch((error: unknown) => {
            log.error({ err: error }, 'an invocation was not handled');
          });
          underWay.add(handling);
          void handling.finally(() => underWay.delete(handling));
        },
      });
      await bolt.start();
      drawing = cards.run(stopping.signal);
      saying = notices.run(stopping.signal);
    },
    async stop(milliseconds) {
      await bolt.stop();
      await within(Promise.all(underWay), milliseconds, undefined);
      stopping.abort(new Error('stopping'));
      // Slack may be away; what is not drawn now is drawn by the next process.
      const drawn = Promise.resolve(drawing).then(cards.flush);
      await within(Promise.all([drawn, saying]), drawLimitMs, undefined);
      anchors.stop();
    },
  };
}

interface Identity {
  readonly botId: string;
  readonly botUserId: string;
  readonly teamId: string;
}

async function askIdentity(api: SlackApi, clock: Clock, log: Log): Promise<Identity> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      const { bot_id: botId, user_id: botUserId, team_id: teamId } = await api.reads.auth.test();
      if (botId === undefined || botUserId === undefined || teamId === undefined) {
        throw new Error('Slack did not say which bot this token belongs to: is it a bot token?');
      }
      return { botId, botUserId, teamId };
    } catch (error) {
      const fault = faultOf(error);
      if (fault.kind === 'refused' || attempt >= identityTries) throw error;
      log.warn({ fault, attempt }, 'Slack does not say yet who the bot is');
      await clock.wait(fault.kind === 'rate-limited' ? fault.retryAfterSeconds * 1000 : attempt * 1000);
    }
  }
}
