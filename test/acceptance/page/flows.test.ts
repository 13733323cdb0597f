import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { openRelay } from './relay.ts';
import { box, messageAt, openStage, picture, type Stage, say } from './stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage?.close());
afterEach(async () => expect(await stage.tidy()).toEqual([]));

const button = (text: string): object => ({
  ...{ type: 'button', action_id: text.toLowerCase(), text: { type: 'plain_text', text } },
});

describe('commands and mentions', () => {
  it('completes a command by its first letters, and answers to the person alone', async () => {
    const [anna, bo] = [await stage.open('U0ANNA'), await stage.open('U0BO')];
    await box(anna).pressSequentially('/q');
    await anna.getByRole('option', { name: '/queue' }).waitFor();
    await anna.keyboard.press('Tab');
    await expect.poll(() => box(anna).inputValue()).toBe('/queue ');
    await anna.keyboard.type('status');
    await anna.keyboard.press('Enter');
    await anna.getByText('Only visible to you').waitFor();
    await anna.getByText('You said status').waitFor();
    await picture(anna, 'ephemeral');
    await anna.getByRole('button', { name: 'Share', exact: true }).click();
    await bo.getByText('Shared by @Anna').waitFor();
    expect(await bo.getByText('You said status').count()).toBe(0);
  });

  it('refuses a slash command in a thread, as Slack does, and takes a mention there', async () => {
    const ts = await stage.post({ text: 'An incident' });
    const page = await stage.open('U0ANNA');
    await messageAt(page, ts).hover();
    await messageAt(page, ts).getByRole('button', { name: 'Reply in thread' }).click();
    const thread = page.getByRole('complementary', { name: 'Thread' });
    const reply = thread.getByRole('combobox', { name: 'Reply…' });
    const heard = stage.slack.wireLog.length;
    await reply.fill('/queue status');
    await page.keyboard.press('Enter');
    await thread.getByRole('alert').getByText('/queue is not supported in threads. Sorry!').waitFor();
    expect(stage.slack.wireLog.length).toBe(heard);
    await picture(page, 'thread-refusal');
    await reply.fill('@que');
    await page.getByRole('option', { name: /Queuekeeper/ }).waitFor();
    await page.keyboard.press('Enter');
    await expect.poll(() => reply.inputValue()).toMatch(/Queuekeeper/);
    await page.keyboard.type('diagnose reports');
    await page.keyboard.press('Enter');
    await thread.getByText('I heard: diagnose reports').waitFor();
    await page.keyboard.press('Escape');
    await thread.waitFor({ state: 'detached' });
    await messageAt(page, ts).getByText('2 replies').waitFor();
  });

  it('shows a reply that was sent to the channel too in both places, each naming the other', async () => {
    const root = await stage.post({ text: 'Nobody works on *reports*' });
    const ts = await stage.post({ text: 'Nobody has taken this', thread_ts: root, reply_broadcast: true });
    const quiet = await stage.post({ text: 'Only here', thread_ts: root });
    const page = await stage.open('U0ANNA');
    const inChannel = messageAt(page, ts);
    await inChannel.getByText('replied to a thread:').waitFor();
    expect(await messageAt(page, quiet).count()).toBe(0);
    await inChannel.getByRole('button', { name: 'Nobody works on reports' }).click();
    const thread = page.getByRole('complementary', { name: 'Thread' });
    await thread.locator(`[data-ts="${ts}"]`).getByText('Also sent to the channel').waitFor();
    await thread.getByText('Only here').waitFor();
    expect(await thread.getByText('Also sent to the channel').count()).toBe(1);
    await picture(page, 'broadcast');
  });

  it('stays with the newest message when a thread is opened beside it and closed again', async () => {
    for (let count = 0; count < 24; count += 1) {
      const root = await stage.post({ channel: 'C0ALERTS', text: 'One of many' });
      await stage.post({ channel: 'C0ALERTS', text: 'about it', thread_ts: root });
    }
    const ts = await stage.post({ channel: 'C0ALERTS', text: 'The newest' });
    const page = await stage.open('U0ANNA', { at: 'channel=C0ALERTS' });
    const thread = page.getByRole('complementary', { name: 'Thread' });
    for (let turn = 0; turn < 8; turn += 1) {
      await messageAt(page, ts).getByRole('button', { name: 'Reply in thread' }).click();
      await thread.getByText('The newest').waitFor();
      await page.keyboard.press('Escape');
      await thread.waitFor({ state: 'detached' });
    }
    await messageAt(page, ts).waitFor();
    expect(await page.getByRole('button', { name: 'Go to the newest message' }).count()).toBe(0);
  });

  it('takes the next line while one is under way, and says both in order', async () => {
    const page = await stage.open('U0ANNA');
    stage.slack.faults.setDelivery('slash_commands', { kind: 'delay', milliseconds: 1_500 }, 1);
    await say(page, '/queue first of two');
    await say(page, '/queue second of two');
    await page.getByText('You said second of two').waitFor();
    const said = await page.getByText(/^You said .* of two$/).allTextContents();
    expect(said).toEqual(['You said first of two', 'You said second of two']);
    expect(await box(page).inputValue()).toBe('');
  });

  it('says when a command is none, and when the app does not answer', async () => {
    const page = await stage.open('U0ANNA');
    await say(page, '/nonsense');
    await page.getByRole('alert').getByText('/nonsense is not a valid command.').waitFor();
    stage.slack.faults.setDelivery('slash_commands', { kind: 'lose-ack' }, 1);
    await say(page, '/queue status');
    await page.getByText('/queue failed with the error "operation_timeout"').waitFor();
  });

  it('shows on the wire what Slack refused, and why', async () => {
    const page = await stage.open('U0ANNA', { at: 'channel=C0OPS&side=wire' });
    await say(page, '/queue bad');
    const refused = page.locator('.wire-entry.refused').last();
    await refused.getByText('invalid_blocks').waitFor();
    await refused.getByText('must define either `text` or `fields`').waitFor();
    await refused.getByRole('button').click();
    await refused.getByText('of 50').waitFor();
    await picture(page, 'wire');
  });

  it('talks to the app alone, and opens its Home', async () => {
    const page = await stage.open('U0ANNA', { at: 'channel=D0ANNA' });
    await say(page, 'hello');
    await page.getByText('I am listening.').waitFor();
    await page.getByRole('tab', { name: 'Home' }).click();
    await page.getByRole('heading', { name: 'Your queues' }).waitFor();
    await picture(page, 'home');
  });
});

describe('modals', () => {
  it('shows what is missing, what the app finds wrong, and closes when all is well', async () => {
    const page = await stage.open('U0ANNA');
    await say(page, '/queue form');
    const dialog = page.getByRole('dialog', { name: 'Ask for it' });
    await dialog.getByRole('button', { name: 'Send' }).click();
    await dialog.getByText('Please complete this required field.').nth(2).waitFor();
    await picture(page, 'modal-missing');
    // Who uses keys stands where there is something to mend, and not nowhere.
    await page.keyboard.type('short');
    expect(await dialog.getByRole('textbox', { name: 'Reason' }).inputValue()).toBe('short');
    await dialog.getByRole('button', { name: /^Queue/ }).click();
    await page.getByRole('option', { name: 'refunds' }).click();
    await dialog.getByRole('checkbox', { name: 'The root cause is fixed' }).check();
    await dialog.getByRole('button', { name: 'Send' }).click();
    await dialog.getByText('Say a little more.').waitFor();
    expect(await dialog.getByRole('textbox', { name: 'Reason' }).getAttribute('aria-invalid')).toBe('true');
    await dialog.getByRole('textbox', { name: 'Reason' }).fill('long enough');
    await dialog.getByRole('button', { name: 'Send' }).click();
    await dialog.waitFor({ state: 'detached' });
    const sent = stage.slack.wireLog.findLast(({ what }) => what === 'interactive')?.request;
    expect(sent).toMatchObject({
      view: {
        state: {
          values: {
            reason: { reason: { value: 'long enough' } },
            queue: { queue: { selected_option: { value: 'refunds' } } },
            sure: { sure: { selected_options: [{ value: 'fixed' }] } },
          },
        },
      },
    });
  });

  it('puts an updated view in the place of the one that was loading', async () => {
    const page = await stage.open('U0BO');
    await say(page, '/queue load');
    await page.getByRole('dialog', { name: 'Ask for it' }).waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    expect(stage.slack.as('U0BO').openViews()).toEqual([]);
  });

  it('shows a second view on top, goes back to what was typed, and the cross closes all', async () => {
    const page = await stage.open('U0BO');
    await say(page, '/queue form');
    const first = page.getByRole('dialog', { name: 'Ask for it' });
    await first.getByRole('textbox', { name: 'Reason' }).fill('more');
    await first.getByRole('button', { name: /^Queue/ }).click();
    await page.getByRole('option', { name: 'reports' }).click();
    await first.getByRole('checkbox').check();
    await first.getByRole('button', { name: 'Send' }).click();
    const second = page.getByRole('dialog', { name: 'One more' });
    await second.getByRole('button', { name: 'Back' }).click();
    await first.waitFor();
    expect(await first.getByRole('textbox', { name: 'Reason' }).inputValue()).toBe('more');
    await first.getByRole('button', { name: 'Send' }).click();
    await second.getByRole('button', { name: 'Close' }).click();
    await page.getByRole('dialog').waitFor({ state: 'detached' });
  });

  it('keeps a modal open, with a word, when the app does not answer', async () => {
    const page = await stage.open('U0ANNA');
    await say(page, '/queue form');
    const dialog = page.getByRole('dialog', { name: 'Ask for it' });
    await dialog.getByRole('textbox', { name: 'Reason' }).fill('well enough');
    await dialog.getByRole('button', { name: /^Queue/ }).click();
    await page.getByRole('option', { name: 'reports' }).click();
    await dialog.getByRole('checkbox').check();
    stage.slack.faults.setDelivery('interactive', { kind: 'lose-ack' }, 1);
    await dialog.getByRole('button', { name: 'Send' }).click();
    await dialog.getByText('We had some trouble connecting. Try again?').waitFor();
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    await dialog.waitFor({ state: 'detached' });
  });
});

describe('two persons', () => {
  it('see each other’s changes at once', async () => {
    const [anna, bo] = [await stage.open('U0ANNA'), await stage.open('U0BO')];
    await say(anna, 'Does anybody look at *reports*?');
    await bo.getByText('Does anybody look at').waitFor();
    const ts = await stage.post({
      text: 'Approve?',
      blocks: [{ type: 'actions', elements: [button('Approve')] }],
    });
    await messageAt(bo, ts).getByRole('button', { name: 'Approve' }).click();
    await messageAt(anna, ts).getByText('Approved by @Bo').waitFor();
    await messageAt(anna, ts).getByText('(edited)').waitFor();
  });

  it('are told what is unread, and what means them, until they look', async () => {
    const bo = await stage.open('U0BO', { at: 'channel=C0RANDOM' });
    stage.slack.as('U0ANNA').says('C0APPROVE', 'A word to everybody');
    stage.slack.as('U0ANNA').says('C0APPROVE', 'and to <@U0BO>');
    const entry = bo.getByRole('button', { name: /approvals/ });
    await entry.getByText('2 unread').waitFor();
    expect(await entry.locator('.count').textContent()).toMatch(/^1/);
    await entry.click();
    await bo.getByText('@Bo').waitFor();
    await entry.locator('.count').waitFor({ state: 'detached' });
    await bo.reload();
    await bo.getByText('@Bo').waitFor();
    expect(await entry.locator('.count, .dot').count()).toBe(0);
  });

  it('can be played from one window', async () => {
    const page = await stage.open('U0ANNA');
    await page.getByRole('button', { name: /Anna/ }).last().click();
    await page.getByRole('menuitemradio', { name: /Chen/ }).click();
    await page.locator('.me').getByText('Chen').waitFor();
    expect(new URL(page.url()).searchParams.get('who')).toBe('U0CHEN');
    await say(page, '/queue whoami');
    await page.getByText('You said whoami').waitFor();
  });

  it('a stranger has the shared channels alone', async () => {
    const page = await stage.open('U0STRANGE');
    await page
      .getByRole('button', { name: /shared/ })
      .first()
      .waitFor();
    expect(await page.locator('.sidebar-lists .entry').count()).toBe(1);
  });
});

describe('a reload', () => {
  it('loses nothing: thread, answer for one person alone, modal and what is typed in it', async () => {
    const page = await stage.open('U0ANNA');
    await say(page, '/queue remember');
    await page.getByText('You said remember').waitFor();
    await say(page, '@Queuekeeper hello');
    const hello = page.locator('.channel .message').filter({ hasText: '@Queuekeeper hello' });
    await hello.getByRole('button', { name: /1 reply/ }).click();
    await say(page, '/queue form');
    const reason = page.getByRole('textbox', { name: 'Reason' });
    await reason.fill('half a word');
    await expect
      .poll(() => JSON.stringify(stage.slack.as('U0ANNA').openViews().map(stage.slack.views.toWire)))
      .toContain('half a word');
    await page.reload();
    await reason.waitFor();
    expect(await reason.inputValue()).toBe('half a word');
    await page.getByRole('button', { name: 'Cancel' }).click();
    await page.getByText('You said remember').waitFor();
    await page.getByRole('complementary', { name: 'Thread' }).getByText('I heard: hello').waitFor();
  });

  it('is not needed after the line broke: what was missed comes by itself', async () => {
    const relay = await openRelay(stage.slack.port);
    const page = await stage.open('U0ANNA', { origin: relay.origin });
    await page.getByText('Live').waitFor();
    relay.cut();
    await page.getByText('Connecting…').waitFor();
    stage.slack.as('U0BO').says('C0OPS', 'said while the line was down');
    relay.mend();
    await page.getByText('said while the line was down').waitFor();
    await page.getByText('Live').waitFor();
    await page.context().close();
    await relay.close();
    // The broken line itself is said on the console.
    expect(stage.complaints().every((said) => /net::ERR_(CONNECTION|EMPTY|INCOMPLETE)/.test(said))).toBe(
      true,
    );
  });
});

describe('a panel', () => {
  it('stands beside the conversation, and may put words into the message box', async () => {
    const page = await stage.open('U0ANNA');
    const frame = page.frameLocator('iframe[title=Panel]');
    await frame.getByText('Panel’s own words').waitFor();
    await page
      .frames()
      .at(-1)
      ?.evaluate(() => {
        window.parent.postMessage(
          { kind: 'type', channel: 'C0ALERTS', text: '/queue status' },
          location.origin,
        );
      });
    await page.getByRole('heading', { name: '#alerts' }).waitFor();
    await expect.poll(() => box(page).inputValue()).toBe('/queue status');
  });
});
