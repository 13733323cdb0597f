import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebAPIPlatformError, WebAPIRateLimitedError } from '@slack/web-api';
import { afterEach, describe, expect, it } from 'vitest';
import type { CardPicture } from '../../src/core/card-picture.ts';
import type { CardPlace, CardStore } from '../../src/core/card-store.ts';
import type { DescribedChart } from '../../src/core/chart.ts';
import type { IncidentId } from '../../src/core/ids.ts';
import type { Log } from '../../src/core/log.ts';
import type { Reply } from '../../src/core/reply.ts';
import type { SlackApi } from '../../src/slack/api.ts';
import { drawCard } from '../../src/slack/draw-card.ts';
import { addPictures, withoutPictures } from '../../src/slack/pictured.ts';
import { createPictures } from '../../src/slack/pictures.ts';
import type { Form } from '../../src/slack/renderer/forms.ts';
import type { Sent } from '../../src/slack/sending.ts';
import { silent } from './silent.ts';

const at = new Date('2026-11-25T03:00:00Z');
const described: DescribedChart = {
  ...{ words: 'Waiting jobs: from 1 to 150. Threshold 100.', caption: 'Waiting jobs, until 11:00' },
  chart: { title: 'x', lines: [], events: [], from: at, until: at },
};
const png = Buffer.from('\x89PNG and so on', 'latin1');

/** Slack's three steps; `faults` by step. */
async function slackWith(faults: { address?: Error; status?: number; complete?: Error; to?: string } = {}) {
  const seen: { method: string; with: unknown }[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { authorization } = request.headers;
      seen.push({ method: 'bytes', with: { bytes: Buffer.concat(chunks), authorization } });
      response
        .writeHead(faults.status ?? 200, faults.to === undefined ? {} : { location: faults.to })
        .end('OK');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  stops.push(() => new Promise((resolve) => server.close(() => resolve())));
  const { port } = server.address() as AddressInfo; // a TCP server's
  const files = {
    async getUploadURLExternal(asked: unknown) {
      seen.push({ method: 'address', with: asked });
      if (faults.address !== undefined) throw faults.address;
      return { upload_url: `http://127.0.0.1:${port}/upload`, file_id: 'F0ONE' };
    },
    async completeUploadExternal(asked: unknown) {
      seen.push({ method: 'complete', with: asked });
      if (faults.complete !== undefined) throw faults.complete;
      return { ok: true };
    },
  };
  const logged: string[] = [];
  const log: Log = {
    ...silent,
    warn: (fields, message) => void logged.push(`${message} ${JSON.stringify(fields)}`),
  };
  let now = at.getTime();
  const pictures = createPictures({
    api: { reads: { files } } as unknown as SlackApi, // no other call is made
    ...{ drawChart: async () => png, clock: { now: () => new Date(now) }, log },
  });
  const later = (milliseconds: number): void => {
    now += milliseconds;
  };
  return { pictures, seen, logged, later };
}

const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  await Promise.all(stops.splice(0).map((stop) => stop()));
});

describe('a picture on its way to Slack', () => {
  it('is asked an address for, sent there without the token, and completed without a channel', async () => {
    const { pictures, seen } = await slackWith();
    expect(await pictures.make(described, 'incident-12')).toEqual({
      ...{ file: 'F0ONE', words: described.words, caption: described.caption },
    });
    expect(seen).toEqual([
      {
        method: 'address',
        with: { filename: 'incident-12.png', length: png.length, alt_txt: described.words },
      },
      { method: 'bytes', with: { bytes: png, authorization: undefined } },
      { method: 'complete', with: { files: [{ id: 'F0ONE', title: described.caption }] } },
    ]);
  });

  it.each([
    ['a rate limit', { address: new WebAPIRateLimitedError(30) }, '"step":"address","kind":"rate-limited"'],
    ['an address that does not take it', { status: 500 }, '"step":"bytes","kind":"unsure"'],
    ['an address that leads elsewhere', { status: 302, to: 'http://127.0.0.1:9/' }, '"step":"bytes"'],
    [
      'a file that is not found',
      { complete: new WebAPIPlatformError({ ok: false, error: 'file_not_found' }) },
      '"code":"file_not_found"',
    ],
  ])('that meets %s is none, and it is logged', async (_, faults, said) => {
    const { pictures, logged } = await slackWith(faults);
    expect(await pictures.make(described, 'x')).toBeUndefined();
    expect(logged.join()).toContain(said);
    expect(pictures.isAble()).toBe(true);
  });

  it('without the scope it is said once what is missing, and nothing is tried for an hour', async () => {
    const { pictures, logged, seen, later } = await slackWith({
      address: new WebAPIPlatformError({ ok: false, error: 'missing_scope' }),
    });
    expect(await pictures.make(described, 'x')).toBeUndefined();
    expect(pictures.isAble()).toBe(false);
    expect(await pictures.make(described, 'x')).toBeUndefined();
    expect(seen).toHaveLength(1);
    later(3_600_000);
    expect(await pictures.make(described, 'x')).toBeUndefined();
    expect(seen).toHaveLength(2);
    expect(logged).toHaveLength(1);
    expect(logged[0]).toContain('files:write');
  });

  it('that can not be drawn is none', async () => {
    const pictures = createPictures({
      api: {} as SlackApi, // nothing is called
      drawChart: async () => Promise.reject(new Error('a chart took too long')),
      ...{ clock: { now: () => at }, log: silent },
    });
    expect(await pictures.make(described, 'x')).toBeUndefined();
  });
});

const trend: Reply = {
  ...{ heading: 'reports over the last 1 h', mood: 'neutral', notes: ['fap'] },
  parts: [
    { kind: 'chart', ...described },
    { kind: 'text', text: 'Pending 150' },
  ],
};

describe('a message that waits for its picture', () => {
  const show = async (sent: Sent[], file: string | null = 'F0ONE', isCurrent = () => true) => {
    const forms: Form[] = [];
    const waited: number[] = [];
    await addPictures(
      {
        ...{ log: silent, isCurrent },
        pictures: {
          isAble: () => true,
          make: async () =>
            file === null ? undefined : { file, words: described.words, caption: described.caption },
        },
        async update(form) {
          forms.push(form);
          return sent.shift() ?? { kind: 'taken' };
        },
        wait: async (milliseconds) => void waited.push(milliseconds),
      },
      trend,
      'en',
    );
    return { forms, waited };
  };
  const notYet: Sent = { kind: 'blocks-refused', code: 'invalid_blocks', messages: ['invalid slack file'] };
  const hasImage = ({ blocks }: Form): boolean => blocks.some(({ type }) => type === 'image');
  const saysSo = (form: Form | undefined): boolean =>
    JSON.stringify(form?.blocks).includes('could not be drawn');

  it('is edited as soon as Slack takes the file', async () => {
    const { forms, waited } = await show([notYet, notYet]);
    expect(forms.map(hasImage)).toEqual([true, true, true]);
    expect(waited).toEqual([2_000, 2_000, 3_000]);
  });

  it('keeps its words and says so where it can not be made, or Slack never shows it', async () => {
    const none = await show([], null);
    expect(none.forms.map(hasImage)).toEqual([false]);
    const never = await show(Array.from({ length: 8 }, () => notYet));
    expect(never.forms.map(hasImage)).toEqual([...Array.from({ length: 8 }, () => true), false]);
    for (const form of [none.forms.at(-1), never.forms.at(-1)]) {
      expect(saysSo(form)).toBe(true);
      expect(JSON.stringify(form?.blocks)).toContain('Pending 150');
    }
  });

  it('is left alone when something newer stands there, and when it is gone', async () => {
    expect((await show([], 'F0ONE', () => false)).forms).toEqual([]);
    const gone = await show([{ kind: 'lost', why: 'message_not_found' }]);
    expect(gone.forms).toHaveLength(2);
  });

  it('that one person alone sees says that there is none', () => {
    expect(withoutPictures(trend, 'en').notes?.at(-1)).toContain('no pictures in private answers');
  });
});

describe('a card with a picture', () => {
  const old: CardPicture = { file: 'F0OLD', words: 'old', caption: 'until 10:00' };
  const next: CardPicture = { file: 'F0NEXT', words: 'next', caption: 'until 11:00' };
  const place = (change: Partial<CardPlace>): CardPlace => ({
    subject: { about: 'incident', id: '01INCIDENT' as IncidentId }, // made up
    ...{ channel: 'C0ALERTS', threadTs: undefined, messageTs: '1.5' },
    ...{ shownVersion: 1, version: 2, attempted: false, ...change },
  });

  /** What Slack was shown, and what was noted; files in `refused` are not ready. */
  async function draw(card: CardPlace, refused: readonly string[] = []) {
    const tried: string[] = [];
    const noted: string[] = [];
    const fileIn = (blocks: readonly object[]): string =>
      /"slack_file":\{"id":"(\w+)"/.exec(JSON.stringify(blocks))?.[1] ?? 'none';
    const take = async ({ blocks }: { readonly blocks: readonly object[] }) => {
      const file = fileIn(blocks);
      tried.push(file);
      if (refused.includes(file)) throw new WebAPIPlatformError({ ok: false, error: 'invalid_blocks' });
      return { ts: '1.5' };
    };
    const store = {
      attempt: async () => true,
      shown: async (_: CardPlace, __: string, version: number, picture?: CardPicture) =>
        void noted.push(`shown ${version} ${picture?.file}`),
      async pictureRefused() {
        noted.push('refused');
        return true;
      },
    } as unknown as CardStore; // what is used here
    const drawn = await drawCard(
      {
        ...{ store, log: silent, locale: 'en', botId: 'B0QK' },
        api: { posts: { chat: { update: take, postMessage: take } } } as unknown as SlackApi, // no other call is made
        draw: async ({ picture }) => ({
          reply: {
            ...{ heading: '#12', mood: 'bad' },
            parts: picture === undefined ? [] : [{ kind: 'picture', picture }],
          },
          version: card.version,
        }),
      },
      card,
    );
    expect(drawn).toEqual({ kind: 'settled' });
    return { tried, noted };
  }

  it('is posted without it, whatever is ready', async () => {
    const { messageTs: _, ...rest } = place({ nextPicture: next });
    expect(await draw({ ...rest, messageTs: undefined })).toEqual({
      tried: ['none'],
      noted: ['shown 2 undefined'],
    });
  });

  it('shows the next one as soon as Slack takes it', async () => {
    expect(await draw(place({ picture: old, nextPicture: next }))).toEqual({
      ...{ tried: ['F0NEXT'], noted: ['shown 2 F0NEXT'] },
    });
  });

  it('tells what has changed although the next one is not ready, with the one before', async () => {
    expect(await draw(place({ picture: old, nextPicture: next }), ['F0NEXT'])).toEqual({
      ...{ tried: ['F0NEXT', 'F0OLD'], noted: ['refused', 'shown 2 F0OLD'] },
    });
    expect(await draw(place({ nextPicture: next }), ['F0NEXT'])).toEqual({
      ...{ tried: ['F0NEXT', 'none'], noted: ['refused', 'shown 2 undefined'] },
    });
  });

  it('is not edited for nothing while the next one is not ready', async () => {
    expect(await draw(place({ picture: old, nextPicture: next, shownVersion: 2 }), ['F0NEXT'])).toEqual({
      ...{ tried: ['F0NEXT'], noted: ['refused'] },
    });
  });

  it('goes without where Slack no longer has the one before', async () => {
    expect(await draw(place({ picture: old }), ['F0OLD'])).toEqual({
      ...{ tried: ['F0OLD', 'none'], noted: ['shown 2 undefined'] },
    });
  });
});
