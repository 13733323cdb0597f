import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { button, inputElements, messageSamples, plain } from '../../demo/page/samples.ts';
import { call, messageAt, openStage, picture, type Stage } from './stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage?.close());
afterEach(async () => expect(await stage.tidy()).toEqual([]));

/** What the app was sent last by a click. */
const lastAction = async (count: number): Promise<Readonly<Record<string, unknown>>> => {
  const sent = await stage.slack.until('an action', () => {
    const found = stage.slack.wireLog.filter(({ what }) => what === 'interactive');
    return found.length >= count && found.at(-1);
  });
  return (sent.request as { actions: readonly Readonly<Record<string, unknown>>[] }).actions[0] ?? {}; // as Slack sends it
};
let acted = 0;
const acts = (): Promise<Readonly<Record<string, unknown>>> => {
  acted += 1;
  return lastAction(acted);
};

describe('blocks in a browser', () => {
  it('draws each block type', async () => {
    const shown = new Map<string, string>();
    for (const [type, { block }] of Object.entries(messageSamples))
      shown.set(type, await stage.post({ channel: 'C0ALERTS', text: type, blocks: [block] }));
    const page = await stage.open('U0ANNA', {
      at: 'channel=C0ALERTS',
      viewport: { width: 1280, height: 3600 },
    });
    for (const [type, ts] of shown) {
      const row = messageAt(page, ts);
      await row.waitFor();
      const size = await row.locator('.blocks > *').first().boundingBox();
      expect(size?.width, type).toBeGreaterThan(20);
      const text = await row.textContent();
      expect(text, type).not.toContain('Not drawn here');
    }
    await picture(page, 'blocks-light');
    await page.emulateMedia({ colorScheme: 'dark' });
    await picture(page, 'blocks-dark');
  });

  it('presses, chooses, picks and ticks, and the app hears each with its value', async () => {
    const option = (name: string): object => ({ text: plain(name), value: name.toLowerCase() });
    const ts = await stage.post({
      blocks: [
        {
          type: 'actions',
          elements: [
            button('Plain'),
            button('Danger', {
              confirm: {
                title: plain('Sure?'),
                text: plain('It goes.'),
                confirm: plain('Do it'),
                deny: plain('Leave it'),
              },
            }),
            {
              type: 'static_select',
              action_id: 'select',
              placeholder: plain('Queue'),
              options: [option('Reports'), option('Refunds')],
            },
            {
              type: 'multi_static_select',
              action_id: 'multi',
              placeholder: plain('Queues'),
              options: [option('Reports'), option('Refunds')],
            },
            { type: 'users_select', action_id: 'user', placeholder: plain('Who') },
            { type: 'overflow', action_id: 'overflow', options: [option('Show'), option('Hide')] },
            { type: 'checkboxes', action_id: 'checks', options: [option('Fixed')] },
            { type: 'radio_buttons', action_id: 'radios', options: [option('One'), option('Two')] },
            { type: 'datepicker', action_id: 'day' },
          ],
        },
      ],
    });
    const page = await stage.open('U0ANNA');
    const row = messageAt(page, ts);

    await row.getByRole('button', { name: 'Plain' }).click();
    expect(await acts()).toMatchObject({ type: 'button', action_id: 'Plain', value: 'v' });

    await row.getByRole('button', { name: 'Danger' }).click();
    await page.getByRole('button', { name: 'Leave it' }).click();
    await row.getByRole('button', { name: 'Danger' }).click();
    await page.getByRole('alertdialog', { name: 'Sure?' }).getByRole('button', { name: 'Do it' }).click();
    expect(await acts()).toMatchObject({ action_id: 'Danger' });

    await row.getByRole('button', { name: 'Queue', exact: true }).click();
    await page.getByRole('option', { name: 'Refunds' }).click();
    expect(await acts()).toMatchObject({ selected_option: { value: 'refunds' } });

    await row.getByRole('button', { name: 'Queues' }).click();
    await page.getByRole('option', { name: 'Reports' }).click();
    await page.getByRole('option', { name: 'Refunds' }).click();
    await page.keyboard.press('Escape');
    expect(await acts()).toMatchObject({ selected_options: [{ value: 'reports' }, { value: 'refunds' }] });

    await row.getByRole('button', { name: 'Who' }).click();
    await page.keyboard.type('Bo');
    await page.keyboard.press('Enter');
    expect(await acts()).toMatchObject({ selected_user: 'U0BO' });

    await row.getByRole('button', { name: 'More actions' }).click();
    await page.getByRole('menuitem', { name: 'Hide' }).click();
    expect(await acts()).toMatchObject({ selected_option: { value: 'hide' } });

    await row.getByRole('checkbox', { name: 'Fixed' }).check();
    expect(await acts()).toMatchObject({ selected_options: [{ value: 'fixed' }] });

    await row.getByRole('radio', { name: 'Two' }).check();
    expect(await acts()).toMatchObject({ selected_option: { value: 'two' } });

    await row.getByLabel('Pick a date').fill('2026-11-25');
    expect(await acts()).toMatchObject({ selected_date: '2026-11-25' });

    await page.reload();
    await row.getByRole('button', { name: 'Refunds', exact: true }).waitFor();
    expect(await row.getByRole('checkbox', { name: 'Fixed' }).isChecked()).toBe(true);
  });

  it('draws every input of a modal', async () => {
    const page = await stage.open('U0ANNA');
    await page.locator('[data-message-box=channel]').fill('/queue form');
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').waitFor();
    const [view] = stage.slack.as('U0ANNA').openViews();
    const blocks = Object.entries(inputElements).map(([name, element]) => ({
      ...{ type: 'input', block_id: name, optional: true, label: plain(name), element },
    }));
    const alert = { type: 'alert', level: 'warning', text: plain('Careful with this') };
    const definition = {
      type: 'modal',
      title: plain('All inputs'),
      submit: plain('Send'),
      blocks: [alert, ...blocks],
    };
    expect(await call(stage.slack, 'views.update', { view_id: view?.id, view: definition })).toMatchObject({
      ok: true,
    });
    const dialog = page.getByRole('dialog', { name: 'All inputs' });
    await dialog.getByText('Careful with this').waitFor();
    for (const name of Object.keys(inputElements)) await dialog.getByText(name, { exact: true }).waitFor();
    expect(await dialog.getByText('Not drawn here').count()).toBe(0);
    await page.setViewportSize({ width: 900, height: 1900 });
    await picture(page, 'inputs');
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    await dialog.waitFor({ state: 'detached' });
  });

  it('shows an uploaded picture', async () => {
    const png = Buffer.from(
      'iVBORw0KGgoAAAANSUhEUgAAAAgAAAAICAIAAABLbSncAAAAEklEQVR4nGNgaPiPFTEMLQkA6F+fgd3jJCwAAAAASUVORK5CYII=',
      'base64',
    );
    const announced = await call(stage.slack, 'files.getUploadURLExternal', {
      filename: 'trend.png',
      length: png.length,
    });
    await fetch(String(announced['upload_url']), { method: 'POST', body: new Uint8Array(png) });
    const files = [{ id: announced['file_id'], title: 'The trend' }];
    await call(stage.slack, 'files.completeUploadExternal', { files, channel_id: 'C0OPS' });
    const page = await stage.open('U0ANNA');
    const image = page.getByRole('img', { name: 'The trend' });
    await image.waitFor();
    expect(await image.evaluate((element: HTMLImageElement) => element.naturalWidth)).toBe(8);
  });
});
