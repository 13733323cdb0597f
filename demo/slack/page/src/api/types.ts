/** What the simulated Slack's control interface hands out, as far as the page shows it. */

/** An object as it came over the wire: nothing is known of its fields yet. */
export type Json = Readonly<Record<string, unknown>>;

export interface Person {
  readonly id: string;
  readonly name: string;
  readonly teamId?: string;
  readonly isRestricted?: boolean;
  readonly isUltraRestricted?: boolean;
  readonly isBot?: boolean;
  readonly isDeleted?: boolean;
  readonly isStranger?: boolean;
  readonly doNotDisturb?: boolean;
}

export interface Channel {
  readonly id: string;
  readonly name: string;
  readonly botIsMember: boolean;
  readonly members?: readonly string[];
  readonly isPrivate?: boolean;
  readonly isExtShared?: boolean;
  readonly isArchived?: boolean;
  /** The conversation with the app. */
  readonly isDirect?: boolean;
  /** The last message that this person has read; left out when they never looked. */
  readonly readTo?: string;
  /** Others' messages since then. */
  readonly unread: number;
  /** How many of them mean this person. */
  readonly mentions: number;
}

/** What of a conversation changes with every message. */
export interface UnreadNews {
  readonly channel: string;
  readonly readTo?: string;
  readonly unread: number;
  readonly mentions: number;
}

export interface Group {
  readonly id: string;
  readonly handle: string;
  readonly members: readonly string[];
}

export interface SlashCommand {
  readonly command: string;
  readonly description?: string;
  readonly usageHint?: string;
}

export interface AppInfo {
  readonly id: string;
  readonly bot: { readonly id: string; readonly userId: string; readonly name: string };
  readonly slashCommands: readonly (string | SlashCommand)[];
}

export interface Panel {
  readonly id: string;
  readonly title: string;
  /** A path on the same server. */
  readonly url: string;
}

export interface Message {
  readonly channel: string;
  /** Slack's timestamp: also the message's name and place. */
  readonly ts: string;
  readonly threadTs?: string;
  readonly isBroadcast?: boolean;
  /** The beginning of what a broadcast reply is a reply to. */
  readonly repliesTo?: string;
  readonly user: string;
  readonly botId?: string;
  readonly text: string;
  readonly blocks: readonly unknown[];
  readonly attached?: readonly AttachedFile[];
  /** What stands below it in its thread, if anything. */
  readonly thread?: ThreadInfo;
  readonly edits: number;
  readonly ephemeralFor?: string;
  readonly fromSlack?: boolean;
  /** What this person has chosen and typed in it. */
  readonly values?: Values;
}

export interface AttachedFile {
  readonly id: string;
  readonly name?: string;
  readonly title?: string;
  readonly altText?: string;
  readonly url?: string;
  /** Left out until the bytes are there. */
  readonly type?: string;
}

export interface ThreadInfo {
  readonly replies: number;
  readonly lastTs: string;
  readonly users: readonly string[];
}

export interface View {
  readonly id: string;
  readonly type: 'modal' | 'home';
  readonly user: string;
  readonly title: unknown;
  readonly submit: unknown;
  readonly close: unknown;
  readonly blocks: readonly unknown[];
  readonly state: { readonly values: Values };
  readonly hash: string;
  readonly previous_view_id: string | null;
  readonly closed: boolean;
  /** What stands beside the inputs, by block_id. */
  readonly errors: Readonly<Record<string, string>>;
  /** Slack's own word about the whole view. */
  readonly trouble?: string;
}

/** `{ [block_id]: { [action_id]: state } }`, as Slack sends it. */
export type Values = Readonly<Record<string, Readonly<Record<string, Json>>>>;

export interface WireEntry {
  readonly number: number;
  /** When it ended, milliseconds. */
  readonly at: number;
  readonly direction: 'to-slack' | 'to-app';
  readonly what: string;
  readonly milliseconds: number;
  readonly error?: string;
  readonly via: 'http' | 'socket';
  readonly httpStatus?: number;
  /** How much of each of Slack's limits it used. */
  readonly limits?: readonly Limit[];
  readonly request?: unknown;
  readonly answer?: unknown;
}

export interface Limit {
  readonly what: string;
  readonly used: number;
  readonly most: number;
}

/** What became of an act: `refused` is Slack's own client saying no. */
export interface Delivered {
  readonly status: string;
  readonly ackMs: number;
  readonly reason?: string;
}
