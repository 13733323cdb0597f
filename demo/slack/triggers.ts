import { randomBytes } from 'node:crypto';
import type { SlackClock } from './clock.ts';

/** What a trigger_id stands for. */
export interface Trigger {
  readonly user: string;
  /** The view in which the person acted; `views.push` needs one. */
  readonly viewId: string | undefined;
}

export type TriggerError = 'expired_trigger_id' | 'exchanged_trigger_id' | 'invalid_trigger_id';

/** The tickets that let an app open a view: https://docs.slack.dev/interactivity/handling-user-interaction#modal_responses */
export interface Triggers {
  create(trigger: Trigger): string;
  /** Looks without spending it. */
  check(id: string): Trigger | TriggerError;
  spend(id: string): void;
  /** Milliseconds since it was made; undefined for one that is not known. */
  age(id: string): number | undefined;
}

export const livesMs = 3_000;
const kept = 10_000;

export function createTriggers(clock: SlackClock): Triggers {
  const known = new Map<string, { readonly trigger: Trigger; readonly until: number; spent: boolean }>();
  return {
    create(trigger) {
      const id = `${Math.floor(clock.now())}.${randomBytes(6).toString('hex')}`;
      known.set(id, { trigger, until: clock.lived() + livesMs, spent: false });
      const oldest = known.keys().next();
      if (known.size > kept && oldest.done !== true) known.delete(oldest.value);
      return id;
    },
    check(id) {
      const found = known.get(id);
      if (found === undefined) return 'invalid_trigger_id';
      if (found.spent) return 'exchanged_trigger_id';
      return clock.lived() >= found.until ? 'expired_trigger_id' : found.trigger;
    },
    age(id) {
      const found = known.get(id);
      return found === undefined ? undefined : clock.lived() - found.until + livesMs;
    },
    spend(id) {
      const found = known.get(id);
      if (found !== undefined) found.spent = true;
    },
  };
}
