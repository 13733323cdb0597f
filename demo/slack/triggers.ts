import { randomBytes } from 'node:crypto';
import type { SlackClock } from './clock.ts';

const livesMs = 3_000;

/** What lets an app open a view: good for three seconds, once. */
export interface Triggers {
  create(userId: string): string;
  /** The person who may be shown a view, or Slack's refusal. */
  take(id: string): { readonly userId: string } | { readonly error: string };
}

export function createTriggers(clock: SlackClock): Triggers {
  const made = new Map<string, { readonly userId: string; readonly until: number; spent: boolean }>();
  return {
    create(userId) {
      const id = `${Math.floor(clock.now())}.${randomBytes(6).toString('hex')}`;
      made.set(id, { userId, until: clock.now() + livesMs, spent: false });
      return id;
    },
    take(id) {
      const trigger = made.get(id);
      if (trigger === undefined) return { error: 'invalid_trigger_id' };
      if (trigger.spent) return { error: 'exchanged_trigger_id' };
      if (clock.now() > trigger.until) return { error: 'expired_trigger_id' };
      trigger.spent = true;
      return { userId: trigger.userId };
    },
  };
}
