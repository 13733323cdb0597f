import { mkdir, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import type { Browser, Frame, FrameLocator, Locator, Page } from 'playwright-core';
import { launchBrowser } from '../page/browser.ts';

/** Kept for people to look at; git ignores it. */
const pictures = fileURLToPath(new URL('../../output/demo', import.meta.url));
const axeSource = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
const limitMs = 60_000;

/** A window of a real Chromium on the demo's page. */
export interface Eyes {
  readonly page: Page;
  readonly tour: FrameLocator;
  readonly world: FrameLocator;
  /** The whole page, as a person in a channel with a tab beside it. */
  open(who: string, channel: string, side: 'tour' | 'world'): Promise<void>;
  step(id: string): Locator;
  task(id: string): Locator;
  /** Resolves when the tour has ticked it. */
  ticks(what: Locator): Promise<void>;
  /** Puts the tour's words into the message box and sends them. */
  type(): Promise<void>;
  /** The card of something that can be broken. */
  card(id: string): Locator;
  picture(name: string): Promise<void>;
  /** What axe finds serious or critical, in the page and in its panels. */
  faults(): Promise<readonly string[]>;
  /** What the browser complained about so far. */
  readonly complaints: readonly string[];
  close(): Promise<void>;
}

export async function openEyes(address: string): Promise<Eyes> {
  await mkdir(pictures, { recursive: true });
  const browser: Browser = await launchBrowser();
  const page = await browser.newPage({ viewport: { width: 1400, height: 900 } });
  page.setDefaultTimeout(limitMs);
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  const tour = page.frameLocator('iframe[title="Tour"]');
  const world = page.frameLocator('iframe[title="World"]');
  const step = (id: string): Locator => tour.locator(`[data-step="${id}"]`);
  return {
    ...{ page, tour, world, step, complaints },
    async open(who, channel, side) {
      await page.goto(`${address}/?${new URLSearchParams({ who, channel, side })}`);
    },
    task: (id) => tour.locator(`[data-task="${id}"]`),
    ticks: (what) => what.and(tour.locator('[data-state="done"], [data-done="true"]')).waitFor(),
    async type() {
      await tour.getByRole('button', { name: 'Put it into the message box' }).click();
      await page.getByRole('button', { name: 'Send' }).click();
    },
    card: (id) => world.locator(`[data-break="${id}"]`),
    async picture(name) {
      await page.screenshot({ path: `${pictures}/${name}.png` });
    },
    async faults() {
      const source = await readFile(axeSource, 'utf8');
      const found = await Promise.all(page.frames().map((frame) => faultsIn(frame, source)));
      return found.flat();
    },
    close: () => browser.close(),
  };
}

interface AxeResults {
  readonly violations: readonly {
    readonly id: string;
    readonly impact?: string | null;
    readonly nodes: readonly { readonly html: string }[];
  }[];
}

/** As text: types of the browser are not known here. */
async function faultsIn(frame: Frame, source: string): Promise<readonly string[]> {
  await frame.evaluate(source);
  const { violations } = await frame.evaluate<AxeResults>('axe.run(document, { iframes: false })');
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' | ')}`);
}
