import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createSlack, type SimulatedSlack } from '../../../demo/slack/server.ts';
import { clientOf, refusalOf } from './stage.ts';

let slack: SimulatedSlack;
beforeEach(async () => {
  slack = await createSlack();
});
afterEach(() => slack.close());

/** One transparent point. */
const png = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

async function announce(length = png.length): Promise<{ readonly id: string; readonly url: string }> {
  const { upload_url: url = '', file_id: id = '' } = await clientOf(slack).files.getUploadURLExternal({
    ...{ filename: 'trend.png', length, alt_text: 'Failures by hour' },
  });
  return { id, url };
}
const send = (url: string, body: Buffer | FormData): Promise<Response> =>
  fetch(url, { method: 'POST', body: body instanceof FormData ? body : new Uint8Array(body) });

describe('an upload in three steps', () => {
  it('is shared in a channel by the official client, and its bytes have an address', async () => {
    await clientOf(slack).filesUploadV2({
      ...{ channel_id: 'C0OPS', file: png, filename: 'trend.png', title: 'Trend', initial_comment: 'Look' },
    });
    const [message] = slack.timeline.messages;
    expect(message).toMatchObject({ channel: 'C0OPS', text: 'Look', files: [expect.stringMatching(/^F/)] });
    const given = await fetch(`${slack.apiUrl.replace('/api/', '')}/files/${message?.files?.[0]}`);
    expect(given.headers.get('content-type')).toBe('image/png');
    expect(Buffer.from(await given.arrayBuffer())).toEqual(png);
  });

  it('can be shown in a block only some seconds after it was completed', async () => {
    const { id, url } = await announce();
    const show = (): Promise<string> =>
      refusalOf(
        clientOf(slack).chat.postMessage({
          ...{ channel: 'C0OPS', text: 'x' },
          blocks: [{ type: 'image', slack_file: { id }, alt_text: 'Failures' }],
        }),
      );
    const form = new FormData();
    form.append('file', new Blob([new Uint8Array(png)]), 'trend.png');
    expect((await send(url, form)).status).toBe(200);
    expect(await show()).toBe('invalid_blocks');
    await clientOf(slack).files.completeUploadExternal({ files: [{ id, title: 'Trend' }] });
    expect(await show()).toBe('invalid_blocks');
    slack.clock.advance(2_000);
    expect(await show()).toBe('taken');
  });

  it('is refused when it is not as long as was said, not announced, or not there yet', async () => {
    const { id, url } = await announce(png.length + 1);
    expect((await send(url, png)).status).toBe(400);
    expect((await send(`${url}X`, png)).status).toBe(400);
    const complete = (): Promise<string> =>
      refusalOf(clientOf(slack).files.completeUploadExternal({ files: [{ id }] }));
    expect(await complete()).toBe('file_not_found');
    expect(await refusalOf(clientOf(slack).files.getUploadURLExternal({ filename: '', length: 1 }))).toBe(
      'invalid_arguments',
    );
  });

  it('is given as a download when it is no picture, whatever the app calls it', async () => {
    const page = Buffer.from('<script>alert(1)</script>');
    const { id, url } = await announce(page.length);
    await send(url, page);
    const given = await fetch(`${slack.apiUrl.replace('/api/', '')}/files/${id}`);
    expect(given.headers.get('content-type')).toBe('application/octet-stream');
    expect(given.headers.get('content-disposition')).toContain('attachment');
  });
});
