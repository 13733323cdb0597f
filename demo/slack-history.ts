import { readFile } from 'node:fs/promises';
import type { History, SimulatedSlack } from './slack/server.ts';
import { createFileWriter } from './write-whole.ts';

/** What was said in an earlier demo; undefined when nothing was kept there, or nothing that can be read. */
export async function readHistory(file: string): Promise<History | undefined> {
  try {
    return JSON.parse(await readFile(file, 'utf8'));
  } catch {
    return undefined;
  }
}

const afterMs = 1_000;

/** Writes the history down a moment after something was said, and when it is stopped. */
export function keepHistory(slack: SimulatedSlack, file: string): { stop(): Promise<void> } {
  let timer: NodeJS.Timeout | undefined;
  const save = createFileWriter(file, 0o600);
  const write = (): Promise<void> => {
    clearTimeout(timer);
    timer = undefined;
    return save(JSON.stringify(slack.history())).catch((error: unknown) =>
      console.error(`What was said could not be kept: ${error}`),
    );
  };
  const stopListening = slack.timeline.onChange(() => {
    timer ??= setTimeout(write, afterMs).unref();
  });
  return {
    async stop() {
      stopListening();
      await write();
    },
  };
}
