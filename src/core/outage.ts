import { PartMissing } from './reading.ts';
import { type Judged, refuse } from './refusal.ts';
import { AuditNotWritable, StoreUnavailable } from './store-ports.ts';

/** A part of the world that must be read, a store that is away or that takes no record: a refusal. A bug stays an exception. */
export async function outage<T>(work: Promise<Judged<T>>): Promise<Judged<T>> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof AuditNotWritable) return refuse({ code: 'audit-not-writable' });
    if (error instanceof StoreUnavailable) return refuse({ code: 'store-unreachable' });
    if (error instanceof PartMissing) return refuse({ code: 'part-missing', missing: [error.missing] });
    throw error;
  }
}
