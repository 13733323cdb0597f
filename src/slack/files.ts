import { capText } from '../core/strip.ts';
import { faultOf, type SlackApi, type SlackFault } from './api.ts';

/** A picture that Slack is to keep. */
export interface PictureFile {
  readonly png: Uint8Array;
  /** `reports-backlog-12.png`: what it is called when somebody keeps it. */
  readonly name: string;
  readonly words: string;
  readonly caption: string;
}

/**
 * `file`: its id. Blocks may name it some seconds later; until then they are `invalid_blocks`. Only the bot sees it until a
 * message shows it.
 */
export type Uploaded =
  | { readonly ok: true; readonly file: string }
  /** `step`: where it ended. A scope that the app was not given is `refused` with the code `missing_scope`. */
  | { readonly ok: false; readonly step: UploadStep; readonly fault: SlackFault };

export type UploadStep = 'address' | 'bytes' | 'complete';

/** Bytes on a slow line; the calls before and after have the client's own limit. */
const bytesLimitMs = 10_000;
const mostAltText = 1_000;
const mostTitle = 200;

/**
 * Puts a file into Slack without posting it anywhere (https://docs.slack.dev/messaging/working-with-files#upload): asks for an
 * address, sends it the bytes, says that they are there. Slack's refusals and silences are values. An upload that ended
 * in between leaves nothing that anybody sees.
 */
export async function uploadPicture(
  { reads: { files } }: Pick<SlackApi, 'reads'>,
  { png, name, words, caption }: PictureFile,
): Promise<Uploaded> {
  const asked = await attempting('address', () =>
    files.getUploadURLExternal({
      // The reference calls it alt_txt, the client's types do not.
      ...{ filename: name, length: png.length, alt_txt: capText(words, mostAltText) },
    }),
  );
  if (!asked.ok) return asked;
  const { upload_url: address, file_id: file } = asked.value;
  if (address === undefined || file === undefined) return unsure('address');
  const sent = await attempting('bytes', () => sendBytes(address, png));
  if (!sent.ok) return sent;
  if (!sent.value) return unsure('bytes');
  const completed = await attempting('complete', () =>
    files.completeUploadExternal({ files: [{ id: file, title: capText(caption, mostTitle) }] }),
  );
  return completed.ok ? { ok: true, file } : completed;
}

/** The address is a secret of its own: it gets the bytes, never the token, and sends us nowhere else. */
async function sendBytes(address: string, png: Uint8Array): Promise<boolean> {
  const answer = await fetch(address, {
    ...{ method: 'POST', redirect: 'error', signal: AbortSignal.timeout(bytesLimitMs) },
    headers: { 'content-type': 'image/png' },
    body: Buffer.from(png),
  });
  await answer.body?.cancel();
  return answer.ok;
}

const unsure = (step: UploadStep): Uploaded => ({ ok: false, step, fault: { kind: 'unsure' } });

async function attempting<Value>(
  step: UploadStep,
  call: () => Promise<Value>,
): Promise<{ readonly ok: true; readonly value: Value } | Extract<Uploaded, { readonly ok: false }>> {
  try {
    return { ok: true, value: await call() };
  } catch (error) {
    return { ok: false, step, fault: faultOf(error) };
  }
}
