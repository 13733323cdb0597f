import type { RequestId } from './ids.ts';

/** A place where a request's card is shown, or shall be. */
export interface CardPlace {
  readonly requestId: RequestId;
  readonly channel: string;
  readonly threadTs: string | undefined;
  /** Undefined: not posted yet, or posted and the answer was lost. */
  readonly messageTs: string | undefined;
  /** The request's version that Slack has shown last; 0 for none. */
  readonly shownVersion: number;
  /** The request's version now. */
  readonly version: number;
  /** A post was begun and its answer never noted: look for the message before posting again. */
  readonly attempted: boolean;
}

/** What the poster of cards keeps in the store, so that any process can go on where another one was killed. */
export interface CardStore {
  /** Cards that Slack does not show as they are now, oldest request first. */
  behind(limit: number): Promise<readonly CardPlace[]>;
  /** Noted before a post begins. */
  attempt(card: CardPlace): Promise<void>;
  /** Slack has taken this version. A lower version than the one noted changes nothing. */
  shown(card: CardPlace, messageTs: string, version: number): Promise<void>;
  /** Nothing more can be shown there (channel gone, bot removed): it is not tried again until the request changes. */
  giveUp(card: CardPlace): Promise<void>;
  /** True: this process may post to the channel for the next seconds; false: another one does. */
  leaseChannel(channel: string, holder: string): Promise<boolean>;
}
