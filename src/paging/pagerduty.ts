import type { HttpRequest } from './http-call.ts';
import type { Page, PageEvent } from './page.ts';

/** PagerDuty's Events API v2: https://developer.pagerduty.com/docs/events-api-v2-overview */
export function pagerDutyRequest(url: string, key: string, event: PageEvent, page: Page): HttpRequest {
  const { rule, queue } = page.about;
  const payload = {
    ...{ summary: page.summary, source: page.source, severity: page.severity },
    timestamp: page.since.toISOString(),
    ...(queue === undefined ? {} : { component: queue }),
    ...(rule === undefined ? {} : { class: rule }),
    custom_details: page.details,
  };
  return {
    ...{ method: 'POST', url, headers: { 'content-type': 'application/json' } },
    body: JSON.stringify({
      ...{ routing_key: key, event_action: event, dedup_key: page.key },
      // Of the other two only the key is read.
      ...(event === 'trigger' ? { client: 'Queuekeeper', payload } : {}),
    }),
  };
}

/** What it says of an event that it did not take: `invalid event: 'payload.summary' is missing or blank`. */
export function pagerDutyRefusal(text: string): string {
  try {
    const said: unknown = JSON.parse(text);
    if (typeof said !== 'object' || said === null) return '';
    const message = 'message' in said && typeof said.message === 'string' ? said.message : '';
    const errors = 'errors' in said && Array.isArray(said.errors) ? said.errors : [];
    return [message, ...errors.filter((error) => typeof error === 'string')].filter(Boolean).join('; ');
  } catch {
    return '';
  }
}
