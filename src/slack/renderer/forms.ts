import type { KnownBlock } from '@slack/types';
import type { Locale } from '../../core/people.ts';
import type { Reply } from '../../core/reply.ts';
import { slackText } from '../../text/slack.ts';
import { renderMessage } from './blocks.ts';
import { renderPlainMessage } from './plain-message.ts';

export interface Form {
  readonly text: string;
  /** Empty: text alone. */
  readonly blocks: readonly KnownBlock[];
}

/** The ways to say a reply, the best one first: what Slack refuses is said in the next one, without tables or blocks. */
export function formsOf(reply: Reply, locale: Locale): readonly (() => Form)[] {
  const { leftOut } = slackText[locale];
  return [
    () => renderMessage(reply, { leftOut }),
    () => renderMessage(reply, { leftOut, tables: false }),
    () => ({ ...renderPlainMessage(reply), blocks: [] }),
  ];
}
