import type { Log } from '../core/log.ts';
import { faultOf, type SlackApi, type SlackFault } from './api.ts';

/** Posts the newest anchor of the audit log where it can be read by people and by nobody be taken back. */
export interface AnchorPoster {
  /** Returns at once; of several that wait the newest is posted. */
  post(head: { readonly seq: number; readonly hash: string }): void;
  stop(): void;
}

/** Anchors are the last thing that Slack's limits should be spent on. */
const everyMs = 5_000;
/** What Slack refuses, people have to mend: the channel is gone, or the bot is not in it. */
const refusedMs = 300_000;

export function createAnchorPoster(api: SlackApi, channel: string | undefined, log: Log): AnchorPoster {
  let waiting: { readonly seq: number; readonly hash: string } | undefined;
  let timer: NodeJS.Timeout | undefined;

  const send = async (): Promise<void> => {
    const head = waiting;
    waiting = undefined;
    timer = undefined;
    if (head === undefined || channel === undefined) return;
    try {
      const text = `audit ${head.seq} ${head.hash}`;
      await api.posts.chat.postMessage({ channel, text, unfurl_links: false, unfurl_media: false });
    } catch (error) {
      waiting ??= head;
      const fault = faultOf(error);
      log.warn({ fault }, 'an audit anchor was not posted');
      schedule(restAfter(fault));
    }
  };
  const schedule = (milliseconds: number): void => {
    if (timer !== undefined || channel === undefined) return;
    const report = (error: unknown): void => log.error({ err: error }, 'an audit anchor can not be posted');
    timer = setTimeout(() => void send().catch(report), milliseconds);
    timer.unref();
  };

  return {
    post(head) {
      waiting = head;
      schedule(everyMs);
    },
    stop: () => clearTimeout(timer),
  };
}

function restAfter(fault: SlackFault): number {
  if (fault.kind === 'refused') return refusedMs;
  return fault.kind === 'rate-limited' ? Math.max(everyMs, fault.retryAfterSeconds * 1000) : everyMs;
}
