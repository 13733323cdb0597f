import type { Pager } from '../alerts/ports.ts';
import type { PageTargets } from '../core/alert-description.ts';
import type { Clock } from '../core/clock.ts';
import type { MissingPart, MissingReason, Read } from '../core/reading.ts';
import { redact } from '../core/redact.ts';
import { capText, strip } from '../core/strip.ts';
import type { CallHttp, HttpAnswer, HttpRequest } from './http-call.ts';
import { type Page, type PageEvent, pageOf } from './page.ts';
import { pagerDutyRefusal, pagerDutyRequest } from './pagerduty.ts';
import { webhookRequest } from './webhook.ts';

export interface PagerParts {
  readonly targets: PageTargets;
  readonly callHttp: CallHttp;
  readonly clock: Clock;
}

/** Sends a page to everything that is configured. A value says which of them did not take it; trying again is the caller's. */
export type SendPage = (event: PageEvent, page: Page, signal: AbortSignal) => Promise<Read<null>>;

/** Pages about incidents. `environments`: of the apps, by name, a badge on every page. */
export const createPager = (send: SendPage, environments: ReadonlyMap<string, string>): Pager => ({
  page: (event, incident, summary, signal) =>
    send(event, pageOf(event, incident, summary, environments.get(incident.app)), signal),
});

/** What takes pages repeats nothing for the same key, so all of it is sent again when one of two was missed. */
export function createSendPage({ targets, callHttp, clock }: PagerParts): SendPage {
  const senders = targetsOf(targets).map((target) => createSender(target, callHttp, clock));
  return async (event, page, signal) => {
    const sent = await Promise.all(senders.map((send) => send(event, page, signal)));
    return sent.find((read) => !read.ok) ?? { ok: true, value: null };
  };
}

interface Target {
  readonly name: 'pagerduty' | 'webhook';
  readonly request: (event: PageEvent, page: Page) => HttpRequest;
  /** What its refusal says that may be shown. */
  readonly refusal: (text: string) => string;
}

function targetsOf({ pagerduty, webhook }: PageTargets): readonly Target[] {
  return [
    ...(pagerduty === undefined
      ? []
      : [
          {
            name: 'pagerduty' as const,
            request: (event: PageEvent, page: Page) =>
              pagerDutyRequest(pagerduty.url, pagerduty.key.reveal(), event, page),
            refusal: (text: string) =>
              pagerDutyRefusal(text).replaceAll(pagerduty.key.reveal(), '[redacted]'),
          },
        ]),
    ...(webhook === undefined
      ? []
      : [
          {
            name: 'webhook' as const,
            request: (event: PageEvent, page: Page) => webhookRequest(webhook.reveal(), event, page),
            // It may repeat its own address, which may be a key.
            refusal: () => '',
          },
        ]),
  ];
}

/** The longest that a `Retry-After` holds a target back: pages are for now. */
const longestWaitSeconds = 300;
const usualWaitSeconds = 30;

/** Sends to one target, and leaves it alone for as long as it asked. */
function createSender({ name, request, refusal }: Target, callHttp: CallHttp, clock: Clock): SendPage {
  let notBefore = 0;
  const missing = (why: MissingReason, detail: string): Read<null> => {
    const part: MissingPart = { part: 'pager', name, why };
    const said = capText(redact(strip(detail)), 200);
    return { ok: false, missing: said === '' ? part : { ...part, detail: said } };
  };
  return async (event, page, signal) => {
    if (clock.now().getTime() < notBefore) return missing('busy', '429');
    const answer = await callHttp(request(event, page), signal);
    if (answer.kind === 'lost') return missing(answer.why, answer.code);
    if (answer.status >= 200 && answer.status < 300) return { ok: true, value: null };
    if (answer.status === 429) {
      const seconds = Math.min(answer.waitSeconds ?? usualWaitSeconds, longestWaitSeconds);
      notBefore = clock.now().getTime() + seconds * 1_000;
    }
    return missing(whyOf(answer), [answer.status, refusal(answer.text)].filter(Boolean).join(' '));
  };
}

const whyOf = ({ status }: Extract<HttpAnswer, { kind: 'answered' }>): MissingReason =>
  status === 429 ? 'busy' : status >= 400 && status < 500 ? 'refused' : 'failed';
