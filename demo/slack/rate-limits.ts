import type { SlackClock } from './clock.ts';

/** Slack's automatic limits; both are off until switched on. */
export interface RateLimits {
  /** One message a second and channel by chat.postMessage. */
  limitPosts(on: boolean): void;
  /** Calls a minute by the method's tier. */
  limitTiers(on: boolean): void;
  /** Calls of a method within the last minute and how many its tier allows; undefined for one without a limit. */
  usage(method: string): Usage | undefined;
  /** Posts in a channel within the last second, and how many Slack takes. */
  postUsage(channel: string): Usage;
  /** Counts a post; the seconds to wait when it is one too many. */
  takePost(channel: string): number | undefined;
  /** Counts a call; the seconds to wait when it is one too many. */
  takeCall(method: string): number | undefined;
}

export interface Usage {
  readonly used: number;
  readonly most: number;
}

const minuteMs = 60_000;
const secondMs = 1_000;
const postsASecond = 1;
/** Calls that are remembered of each method; beyond the limits only their number is of interest. */
const mostCounted = 200;

/** Calls a minute and workspace by tier: https://docs.slack.dev/apis/web-api/rate-limits */
const callsAMinute = { 1: 1, 2: 20, 3: 50, 4: 100 } as const;

/** As each method's page in Slack's reference says; what is not here has no limit in this simulator. */
const tierOf: Readonly<Record<string, keyof typeof callsAMinute>> = {
  'apps.connections.open': 1,
  'bots.info': 3,
  'chat.delete': 3,
  'chat.postEphemeral': 4,
  'chat.update': 3,
  'conversations.history': 3,
  'conversations.info': 3,
  'conversations.join': 3,
  'conversations.leave': 3,
  'conversations.list': 2,
  'conversations.members': 4,
  'conversations.open': 3,
  'conversations.replies': 3,
  'emoji.list': 2,
  'files.completeUploadExternal': 4,
  'files.getUploadURLExternal': 4,
  'usergroups.list': 2,
  'usergroups.users.list': 2,
  'users.conversations': 3,
  'users.info': 4,
  'users.list': 2,
  'views.open': 4,
  'views.publish': 4,
  'views.push': 4,
  'views.update': 4,
};

export function createRateLimits(clock: SlackClock): RateLimits {
  const posted = new Map<string, readonly number[]>();
  const recent = new Map<string, readonly number[]>();
  const within = (method: string, now: number): readonly number[] =>
    (recent.get(method) ?? []).filter((at) => at <= now && now - at < minuteMs);
  const postsWithin = (channel: string, now: number): readonly number[] =>
    (posted.get(channel) ?? []).filter((at) => at <= now && now - at < secondMs);
  let posts = false;
  let tiers = false;
  return {
    limitPosts: (on) => {
      posts = on;
    },
    limitTiers: (on) => {
      tiers = on;
    },
    takePost(channel) {
      const now = clock.lived();
      const lately = postsWithin(channel, now);
      if (posts && lately.length >= postsASecond) return 1;
      posted.set(channel, [...lately.slice(-mostCounted), now]);
      return undefined;
    },
    postUsage: (channel) => ({ used: postsWithin(channel, clock.lived()).length, most: postsASecond }),
    takeCall(method) {
      const tier = tierOf[method];
      if (tier === undefined) return undefined;
      const now = clock.lived();
      const calls = within(method, now);
      const oldest = calls.at(-callsAMinute[tier]);
      if (tiers && oldest !== undefined) return Math.max(1, Math.ceil((oldest + minuteMs - now) / 1000));
      recent.set(method, [...calls.slice(-mostCounted), now]);
      return undefined;
    },
    usage(method) {
      const tier = tierOf[method];
      if (tier === undefined) return undefined;
      return { used: within(method, clock.lived()).length, most: callsAMinute[tier] };
    },
  };
}
