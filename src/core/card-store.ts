import type { CardPicture } from './card-picture.ts';
import type { GatheringId, IncidentId, RequestId } from './ids.ts';

/**
 * What a card is about. An incident's card is its root; of one that was gathered it is the reply below the gathering's,
 * which lists many.
 */
export type CardSubject =
  | { readonly about: 'request'; readonly id: RequestId }
  | { readonly about: 'incident'; readonly id: IncidentId }
  | { readonly about: 'gathering'; readonly id: GatheringId };

/** A place where a card is shown, or shall be. Versions are those of what it is about. */
export interface CardPlace {
  readonly subject: CardSubject;
  readonly channel: string;
  readonly threadTs: string | undefined;
  /** Undefined: not posted yet, or posted and the answer was lost. */
  readonly messageTs: string | undefined;
  /** The version that Slack has shown last; 0 for none. */
  readonly shownVersion: number;
  /** The version now. */
  readonly version: number;
  /** A post was begun and its answer never noted: look for the message before posting again. */
  readonly attempted: boolean;
  /** What the message shows besides its words; left out: nothing. */
  readonly picture?: CardPicture;
  /** Shall be shown instead, as soon as Slack takes it: a file can be used only some seconds after it was uploaded. */
  readonly nextPicture?: CardPicture;
}

/** What the poster of cards keeps in the store, so that any process can go on where another one was killed. */
export interface CardStore {
  /**
   * Cards that Slack does not show as they are now, or without a picture that is there: requests before incidents, the
   * oldest first, incidents by their numbers. Incidents that are hushed have none; those that were gathered come when their gathering's root is posted, with its ts as their thread.
   */
  behind(limit: number): Promise<readonly CardPlace[]>;
  /** Noted before a post begins. False: it was gathered meanwhile, and is not to be posted here. */
  attempt(card: CardPlace): Promise<boolean>;
  /**
   * Slack has taken this version, with this picture (left out: without). A lower version than the one noted changes
   * nothing.
   */
  shown(card: CardPlace, messageTs: string, version: number, picture?: CardPicture): Promise<void>;
  /** Slack does not take the next picture: it is tried again later, and not for ever. False: that was the last time. */
  pictureRefused(card: CardPlace): Promise<boolean>;
  /** Nothing more can be shown there (channel gone, bot removed): it is not tried again until something changes. */
  giveUp(card: CardPlace): Promise<void>;
  /** True: this process may post to the channel for the next seconds; false: another one does. */
  leaseChannel(channel: string, holder: string): Promise<boolean>;
}
