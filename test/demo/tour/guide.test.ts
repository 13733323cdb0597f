import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import type { Pool } from 'mysql2/promise';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createGuide, type Guide } from '../../../demo/tour/guide.ts';

/** A database in which nothing has happened yet. */
const nothing = { query: async () => [[]] } as unknown as Pool; // the only word of it that is used

describe('the tour’s notebook', () => {
  let folder: string;
  let guide: Guide;
  let address: string;
  let close: () => void;
  beforeEach(async () => {
    folder = await mkdtemp(`${tmpdir()}/queuekeeper-tour-`);
    guide = createGuide({
      sources: { app: nothing, store: nothing, breaks: async () => [] },
      askVerbs: async () => new Set(['status', 'diagnose']),
      nameOf: (id) => id,
      file: `${folder}/tour.json`,
    });
    const server = createServer((request, response) => {
      guide
        .handle((request.url ?? '').slice(1), request, response)
        .catch(() => response.writeHead(500).end());
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`; // it listens on TCP
    close = () => {
      server.closeAllConnections();
      server.close();
    };
    await guide.begin();
  });
  afterEach(async () => {
    guide.stop();
    close();
    await rm(folder, { recursive: true, force: true });
  });

  it('keeps what was written at the same time, all of it', async () => {
    const steps = ['look', 'diagnose', 'fix', 'two-persons', 'undo'];
    const answers = await Promise.all(
      [...steps, ...steps, ...steps].map((step) => fetch(`${address}/skip/${step}`, { method: 'POST' })),
    );
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
    const kept = JSON.parse(await readFile(`${folder}/tour.json`, 'utf8'));
    expect([...new Set(kept.progress.skipped)].sort()).toEqual([...steps].sort());
  });
});
