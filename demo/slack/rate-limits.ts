import type { SlackClock } from './clock.ts';

/** Slack's automatic limits; both are off until switched on. */
export interface RateLimits {
  /** One message a second and channel by chat.postMessage. */
  limitPosts(on: boolean): void;
  /** Calls a minute by the method's tier. */
  limitTiers(on: boolean): void;
  /** Counts a post; the seconds to wait when it is one too many. */
  takePost(channel: string): number | undefined;
  /** Counts a call; the seconds to wait when it is one too many. */
  takeCall(method: string): number | undefined;
}

const minuteMs = 60_000;
const postEveryMs = 1_000;

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
  'files.completeUploadExternal': 4,
  'files.getUploadURLExternal': 4,
  'usergroups.list': 2,
  'usergroups.users.list': 2,
  'users.conversations': 3,
  'users.info': 4,
  'views.open': 4,
  'views.publish': 4,
  'views.push': 4,
  'views.update': 4,
};

export function createRateLimits(clock: SlackClock): RateLimits {
  const lastPost = new Map<string, number>();
  const recent = new Map<string, number[]>();
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
      if (!posts) return undefined;
      const now = clock.now();
      const since = now - (lastPost.get(channel) ?? Number.NEGATIVE_INFINITY);
      if (since >= 0 && since < postEveryMs) return 1;
      lastPost.set(channel, now);
      return undefined;
    },
    takeCall(method) {
      const tier = tierOf[method];
      if (!tiers || tier === undefined) return undefined;
      const now = clock.now();
      const calls = (recent.get(method) ?? []).filter((at) => at <= now && now - at < minuteMs);
      recent.set(method, calls);
      const oldest = calls[0];
      if (oldest !== undefined && calls.length >= callsAMinute[tier])
        return Math.max(1, Math.ceil((oldest + minuteMs - now) / 1000));
      calls.push(now);
      return undefined;
    },
  };
}
