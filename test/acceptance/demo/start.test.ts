import { createServer } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import type { WorldNow } from '../../../demo/panel/model.ts';
import type { TourNow } from '../../../demo/tour/model.ts';
import { type DemoProcess, type DemoStart, endsWithinMs, startDemo } from './demo-process.ts';

let demo: DemoProcess | undefined;
afterEach(async () => {
  await demo?.remove();
  demo = undefined;
});
const start = async (how: DemoStart): Promise<DemoProcess> => {
  demo = await startDemo(how);
  return demo;
};
const nothing = { files: [], processes: [] };

describe('the start of the demo', () => {
  it('names a port that is taken, and the way out', async () => {
    const other = createServer();
    const port = await new Promise<number>((resolve) =>
      other.listen(0, '127.0.0.1', () => {
        const address = other.address();
        resolve(typeof address === 'object' && address !== null ? address.port : 0);
      }),
    );
    const { end, output, leftovers } = await start({ port, unready: true });
    expect((await end()).code).toBe(2);
    expect(output()).toContain(`Port ${port} is taken. Choose another one: DEMO_PORT=`);
    expect(await leftovers()).toEqual(nothing);
    other.close();
  });

  it('says how it is used when it is called otherwise', async () => {
    const { end, output } = await start({ words: ['--lang', 'fr'], unready: true });
    expect((await end()).code).toBe(2);
    expect(output()).toContain('--lang is en or zh-CN');
    expect(output()).toContain('Usage: npm run demo');
  });

  it.each([
    ['Ctrl-C, pressed twice', ['SIGINT', 'SIGINT'], 500],
    ['a closed terminal', ['SIGHUP'], 2_000],
  ] as const)('is ended by %s at once, and leaves nothing', async (_, signals, afterMs) => {
    const { end, says, leftovers } = await start({ unready: true });
    await says('Starting MariaDB');
    await new Promise((resolve) => setTimeout(resolve, afterMs));
    const { code, milliseconds } = await end(...signals);
    expect(milliseconds).toBeLessThan(endsWithinMs);
    expect(code).toBe(0);
    expect(await leftovers()).toEqual(nothing);
  });

  it('is ended with the process that started it, however that ends', async () => {
    const { end, says, leftovers } = await start({ script: 'run.mjs', unready: true });
    await says('Starting MariaDB');
    await end('SIGKILL');
    expect(await leftovers()).toEqual(nothing);
  });
});

describe('data that is kept', () => {
  it('is there at the next start: failures, what was said, how far the tour came, what is broken', {
    timeout: 180_000,
  }, async () => {
    // In Chinese over Socket Mode, so that both are seen as well.
    const words = ['--keep', 'data', '--lang', 'zh-CN', '--socket'];
    const first = await start({ words });
    const chinese = await fetch(`${first.address}/panel/world.html`);
    expect(await chinese.text()).toContain('<html lang="zh-CN">');
    await first.press('world/mend/content-pack');
    const answer = await first.ask('status');
    expect(answer).toContain('reports');
    await first.press('tour/skip/diagnose');
    const before = await failures(first);
    const rival = await startDemo({ words, folder: first.folder, unready: true });
    expect((await rival.end()).code).toBe(2);
    expect(rival.output()).toContain(`Another demo (process ${first.child.pid}) uses the data`);
    expect(await first.end('SIGINT')).toMatchObject({ code: 0 });

    const again = await startDemo({ words, folder: first.folder });
    try {
      expect(await failures(again)).toEqual(before);
      // Workers take a moment to be up.
      const broken = async (): Promise<readonly string[]> =>
        (await again.look<WorldNow>('world')).breaks.flatMap(({ id, isBroken }) => (isBroken ? [id] : []));
      await expect.poll(broken).toEqual([]);
      const said = await again.messages();
      expect(said.map(({ plain }) => plain)).toContain(answer);
      const steps = async (): Promise<readonly string[] | undefined> =>
        (await again.look<TourNow>('tour')).steps?.slice(0, 2).map(({ state }) => state);
      await expect.poll(steps).toEqual(['done', 'skipped']);
      expect(await again.ask('status')).toContain('reports');
      expect((await again.end('SIGTERM')).milliseconds).toBeLessThan(endsWithinMs);
      expect(await again.leftovers()).toEqual(nothing);
    } finally {
      await again.remove();
    }
  });
});

/** Of each queue, as soon as the panel knows them all. */
async function failures(demo: DemoProcess): Promise<Readonly<Record<string, number | undefined>>> {
  let queues: WorldNow['queues'] = [];
  const areKnown = async (): Promise<boolean> => {
    queues = (await demo.look<WorldNow>('world')).queues;
    return queues.every(({ failed }) => failed !== undefined);
  };
  await expect.poll(areKnown).toBe(true);
  return Object.fromEntries(queues.map(({ name, failed }) => [name, failed]));
}
