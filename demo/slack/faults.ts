import type { Kind } from './events/delivered.ts';

/** How Slack's Web API (and the `response_url`) shall behave badly. */
export type Fault =
  | { readonly kind: 'slow'; readonly milliseconds: number }
  /** No answer, and nothing happens. */
  | { readonly kind: 'hang' }
  | { readonly kind: 'error'; readonly status: number }
  /** It happens; the answer breaks off after some bytes. */
  | { readonly kind: 'cut' }
  | { readonly kind: 'refuse'; readonly error: string }
  | { readonly kind: 'rate-limit'; readonly retryAfterSeconds: number }
  /** It happens, and the connection is closed without an answer. */
  | { readonly kind: 'lose-answer' }
  /** It happens at once, and the answer comes late. */
  | { readonly kind: 'late-answer'; readonly milliseconds: number };

/** How Slack shall deliver badly to the app. */
export type DeliveryFault =
  /** Slack's own way to the app takes so long; a trigger_id grows old meanwhile. */
  | { readonly kind: 'delay'; readonly milliseconds: number }
  | { readonly kind: 'twice' }
  /** The app's acknowledgement does not arrive. In Socket Mode the envelope then comes again. */
  | { readonly kind: 'lose-ack' }
  /** The socket closes right after the envelope was sent. */
  | { readonly kind: 'drop-socket' };

export interface Faults {
  /** By method, or `*` for all methods and response_urls. `times`: for so many calls; left out: until `clear`. */
  set(method: string, fault: Fault, times?: number): void;
  /** By kind of delivery, or `*` for all. */
  setDelivery(kind: Kind | '*', fault: DeliveryFault, times?: number): void;
  /** Takes back the faults of a method or kind of delivery, or all of them. */
  clear(name?: string): void;
  /** The fault for this call, counted off. */
  take(method: string): Fault | undefined;
  takeDelivery(kind: Kind): DeliveryFault | undefined;
}

export function createFaults(): Faults {
  const calls = createCountedSet<Fault>();
  const deliveries = createCountedSet<DeliveryFault>();
  return {
    set: calls.set,
    setDelivery: deliveries.set,
    clear(name) {
      calls.clear(name);
      deliveries.clear(name);
    },
    take: calls.take,
    takeDelivery: deliveries.take,
  };
}

interface CountedSet<T> {
  readonly set: (name: string, value: T, times?: number) => void;
  readonly clear: (name?: string) => void;
  readonly take: (name: string) => T | undefined;
}

function createCountedSet<T>(): CountedSet<T> {
  const entries = new Map<string, { readonly value: T; left: number }>();
  return {
    set: (name, value, times = Number.POSITIVE_INFINITY) => void entries.set(name, { value, left: times }),
    clear(name) {
      if (name === undefined) entries.clear();
      else entries.delete(name);
    },
    take(name) {
      for (const key of [name, '*']) {
        const entry = entries.get(key);
        if (entry === undefined || entry.left <= 0) continue;
        entry.left -= 1;
        return entry.value;
      }
      return undefined;
    },
  };
}
