/**
 * Slack takes one message a second in a channel. What is told by itself can wait; a person's answer can't: it is tried a
 * few times within seconds, and would lose to a poster who has fifty messages to bring out.
 */
export interface RightOfWay {
  /** Posts for a person. Until it is over nothing new is told by itself in the channel by this process. */
  first<T>(channel: string, post: () => Promise<T>): Promise<T>;
  /** Somebody's answer is on its way there. */
  isTaken(channel: string): boolean;
}

/** Who finds it taken looks again so much later. */
export const giveWayMs = 150;

export function createRightOfWay(): RightOfWay {
  const posting = new Map<string, number>();
  const count = (channel: string, by: number): void => {
    const now = (posting.get(channel) ?? 0) + by;
    if (now === 0) posting.delete(channel);
    else posting.set(channel, now);
  };
  return {
    async first(channel, post) {
      count(channel, 1);
      try {
        return await post();
      } finally {
        count(channel, -1);
      }
    },
    isTaken: (channel) => posting.has(channel),
  };
}
