import type { Break, BreakParts } from './break.ts';

/** What a bot posts with. Slack counts calls by method; answers to slash commands go another way and are not counted. */
const methods = ['chat.postMessage', 'chat.postEphemeral', 'chat.update'] as const;
const retryAfterSeconds = 3;

/** Slack answers every post and edit with 429. */
export const slackLimit = ({ slack: { faults } }: BreakParts): Break => {
  let isBroken = false;
  return {
    id: 'slack',
    isBroken: () => isBroken,
    async break() {
      for (const method of methods) faults.set(method, { kind: 'rate-limit', retryAfterSeconds });
      isBroken = true;
      return { retryAfterSeconds };
    },
    async mend() {
      for (const method of methods) faults.clear(method);
      isBroken = false;
      return { retryAfterSeconds };
    },
  };
};
