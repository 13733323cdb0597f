import { rename, writeFile } from 'node:fs/promises';

/**
 * Writes a file in one piece: what is new is renamed into its place, so that whoever reads it meanwhile finds no half. Of
 * several that are written at once one comes after the other, as they were asked for. Rejects where its own could not be
 * written; the next one is tried all the same. `mode`: of a file that is made.
 */
export function createFileWriter(file: string, mode?: number): (text: string) => Promise<void> {
  let last: Promise<void> = Promise.resolve();
  const write = async (text: string): Promise<void> => {
    await writeFile(`${file}.new`, text, mode === undefined ? {} : { mode });
    await rename(`${file}.new`, file);
  };
  return (text) => {
    last = last.catch(() => undefined).then(() => write(text));
    return last;
  };
}
