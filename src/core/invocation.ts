import type { Form, OpenForm, Submission } from './form.ts';
import type { Locale, Member, SlackUser } from './people.ts';
import type { Reply } from './reply.ts';

/** Something a person did in Slack (or in a shell), translated by a listener; no decision has been made about it yet. */
export interface Invocation {
  readonly source: 'slash' | 'mention' | 'button' | 'modal' | 'shell';
  readonly user: SlackUser;
  /** Words after `/queue`, after the mention, or of the button. */
  readonly text: string;
  readonly channel: string;
  readonly threadTs?: string;
  /** The message whose button was pressed, if one was. */
  readonly messageTs?: string;
  /**
   * The same for every delivery of the same act: `command:<trigger id>`, `message:<channel>:<message ts>`,
   * `action:<team>:<user>:<message ts>:<action ts>`. Two acts never share one.
   */
  readonly dedupeKey: string;
  /** A request's button: its verb, the request's id, and what else it carried (a page). `text` is then empty. */
  readonly press?: { readonly verb: string; readonly requestId: string; readonly argument: string };
  /** A form that was sent: `text` is what it carried. */
  readonly submission?: Submission;
  /** True: the answer of a reading verb is posted for all to see (Share). */
  readonly share?: boolean;
  readonly surface: Surface;
}

/** Where an invocation is answered. Implementations never throw: what Slack refuses is sent again as plain text, then logged. */
export interface Surface {
  /** To the person alone. */
  answer(reply: Reply, locale: Locale): Promise<void>;
  /** To everybody in the channel or thread; false: Slack did not take it. */
  post(reply: Reply, locale: Locale): Promise<boolean>;
  /** A message for everybody that can be drawn again; undefined: Slack did not take it. Left out: nothing here can. */
  readonly open?: (reply: Reply, locale: Locale) => Promise<OpenMessage | undefined>;
  /** Left out: nothing here can open a form (a mention). Undefined: Slack did not take it; its triggers live three seconds. */
  readonly openForm?: (form: Form, locale: Locale) => Promise<OpenForm | undefined>;
  /** The same for what is said in this thread of its channel. Left out: it has none. */
  readonly inThread?: (threadTs: string) => Surface;
}

/** A message of ours in a channel or thread. Never throws. */
export interface OpenMessage {
  draw(reply: Reply, locale: Locale): Promise<Redrawn>;
}

/** `later`: Slack limits us, or nobody knows whether it was drawn; drawing it again does no harm. `gone`: never again. */
export type Redrawn =
  | { readonly kind: 'drawn' }
  | { readonly kind: 'later'; readonly milliseconds: number }
  | { readonly kind: 'gone' };

/** What Slack knows of people and channels, with short-lived caches. */
export interface Directory {
  /** Undefined: Slack could not be asked. */
  find(user: SlackUser): Promise<Member | undefined>;
  /** Members of a user group; undefined when Slack could not be asked. Cached for at most 60 s. */
  group(groupId: string): Promise<ReadonlySet<string> | undefined>;
  /** Undefined: Slack could not be asked. */
  channel(channelId: string): Promise<ChannelFacts | undefined>;
  /** The same without anything remembered: for votes and claims. */
  fresh(): Directory;
}

export interface ChannelFacts {
  readonly kind: 'channel' | 'direct-message' | 'group-message';
  /** Shared with another workspace. */
  readonly shared: boolean;
  readonly botIsMember: boolean;
}

/** Draws the card of a request again, in all places where it is shown, until Slack has taken it. */
export interface Cards {
  /** A hint that the request has changed; returns at once. */
  changed(requestId: string): void;
}
