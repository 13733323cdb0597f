import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { box, messageAt, openStage, picture, type Stage, say } from './stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
  for (let number = 1; number <= 8; number += 1)
    stage.slack.as('U0BO').says('C0OPS', `Message ${number} :tada:`);
  await stage.slack.as('U0ANNA').mention('C0OPS', 'hello');
});
afterAll(() => stage?.close());
afterEach(async () => expect(await stage.tidy()).toEqual([]));

/** Serious and critical findings of axe, in words. */
async function findings(page: Page): Promise<readonly string[]> {
  const source = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
  await page.evaluate(source);
  return page.evaluate(async () => {
    const { axe } = window as unknown as { axe: { run(where: Document, options: object): Promise<Found> } }; // just put there
    interface Found {
      readonly violations: readonly {
        readonly id: string;
        readonly impact: string;
        readonly nodes: readonly { readonly html: string; readonly failureSummary: string }[];
      }[];
    }
    const { violations } = await axe.run(document, { iframes: false });
    return violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .flatMap(({ id, nodes }) =>
        nodes.map(({ html, failureSummary }) => `${id}: ${html.slice(0, 200)} ${failureSummary}`),
      );
  });
}

describe('accessibility', () => {
  it.each(['light', 'dark'] as const)(
    'axe finds nothing serious: %s, with thread and wire, and in a modal',
    async (colorScheme) => {
      const page = await stage.open('U0ANNA', {
        ...{ at: 'channel=C0OPS&side=wire', colorScheme, viewport: { width: 1600, height: 900 } },
      });
      await page
        .getByRole('button', { name: /1 reply/ })
        .first()
        .click();
      await page.getByText('I heard: hello').waitFor();
      await say(page, '/queue status');
      await page.getByText('You said status').last().waitFor();
      await page.locator('.wire-head').last().click();
      await picture(page, `whole-${colorScheme}`);
      expect(await findings(page)).toEqual([]);
      await say(page, '/queue form');
      await page.getByRole('dialog').getByRole('button', { name: 'Send' }).click();
      await page.getByText('Please complete this required field.').first().waitFor();
      await picture(page, `modal-${colorScheme}`);
      expect(await findings(page)).toEqual([]);
      await page.keyboard.press('Escape');
    },
  );

  it('everything is done by keys alone', async () => {
    const page = await stage.open('U0ANNA', { at: 'channel=C0ALERTS' });
    await page.keyboard.press('Control+k');
    await page.getByRole('dialog', { name: 'Go to a conversation' }).waitFor();
    await page.keyboard.type('appr');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: '#approvals' }).waitFor();
    await page.keyboard.type('/');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.keyboard.type('keys');
    await page.keyboard.press('Enter');
    await page.getByText('You said keys').waitFor();
    // Backwards from the message box: the last button of the newest message comes first.
    await page.keyboard.press('Shift+Tab');
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Forget');
    expect(
      await page.evaluate(() => getComputedStyle(document.activeElement ?? document.body).outlineStyle),
    ).toBe('solid');
    await page.keyboard.press('Enter');
    await page.getByRole('alertdialog', { name: 'Forget it?' }).waitFor();
    await picture(page, 'confirm');
    await page.keyboard.press('Escape');
    await page.getByRole('alertdialog').waitFor({ state: 'detached' });
    await expect.poll(() => page.evaluate(() => document.activeElement?.textContent)).toBe('Forget');
    await page.keyboard.press('Shift+Tab');
    await page.keyboard.press('Space');
    await stage.slack.waitFor('what was shared', ({ text }) => text === 'Shared by <@U0ANNA>');
    await box(page).focus();
    await page.keyboard.type('/queue form');
    await page.keyboard.press('Enter');
    const dialog = page.getByRole('dialog', { name: 'Ask for it' });
    await dialog.waitFor();
    for (let steps = 0; steps < 8; steps += 1) {
      if (
        await dialog.getByRole('button', { name: /^Queue/ }).evaluate((one) => one === document.activeElement)
      )
        break;
      await page.keyboard.press('Tab');
    }
    await page.keyboard.press('Enter');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await dialog.getByRole('button', { name: /^Queue refunds/ }).waitFor();
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
  });
});

describe('screens', () => {
  it('a narrow one has one column: the list, a conversation, what lies over it', async () => {
    const page = await stage.open('U0ANNA', { at: '', viewport: { width: 390, height: 760 } });
    await picture(page, 'narrow-list');
    await page.getByRole('button', { name: /ops/ }).first().click();
    await page.getByText('Message 8').waitFor();
    expect(await page.getByRole('navigation').isVisible()).toBe(false);
    await say(page, '/queue status');
    await page.getByText('You said status').last().waitFor();
    await picture(page, 'narrow-channel');
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
    await page
      .getByRole('button', { name: /1 reply/ })
      .first()
      .click();
    await page.getByText('I heard: hello').waitFor();
    await picture(page, 'narrow-thread');
    await page.getByRole('button', { name: 'Close thread' }).click();
    await page.getByRole('button', { name: 'Behind the scenes' }).click();
    await page.getByRole('tab', { name: 'Wire' }).click();
    await page.locator('.wire-head').first().waitFor();
    await picture(page, 'narrow-wire');
    await page.getByRole('button', { name: 'Close side area' }).click();
    await page.getByRole('button', { name: 'Conversations' }).click();
    expect(await page.getByRole('navigation').isVisible()).toBe(true);
    expect(await findings(page)).toEqual([]);
  });

  it('colours are the system’s until somebody chooses others, and stay', async () => {
    const page = await stage.open('U0ANNA', { colorScheme: 'dark' });
    const theme = (): Promise<string | undefined> =>
      page.evaluate(() => document.documentElement.dataset['theme']);
    expect(await theme()).toBe('dark');
    await page.locator('.me').click();
    await page.getByRole('menuitemradio', { name: 'Light' }).click();
    await expect.poll(theme).toBe('light');
    await page.reload();
    await expect.poll(theme).toBe('light');
  });
});

/** Resolves when what is read was the same a few times in a row: the wheel's last turns come later than they are asked for. */
async function untilStill(read: () => Promise<number>): Promise<void> {
  let same = 0;
  let last = Number.NaN;
  const count = async (): Promise<number> => {
    const now = await read();
    same = now === last ? same + 1 : 0;
    last = now;
    return same;
  };
  await expect.poll(count).toBeGreaterThan(3);
}

describe('weight', () => {
  it('a long channel opens at its end, brings older messages on the way up, and keeps its place', async () => {
    for (let number = 0; number < 10_000; number += 1) {
      const who = number % 7 === 0 ? 'U0BO' : 'U0ANNA';
      stage.slack.as(who).says('C0RANDOM', `Line ${number}\n${'word '.repeat(number % 40)}`);
    }
    const page = await stage.open('U0CHEN', { at: 'channel=C0RANDOM' });
    await page.getByText('Line 9999').waitFor();
    expect(await page.locator('.message').count()).toBeLessThan(60);
    await page.locator('.message-list').hover();
    const firstSeen = async (): Promise<number> =>
      Number(/^Line (\d+)/.exec((await page.locator('.message .content').first().textContent()) ?? '')?.[1]);
    const goUpTo = (line: number): Promise<void> =>
      expect
        .poll(async () => {
          await page.mouse.wheel(0, -1_500);
          return firstSeen();
        })
        .toBeLessThan(line);
    // The first page begins with line 9940.
    await goUpTo(9_900);
    await goUpTo(9_800);
    await untilStill(firstSeen);
    const ts = await page.locator('.message').nth(5).getAttribute('data-ts');
    const place = async (): Promise<number> =>
      (await messageAt(page, ts ?? '').boundingBox())?.y ?? Number.NaN;
    await untilStill(place);
    const before = await place();
    const last = stage.slack.as('U0BO').says('C0RANDOM', 'one more at the end');
    await page.getByRole('button', { name: 'random' }).waitFor();
    expect(await place()).toBe(before);
    expect(await page.locator('.message').count()).toBeLessThan(60);
    await page.getByRole('button', { name: 'Go to the newest message' }).click();
    await messageAt(page, last.ts).waitFor();
  });

  it('weighs less than 500 kB compressed, and asks nobody else for anything', async () => {
    const page = await stage.open('U0ANNA');
    const { bytes, policy } = await page.evaluate(async () => ({
      bytes: [...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')]
        .filter(({ name }) => !/\/(control|panel|files)\b/.test(name))
        .reduce((sum, entry) => sum + (entry as PerformanceResourceTiming).encodedBodySize, 0),
      policy: (await fetch('/')).headers.get('content-security-policy') ?? '',
    }));
    expect(bytes).toBeGreaterThan(50_000);
    expect(bytes).toBeLessThan(500_000);
    expect(policy).toContain("script-src 'self';");
    expect(policy).toContain("style-src 'self';");
  });
});
