import type { Log } from '../core/log.ts';
import { faultOf, type SlackApi } from './api.ts';

/** Posts the newest anchor of the audit log where it can be read by people and by nobody be taken back. */
export interface AnchorPoster {
  /** Returns at once; of several that wait the newest is posted. */
  post(head: { readonly seq: number; readonly hash: string }): void;
  stop(): void;
}

/** Anchors are the last thing that Slack's limits should be spent on. */
const everyMs = 5_000;

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
      log.warn({ fault: faultOf(error) }, 'an audit anchor was not posted');
      waiting ??= head;
      schedule();
    }
  };
  const schedule = (): void => {
    if (timer !== undefined || channel === undefined) return;
    timer = setTimeout(() => void send().catch(() => undefined), everyMs);
    timer.unref();
  };

  return {
    post(head) {
      waiting = head;
      schedule();
    },
    stop: () => clearTimeout(timer),
  };
}
