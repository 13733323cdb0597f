/** A simulated Slack with its page, a small Bolt app on it, and people at their browsers. */
import { mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Browser, BrowserContextOptions, Locator, Page } from 'playwright-core';
import { ensurePage } from '../../../demo/slack/page/ensure-page.mjs';
import { createSlack, type SimulatedSlack } from '../../../demo/slack/server.ts';
import { startBolt } from '../../demo/slack/bolt-stage.ts';
import { call } from '../../demo/slack/stage.ts';
import { listen } from './app.ts';
import { launchBrowser } from './browser.ts';

export { call } from '../../demo/slack/stage.ts';

/** As long as `expect.poll` waits here. */
const patienceMs = 60_000;
const pictures = fileURLToPath(new URL('../../output/page/', import.meta.url));

export interface Stage {
  readonly slack: SimulatedSlack;
  readonly browser: Browser;
  /** A window of somebody, in a browser of their own. */
  open(who: string, options?: OpenOptions): Promise<Page>;
  /** What the consoles said since the last time that should not be there, and addresses that were asked for outside. */
  complaints(): readonly string[];
  /** Closes all windows; gives what they complained about. */
  tidy(): Promise<readonly string[]>;
  /** Posts as the app; resolves with the message's ts. */
  post(message: Readonly<Record<string, unknown>>): Promise<string>;
  close(): Promise<void>;
}

export interface OpenOptions extends BrowserContextOptions {
  /** What stands behind `who` in the address, e.g. `channel=C0OPS`. */
  readonly at?: string;
  /** Where the page is asked for, instead of the simulated Slack itself. */
  readonly origin?: string;
}

export async function openStage(): Promise<Stage> {
  mkdirSync(pictures, { recursive: true });
  const [site, browser] = await Promise.all([ensurePage(), launchBrowser()]);
  const panels = [{ id: 'panel', title: 'Panel', url: '/panel/' }];
  const slack = await createSlack({ site, panels });
  slack.mount('/panel', (_, response) => {
    response
      .writeHead(200, { 'content-type': 'text/html' })
      .end('<title>A panel</title><p>Panel’s own words</p>');
  });
  const app = await startBolt(slack, 'http', listen);
  const origin = new URL(slack.apiUrl).origin;
  const complaints: string[] = [];
  const watch = (page: Page, own: string): void => {
    page.on('console', (said) => {
      if (said.type() === 'error' || said.type() === 'warning') complaints.push(said.text());
    });
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('request', (request) => {
      if (!request.url().startsWith(own) && !request.url().startsWith('data:'))
        complaints.push(request.url());
    });
  };
  return {
    slack,
    browser,
    complaints: () => complaints.splice(0),
    async tidy() {
      await Promise.all(browser.contexts().map((context) => context.close()));
      return complaints.splice(0);
    },
    async open(who, { at = 'channel=C0OPS', origin: own = origin, ...options } = {}) {
      const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options });
      const page = await context.newPage();
      page.setDefaultTimeout(patienceMs);
      watch(page, own);
      await page.goto(`${own}/?who=${who}&${at}`);
      await page.locator('.sidebar').waitFor({ state: 'attached' });
      return page;
    },
    async post(message) {
      const { ok, error, ts } = await call(slack, 'chat.postMessage', {
        channel: 'C0OPS',
        text: 'A message',
        ...message,
      });
      if (!ok) throw new Error(error);
      return String(ts);
    },
    async close() {
      await browser.close();
      await app.stop();
      await slack.close();
    },
  };
}

/** Keeps a picture for people to look at, under `test/output/page`. */
export const picture = async (page: Page, name: string): Promise<void> =>
  void (await page.screenshot({ path: `${pictures}${name}.png` }));

export const box = (page: Page): Locator => page.locator('[data-message-box=channel]');

export const messageAt = (page: Page, ts: string): Locator => page.locator(`.channel [data-ts="${ts}"]`);

/** Types into the channel's message box and sends. */
export async function say(page: Page, words: string): Promise<void> {
  await box(page).fill(words);
  await box(page).press('Enter');
}
