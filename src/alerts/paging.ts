import type { Incident, IncidentId } from '../core/incident.ts';
import type { Log } from '../core/log.ts';
import { withoutOwnNotes } from './own-notes.ts';
import { type PageEvent, type PageResult, pageDue } from './pages.ts';
import type { Pager } from './ports.ts';

export interface PagingParts {
  readonly pager: Pager;
  /** One sentence without markup. */
  readonly summaryOf: (incident: Incident) => string;
  readonly log: Log;
}

/**
 * Pages beside the ticks, so that a slow service holds none up: one at a time for each incident. What came of them waits
 * until a tick has written it down; what is lost with this process is still due, and the service knows it by its key.
 */
export interface Paging {
  /** Sends what these owe and nothing is under way for. */
  send(incidents: readonly Incident[], signal: AbortSignal): void;
  /** Tells those that nothing is under way for that they are over. Who owes it is in the store, so a miss is owed still. */
  end(incidents: readonly Incident[], signal: AbortSignal): void;
  results(): ReadonlyMap<IncidentId, PageResult>;
  /** They are written down. */
  forget(results: ReadonlyMap<IncidentId, PageResult>): void;
}

export function createPaging({ pager, summaryOf, log }: PagingParts): Paging {
  const underWay = new Set<IncidentId>();
  const results = new Map<IncidentId, PageResult>();

  const page = async (event: PageEvent, incident: Incident, signal: AbortSignal): Promise<PageResult> => {
    underWay.add(incident.id);
    try {
      const read = await pager.page(event, withoutOwnNotes(incident), summaryOf(incident), signal);
      if (read.ok) return { event, missing: undefined };
      log.warn({ incident: incident.number, event, missing: read.missing }, 'a page was not taken');
      return { event, missing: read.missing };
    } catch (error) {
      log.error({ err: error, incident: incident.number, event }, 'a page could not be sent');
      return { event, missing: { part: 'pager', name: 'pager', why: 'failed' } };
    } finally {
      underWay.delete(incident.id);
    }
  };

  const endOne = async (incident: Incident, signal: AbortSignal): Promise<void> => {
    const result = await page('resolve', incident, signal);
    if (result.missing === undefined) results.set(incident.id, result);
  };

  return {
    send(incidents, signal) {
      for (const incident of incidents) {
        const event = pageDue(incident);
        if (event === undefined || underWay.has(incident.id) || results.has(incident.id)) continue;
        void page(event, incident, signal).then((result) => results.set(incident.id, result));
      }
    },
    end(incidents, signal) {
      for (const incident of incidents) {
        // Its trigger first, if that is not answered yet: what comes later would open it again.
        if (underWay.has(incident.id) || results.get(incident.id)?.event === 'resolve') continue;
        void endOne(incident, signal);
      }
    },
    results: () => new Map(results),
    forget(written) {
      for (const [id, result] of written) if (results.get(id) === result) results.delete(id);
    },
  };
}
