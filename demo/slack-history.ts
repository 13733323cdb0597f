import { readFile, rename, writeFile } from 'node:fs/promises';
import type { History, SimulatedSlack } from './slack/server.ts';

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
  let writing: Promise<void> = Promise.resolve();
  const write = (): Promise<void> => {
    clearTimeout(timer);
    timer = undefined;
    writing = writing
      .then(async () => {
        await writeFile(`${file}.new`, JSON.stringify(slack.history()), { mode: 0o600 });
        await rename(`${file}.new`, file);
      })
      .catch((error: unknown) => console.error(`What was said could not be kept: ${error}`));
    return writing;
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
