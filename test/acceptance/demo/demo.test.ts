import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Act, BreakId, WorldNow } from '../../../demo/panel/model.ts';
import { type DemoProcess, endsWithinMs, startDemo } from './demo-process.ts';
import { type Eyes, openEyes } from './eyes.ts';

let demo: DemoProcess;
let eyes: Eyes;

beforeAll(async () => {
  demo = await startDemo();
  eyes = await openEyes(demo.address);
});
afterAll(async () => {
  await eyes?.close();
  await demo?.remove();
});

describe('the tour, played in a browser', () => {
  it('1: ticks a look at the queues', async () => {
    await eyes.open('U0ANNA', 'C0OPS', 'tour');
    // It says so for two seconds only.
    await Promise.all([
      eyes.tour.getByText('Copied').waitFor(),
      eyes.tour.getByRole('button', { name: 'Copy' }).click(),
    ]);
    await eyes.type();
    await eyes.ticks(eyes.step('look'));
    await eyes.page.getByText('12 failed').first().waitFor();
    await eyes.picture('tour-1-look');
  });

  it('2: ticks the way to the cause', async () => {
    // One task with `diagnose`, two without.
    for (const task of await eyes.step('diagnose').locator('[data-task]').all()) {
      const id = (await task.getAttribute('data-task')) ?? '';
      await eyes.type();
      // With its last task the step closes.
      await eyes.ticks(eyes.task(id).or(eyes.step('diagnose')));
    }
    await eyes.ticks(eyes.step('diagnose'));
    await eyes.picture('tour-2-diagnose');
  });

  it('has an incident in #alerts that says what is wrong with reports', async () => {
    await eyes.open('U0ANNA', 'C0ALERTS', 'tour');
    await eyes.page
      .getByText(/#\d+ Critical: database:reports: 12 failed \(limit 10\)/)
      .first()
      .waitFor();
    await eyes.picture('alerts-reports-fail');
    await eyes.open('U0ANNA', 'C0OPS', 'tour');
  });

  it('3: mends the content pack in the world panel, and retries one job to the end', async () => {
    await eyes.tour.getByRole('link', { name: 'Open the world panel' }).click();
    await eyes.card('content-pack').getByRole('button', { name: 'Make it readable' }).click();
    await eyes.card('content-pack').and(eyes.world.locator('[data-broken="false"]')).waitFor();
    await eyes.page.getByRole('tab', { name: 'Tour' }).click();
    await eyes.ticks(eyes.task('mend'));
    await eyes.type();
    await eyes.ticks(eyes.step('fix'));
    await eyes.page.getByText('its business row is good').waitFor();
    await eyes.picture('tour-3-fix');
  });

  it('4: asks for all as Anna, who may not approve it, and runs it once Bo has', async () => {
    await eyes.type();
    const form = eyes.page.getByRole('dialog');
    await form.getByRole('textbox', { name: 'Reason' }).fill('the content pack is back');
    for (const box of await form.getByRole('checkbox').all()) await box.check();
    await eyes.picture('tour-4-form');
    await ask();
    await eyes.ticks(eyes.task('ask-retry-all'));
    await refusedTo('U0ANNA');
    await refusedTo('U0ANNA2');
    await eyes.open('U0ANNA', 'C0OPS', 'tour');
    await approveAsBo();
    await eyes.ticks(eyes.step('two-persons'));
    await eyes.page
      .getByText(/#\d+ done: retry/)
      .first()
      .waitFor();
    await eyes.picture('tour-4-approved');
  });

  it('5: flushes, and brings back', async () => {
    await eyes.tour.getByRole('link', { name: 'Switch to Anna' }).click();
    await eyes.type();
    const form = eyes.page.getByRole('dialog');
    await form.getByRole('textbox', { name: 'Reason' }).fill('their budget is used up');
    await form.getByRole('textbox', { name: 'Review' }).fill('https://review.example/1');
    await ask();
    await eyes.ticks(eyes.task('ask-flush'));
    await approveAsBo();
    await eyes.ticks(eyes.task('approve-flush'));
    await until((now) => failedIn(now, 'insights') === 0);
    await eyes.picture('tour-5-flushed');
    await eyes.tour.getByRole('link', { name: 'Switch to Anna' }).click();
    await eyes.type();
    await form.getByRole('textbox', { name: 'Reason' }).fill('they are wanted after all');
    await ask();
    await approveAsBo();
    await eyes.ticks(eyes.step('undo'));
    await until((now) => failedIn(now, 'insights') === 3);
    await eyes.tour.getByText('That was the tour.').waitFor();
    await eyes.page
      .getByText(/#\d+ done: put back/)
      .first()
      .waitFor();
    await eyes.picture('tour-5-restored');
  });

  /** Sends the form, and closes what it says then. */
  async function ask(): Promise<void> {
    const form = eyes.page.getByRole('dialog');
    await form.getByRole('button', { name: 'Ask' }).click();
    await form.getByText('Asked as').waitFor();
    await form.getByText('Close', { exact: true }).click();
  }

  async function approveAsBo(): Promise<void> {
    await eyes.tour.getByRole('link', { name: 'Switch to Bo' }).click();
    await pressApprove();
  }

  async function refusedTo(who: string): Promise<void> {
    await eyes.open(who, 'C0APPROVE', 'tour');
    await pressApprove();
    await eyes.page.getByText('Only visible to you').waitFor();
    await eyes.picture(`tour-4-refused-${who}`);
  }

  it('has the incident’s end in #alerts, with what it was at worst', async () => {
    await eyes.open('U0ANNA', 'C0ALERTS', 'tour');
    const over = /#\d+ Resolved after .+ At worst: database:reports: 12 failed \(limit 10\)/;
    await eyes.page.getByText(over).first().waitFor();
    await eyes.picture('alerts-resolved');
  });

  async function pressApprove(): Promise<void> {
    await eyes.page.getByRole('button', { name: 'Approve' }).last().click();
    await eyes.page.getByRole('alertdialog').getByRole('button', { name: 'Approve' }).click();
  }
});

describe('the world panel', () => {
  it('is drawn in two languages and two colours, wide and narrow, without serious findings of axe', async () => {
    await eyes.open('U0BO', 'C0OPS', 'world');
    await eyes.card('bot').waitFor();
    expect(await eyes.faults()).toEqual([]);
    await eyes.page.goto(`${demo.address}/panel/world.html?theme=dark`);
    await eyes.page.getByText('中文').click();
    await eyes.page.getByRole('heading', { name: '系统现场' }).waitFor();
    expect(await eyes.faults()).toEqual([]);
    await eyes.picture('world-dark-chinese');
    await eyes.page.setViewportSize({ width: 360, height: 800 });
    await eyes.page.goto(`${demo.address}/panel/tour.html?theme=dark`);
    await eyes.page.getByRole('heading', { name: '导览' }).waitFor();
    expect(await eyes.faults()).toEqual([]);
    await eyes.picture('tour-narrow-chinese');
    await eyes.page.getByText('English').click();
    await eyes.page.setViewportSize({ width: 1400, height: 900 });
  });

  it('is worked by keyboard, and a pressed button keeps the focus', async () => {
    await eyes.open('U0BO', 'C0OPS', 'world');
    const button = eyes.card('ssh').getByRole('button');
    await button.focus();
    await eyes.page.keyboard.press('Enter');
    await eyes.card('ssh').getByText('Let it through').waitFor();
    expect(await button.evaluate('document.activeElement?.textContent')).toBe('Let it through');
    await eyes.card('ssh').getByText('SSH is cut').waitFor();
    await eyes.page.keyboard.press('Enter');
    await eyes.card('ssh').getByText('SSH goes through again.').waitFor();
  });

  it('content pack: reports fail, and work again', async () => {
    const before = failedIn(await until((now) => failedIn(now, 'reports') >= 0), 'reports');
    await press('break', 'content-pack');
    await until((now) => failedIn(now, 'reports') === before + 3);
    await press('mend', 'content-pack');
  });

  it('payment provider: refunds fail', async () => {
    const before = failedIn(await until((now) => failedIn(now, 'commerce') >= 0), 'commerce');
    await press('break', 'provider');
    await until((now) => failedIn(now, 'commerce') === before + 2);
    await press('mend', 'provider');
  });

  it('workers: killed, left down, started', async () => {
    await press('break', 'workers');
    await until((now) => workersOf(now, 'fap-queue-reports') === 0 && waitingIn(now, 'reports') === 12);
    await eyes.open('U0BO', 'C0OPS', 'world');
    await eyes.card('workers').getByText('leaves them down').waitFor();
    await eyes.picture('world-broken');
    await press('mend', 'workers');
    await until((now) => workersOf(now, 'fap-queue-reports') === 2 && waitingIn(now, 'reports') === 0);
  });

  it('backlog: five hundred wait, and are gone once they are quick', async () => {
    await press('break', 'backlog');
    await until((now) => waitingIn(now, 'reports') > 450);
    await press('mend', 'backlog');
    await until((now) => waitingIn(now, 'reports') === 0 && !isBroken(now, 'backlog'));
  });

  it('database slow: Queuekeeper says so, and the panel still reads', async () => {
    await press('break', 'database');
    expect(await demo.ask('failed reports', 'U0BO')).toMatch(/did not answer|slow|in time/);
    await until(({ parts }) => parts.database === 'well');
    await press('mend', 'database');
  });

  it('Redis stopped: the panel says so and goes on, jobs are still there afterwards', async () => {
    await press('break', 'redis');
    const now = await until((seen) => seen.parts.redis === 'down' && failedIn(seen, 'insights') === 3);
    expect(queueIn(now, 'insights')?.waiting).toBeUndefined();
    await press('mend', 'redis');
    await until(({ parts, workers }) => {
      const insights = workers?.find(({ group }) => group === 'fap-queue-insights');
      return parts.redis === 'well' && insights?.running === 1;
    });
  });

  it('Slack’s rate limit: posts are refused with 429, and come once it is lifted', async () => {
    // Queuekeeper leaves a database alone for a while that was too slow for it.
    let id: string | undefined;
    const look = async (): Promise<string | undefined> => {
      id = /#(\d+)/.exec(await demo.ask('failed reports', 'U0BO'))?.[1];
      return id;
    };
    await expect.poll(look, { interval: 500 }).toBeDefined();
    await press('break', 'slack');
    await demo.type(`retry ${id}`, 'U0BO');
    const limited = await demo.wire((entry) => entry.what === 'chat.postMessage' && entry.httpStatus === 429);
    expect(limited.error).toBe('ratelimited');
    await press('mend', 'slack');
    await demo.sees(`Retried job ${id}`, 'U0BO');
  });

  it('Queuekeeper: killed, and started on the same store', async () => {
    await press('break', 'bot');
    await until(({ parts }) => parts.bot === 'down');
    const { facts } = await press('mend', 'bot');
    expect(facts['milliseconds']).toBeGreaterThan(0);
    await until(({ parts }) => parts.bot === 'well');
    expect(await demo.ask('status', 'U0BO')).toContain('reports');
  });

  it('leaves the browser without a complaint', () => {
    expect(eyes.complaints).toEqual([]);
  });
});

describe('Ctrl-C', () => {
  it('ends everything within five seconds, and leaves no process and no folder', async () => {
    const { code, milliseconds } = await demo.end('SIGINT');
    expect(milliseconds).toBeLessThan(endsWithinMs);
    expect(code).toBe(0);
    expect(await demo.leftovers()).toEqual({ files: [], processes: [] });
  });
});

const world = (): Promise<WorldNow> => demo.look<WorldNow>('world');

/** The first state of the world that is so. What does not answer the panel at once is missing in a state, and a state may have been read a moment ago. */
async function until(isSo: (now: WorldNow) => boolean, limitMs = 60_000): Promise<WorldNow> {
  const end = Date.now() + limitMs;
  for (;;) {
    const now = await world();
    if (isSo(now)) return now;
    if (Date.now() > end) throw new Error(`the world never came to that: ${JSON.stringify(now)}`);
    await new Promise((resolve) => setTimeout(resolve, 150));
  }
}

/** Presses a button, and sees that the panel says then what it did. */
async function press(
  how: Act['how'],
  id: BreakId,
): Promise<{ readonly facts: Readonly<Record<string, number>> }> {
  const act = await demo.press<Act>(`world/${how}/${id}`);
  expect(act).toMatchObject({ id, how });
  expect(act.result).toMatchObject({ kind: 'done' });
  // Whether the backlog is broken is told by its length, which takes its time.
  if (id !== 'backlog') await until((now) => isBroken(now, id) === (how === 'break'));
  return { facts: act.result.kind === 'done' ? act.result.facts : {} };
}

const isBroken = (now: WorldNow, id: BreakId): boolean | undefined =>
  now.breaks.find((one) => one.id === id)?.isBroken;
const queueIn = (now: WorldNow, queue: string) => now.queues.find(({ name }) => name === queue);
const failedIn = (now: WorldNow, queue: string): number => queueIn(now, queue)?.failed ?? -1;
const waitingIn = (now: WorldNow, queue: string): number => queueIn(now, queue)?.waiting?.pending ?? -1;
const workersOf = (now: WorldNow, group: string): number | undefined =>
  now.workers?.find((one) => one.group === group)?.running;
