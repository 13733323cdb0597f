import { type Judged, refuse } from './refusal.ts';
import { AuditNotWritable, StoreUnavailable } from './store-ports.ts';

/** A store that is away, or that takes no record, is a refusal; anything else stays an exception. */
export async function outage<T>(work: Promise<Judged<T>>): Promise<Judged<T>> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof AuditNotWritable) return refuse({ code: 'audit-not-writable' });
    if (error instanceof StoreUnavailable) return refuse({ code: 'store-unreachable' });
    throw error;
  }
}
