import { openStage } from '../acceptance/page/stage.ts';
import { type Bench, type Line, median, milliseconds, pause } from './bench.ts';

const loads = 10;
const messages = 200;
const lookEveryMs = 10;

/** The page of the simulated Slack, which the demo serves, in a browser that has never seen it. */
export const pageBench: Bench = {
  name: 'page',
  about: `the demo's page in Chromium, a channel of ${messages} messages, nothing in the browser's cache`,
  async run(say) {
    const stage = await openStage();
    try {
      let last = '';
      for (let n = 0; n < messages; n += 1) last = await stage.post({ text: `message ${n}` });
      const origin = new URL(stage.slack.apiUrl).origin;
      const took: number[] = [];
      for (let n = 0; n <= loads; n += 1) {
        const context = await stage.browser.newContext({ viewport: { width: 1_280, height: 800 } });
        const page = await context.newPage();
        const began = performance.now();
        await page.goto(`${origin}/?who=U0ANNA&channel=C0OPS`);
        // A locator looks again only after up to half a second.
        while (!(await page.evaluate<boolean>(isSeen(`.channel [data-ts="${last}"]`))))
          await pause(lookEveryMs);
        // The first one starts a part of the browser too.
        if (n > 0) took.push(performance.now() - began);
        await context.close();
      }
      say(took.map(milliseconds).join(', '));
      return [
        line(
          `the demo's page, until the newest message is to be seen, slowest of ${loads}`,
          Math.max(...took),
        ),
        line('the same, median', median(took)),
      ];
    } finally {
      await stage.close();
    }
  },
};

/** What is asked in the page; as text, since the page knows nothing of what translates this file. */
const isSeen = (selector: string): string => `(() => {
  const found = document.querySelector(${JSON.stringify(selector)});
  if (found === null || !found.checkVisibility({ visibilityProperty: true })) return false;
  const { top, bottom } = found.getBoundingClientRect();
  return bottom > top && top < innerHeight && bottom > 0;
})()`;

const line = (what: string, ms: number): Line => ({
  ...{ what, ours: milliseconds(ms), rival: '', ratio: '' },
  ...{ asked: '< 1 s', holds: ms < 1_000 },
});
