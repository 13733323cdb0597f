import type { HttpRequest } from './http-call.ts';
import type { Page, PageEvent } from './page.ts';

/** Our own shape, written down in docs/alerts.md: fields are only added. */
export function webhookRequest(url: string, event: PageEvent, page: Page): HttpRequest {
  const idempotencyKey = `${page.key}-${page.occurrence}`;
  return {
    ...{ method: 'POST', url },
    headers: { 'content-type': 'application/json', 'idempotency-key': idempotencyKey },
    body: JSON.stringify({
      ...{ version: 1, event, key: page.key, summary: page.summary, severity: page.severity },
      ...{ source: page.source, since: page.since.toISOString() },
      ...{ rule: page.about.rule ?? null, queue: page.about.queue ?? null, details: page.details },
    }),
  };
}
