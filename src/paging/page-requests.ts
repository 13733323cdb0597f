import type { Clock } from '../core/clock.ts';
import type { Log } from '../core/log.ts';
import type { RequestView } from '../core/request.ts';
import type { RequestPage, RequestPages } from '../core/request-pages.ts';
import type { Requests } from '../core/store-ports.ts';
import { requestPageOf } from './page.ts';
import type { SendPage } from './pager.ts';

export interface PageRequestsParts {
  readonly pages: RequestPages;
  readonly requests: Pick<Requests, 'find'>;
  readonly send: SendPage;
  /** One sentence without markup. */
  readonly summaryOf: (view: RequestView) => string;
  /** Of the apps, by name. */
  readonly environments: ReadonlyMap<string, string>;
  readonly clock: Clock;
  readonly log: Log;
}

const lookEveryMs = 2_000;
const atOnce = 20;
/** A page that was taken longer ago may be another process's by now. */
const freshMs = 8_000;

/**
 * Pages who may approve, and says when nobody need come any more: on every replica, each page by one of them, until the
 * signal. A service that is slow holds up neither the others nor what people see in Slack.
 */
export async function pageRequests(parts: PageRequestsParts, signal: AbortSignal): Promise<void> {
  const { pages, clock, log } = parts;
  const underWay = new Set<Promise<void>>();
  while (!signal.aborted) {
    const taken = await pages.take(atOnce).catch((error: unknown) => {
      log.warn({ err: error }, 'the store does not say which requests page');
      return [];
    });
    const takenAt = clock.now().getTime();
    for (const page of taken) {
      const sending = sendOne(parts, page, takenAt, signal)
        .catch((error: unknown) => log.warn({ err: error, page: page.id }, 'a page waits for its next turn'))
        .finally(() => underWay.delete(sending));
      underWay.add(sending);
    }
    await clock.wait(lookEveryMs, signal).catch(() => undefined);
  }
  await Promise.all(underWay);
}

async function sendOne(
  { pages, requests, send, summaryOf, environments, clock, log }: PageRequestsParts,
  page: RequestPage,
  takenAt: number,
  signal: AbortSignal,
): Promise<void> {
  const view = await requests.find({ id: page.requestId });
  if (view === undefined || clock.now().getTime() - takenAt > freshMs) return;
  const { event } = page;
  const what = requestPageOf(event, view, summaryOf(view), environments.get(view.app));
  const read = await send(event, what, signal);
  if (read.ok) {
    log.info({ request: view.number, event }, 'a page was taken');
    return pages.told(page);
  }
  // Cut off by our own end: nobody knows whether it was taken, and the next process sends it again.
  if (signal.aborted) return;
  log.warn({ request: view.number, event, missing: read.missing }, 'a page was not taken');
  await pages.missed(page, read.missing);
}
