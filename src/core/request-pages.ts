import type { RequestId } from './ids.ts';
import type { MissingPart } from './reading.ts';

/** Who may approve is woken, and told that nobody need come any more. */
export type RequestPageEvent = 'trigger' | 'resolve';

/** What stands behind a request's page, as it is right now. */
export interface PageStanding {
  /** It is pending, and there is time. A vote that is not enough changes nothing: another person is needed still. */
  readonly waits: boolean;
  /** A page was begun, whatever became of it. */
  readonly begun: boolean;
  /** It was taken. */
  readonly told: boolean;
}

/**
 * What the pager is owed. `over`: nothing, now and for ever. What was decided before anybody was paged is never paged; of a
 * page whose answer was lost it is told as well that it is over.
 */
export function owedPage({ waits, begun, told }: PageStanding): RequestPageEvent | 'nothing' | 'over' {
  if (waits) return told ? 'nothing' : 'trigger';
  return begun ? 'resolve' : 'over';
}

/** A page that is ours to send, and must be sent within seconds. */
export interface RequestPage {
  readonly id: string;
  readonly requestId: RequestId;
  readonly event: RequestPageEvent;
  /** How often it was sent before, and not taken. */
  readonly tries: number;
}

/**
 * Pages about requests, kept in the outbox: put there in the transaction that asks. Like the other ports, each call rejects
 * with `StoreUnavailable` when the store is away.
 */
export interface RequestPages {
  /** Those that are owed now, judged by how each request stands; no other process sends them for the next 15 s. */
  take(limit: number): Promise<readonly RequestPage[]>;
  told(page: RequestPage): Promise<void>;
  /** It is owed again in 15 s, an end for an hour at most. The first one is said in the thread of the request's card. */
  missed(page: RequestPage, missing: MissingPart): Promise<void>;
}
