import type { SlackFile } from './files.ts';
import type { ReadMark } from './reads.ts';
import type { SlackState } from './state.ts';
import type { Message } from './timeline.ts';

/** What a simulated Slack has to know to go on where an earlier one ended. Plain data, for a JSON file. */
export interface History {
  readonly messages: readonly Message[];
  readonly reads: readonly ReadMark[];
  readonly files: readonly KeptFile[];
}

/** Its bytes in base64. */
type KeptFile = Omit<SlackFile, 'bytes'> & { readonly bytes: string | undefined };

/** Triggers, response_urls and open modals die with the process, as they would within minutes anyway. */
export const takeHistory = ({ timeline, reads, files }: SlackState): History => ({
  messages: timeline.messages,
  reads: reads.marks(),
  files: files.all().map((file) => ({ ...file, bytes: file.bytes?.toString('base64') })),
});

/** Before anything else happens in it. */
export function putHistory({ timeline, reads, files }: SlackState, history: History): void {
  timeline.restore(history.messages);
  files.restore(
    history.files.map((file) => ({
      ...file,
      bytes: file.bytes === undefined ? undefined : Buffer.from(file.bytes, 'base64'),
    })),
  );
  for (const { user, channel, ts } of history.reads) reads.mark(user, channel, ts);
}
