import type { WebClient } from '@slack/web-api';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createSlack, type Person, type SimulatedSlack } from '../../../demo/slack/server.ts';
import { type AppAnswer, startPlainApp } from './plain-app.ts';
import { clientOf, input, type Json, modal, refusalOf, words } from './stage.ts';

let slack: SimulatedSlack;
let api: WebClient;
let anna: Person;
/** What the app says to the next interaction: the ack's body. */
let answer: AppAnswer;
let heard: Json[];
let stop: () => Promise<void>;

beforeEach(async () => {
  slack = await createSlack();
  api = clientOf(slack);
  anna = slack.as('U0ANNA');
  answer = {};
  heard = [];
  const app = await startPlainApp((body) => {
    heard.push(body);
    return answer;
  });
  stop = app.close;
  slack.deliverOverHttp(app.url);
});
afterEach(async () => {
  await stop();
  await slack.close();
});

const button = (text: string): Json => ({
  type: 'actions',
  elements: [{ type: 'button', action_id: text, text: words(text) }],
});

/** A fresh trigger, of a command or of a click in the modal on top. */
async function trigger(inModal?: string): Promise<string> {
  const [top] = anna.openViews().slice(-1);
  if (inModal === undefined) await anna.command('C0OPS', 'status');
  else if (top !== undefined) await anna.click(top, inModal);
  return String(heard.at(-1)?.['trigger_id']);
}

async function open(view: Json = modal()): Promise<Opened> {
  const { view: opened } = await api.views.open({ trigger_id: await trigger(), view: view as never }); // built as Slack documents it
  return { id: opened?.id ?? '', hash: opened?.hash ?? '' };
}
interface Opened {
  readonly id: string;
  readonly hash: string;
}
const top = () => {
  const [found] = anna.openViews().slice(-1);
  if (found === undefined) throw new Error('no modal is open');
  return found;
};

describe('a trigger', () => {
  it('opens one view within three seconds', async () => {
    const view = modal() as never;
    const used = await trigger();
    await api.views.open({ trigger_id: used, view });
    expect(await refusalOf(api.views.open({ trigger_id: used, view }))).toBe('exchanged_trigger_id');
    const old = await trigger();
    slack.clock.advance(3_000);
    expect(await refusalOf(api.views.open({ trigger_id: old, view }))).toBe('expired_trigger_id');
  });

  it('is not spent on a view that Slack does not take', async () => {
    const id = await trigger();
    const bad = modal({ title: words('x'.repeat(25)) }) as never;
    await expect(api.views.open({ trigger_id: id, view: bad })).rejects.toMatchObject({
      data: {
        error: 'invalid_arguments',
        response_metadata: {
          messages: ['[ERROR] must be less than 25 characters [json-pointer:/view/title/text]'],
        },
      },
    });
    expect(await refusalOf(api.views.open({ trigger_id: id, view: modal() as never }))).toBe('taken');
  });
});

describe('a modal', () => {
  it('shows that it loads, and then what came', async () => {
    const { id, hash } = await open(modal({ title: words('Loading') }));
    await api.views.update({ view_id: id, hash, view: modal({ title: words('Ready') }) as never });
    expect(top().definition['title']).toEqual(words('Ready'));
    expect(await refusalOf(api.views.update({ view_id: id, hash, view: modal() as never }))).toBe(
      'hash_conflict',
    );
  });

  it('keeps what was typed where an update keeps its input', async () => {
    const { id } = await open(modal({ blocks: [input('reason'), input('link')] }));
    anna.fill(top(), 'reason', 'because');
    await api.views.update({ view_id: id, view: modal({ blocks: [input('reason')] }) as never });
    await anna.submit(top());
    expect(heard.at(-1)).toMatchObject({
      type: 'view_submission',
      user: { id: 'U0ANNA' },
      view: {
        ...{ id, root_view_id: id, previous_view_id: null, callback_id: '', private_metadata: '' },
        state: { values: { reason: { reason: { type: 'plain_text_input', value: 'because' } } } },
      },
    });
  });

  it('stacks three views and no fourth; each is pushed from within', async () => {
    const deeper = modal({ blocks: [button('deeper')] });
    await open(deeper);
    const push = async (): Promise<string> =>
      refusalOf(api.views.push({ trigger_id: await trigger('deeper'), view: deeper as never }));
    expect(await push()).toBe('taken');
    expect(await push()).toBe('taken');
    expect(await push()).toBe('push_limit_reached');
    const [bottom, middle, upper] = anna.openViews();
    expect(upper).toMatchObject({ rootId: bottom?.id, previousId: middle?.id });
    expect(await refusalOf(api.views.push({ trigger_id: await trigger(), view: deeper as never }))).toBe(
      'not_found',
    );
  });

  it('has an external id of its own', async () => {
    await open(modal({ external_id: 'one' }));
    const another = { trigger_id: await trigger(), view: modal({ external_id: 'one' }) as never };
    expect(await refusalOf(api.views.open(another))).toBe('duplicate_external_id');
    await api.views.update({
      external_id: 'one',
      view: modal({ title: words('Found'), external_id: 'one' }) as never,
    });
    expect(top().definition['title']).toEqual(words('Found'));
  });

  it('is checked by Slack’s own client before anything is sent', async () => {
    const blocks = [input('reason', { max_length: 5 }), input('link', {}, { optional: true })];
    await open(modal({ blocks }));
    const before = heard.length;
    expect(await anna.submit(top())).toMatchObject({ status: 'refused' });
    expect(top().errors).toEqual({ reason: 'Please complete this required field.' });
    await anna.submit(top(), { reason: 'too long' });
    expect(top().errors).toEqual({ reason: 'Please enter at most 5 characters.' });
    expect(heard).toHaveLength(before);
  });
});

describe('the ack of a submission', () => {
  const form = modal({ blocks: [input('reason')] });
  const submit = async (said: AppAnswer): Promise<void> => {
    answer = said;
    await anna.submit(top(), { reason: 'x' });
  };
  const trouble = 'We had some trouble connecting. Try again?';

  beforeEach(async () => void (await open(form)));

  it('closes the view when it is empty', async () => {
    await submit({});
    expect(anna.openViews()).toEqual([]);
  });

  it('shows errors beside the inputs, and keeps the view', async () => {
    await submit({ response_action: 'errors', errors: { reason: 'say more' } });
    expect(top()).toMatchObject({ errors: { reason: 'say more' }, trouble: undefined });
  });

  it('is an error of the app when it names a block that is no input', async () => {
    await submit({ response_action: 'errors', errors: { other: 'say more' } });
    expect(top()).toMatchObject({ errors: {}, trouble });
  });

  it('puts a view in its place, or one on top, or clears all', async () => {
    await submit({
      response_action: 'update',
      view: modal({ title: words('Two'), blocks: [input('reason')] }),
    });
    expect(anna.openViews().map(({ definition }) => definition['title'])).toEqual([words('Two')]);
    await submit({ response_action: 'push', view: form });
    expect(anna.openViews()).toHaveLength(2);
    await submit({ response_action: 'clear' });
    expect(anna.openViews()).toEqual([]);
  });

  it('leaves the view and says so when Slack can’t take what it holds', async () => {
    await submit({ response_action: 'update', view: modal({ title: words('x'.repeat(25)) }) });
    expect(top()).toMatchObject({ trouble });
    await submit('later');
    expect(top()).toMatchObject({ trouble });
  });

  it('leaves the view and says so when it is late', async () => {
    const before = heard.length;
    answer = 'never';
    const submitted = anna.submit(top(), { reason: 'x' });
    await expect.poll(() => heard.length).toBe(before + 1);
    slack.clock.advance(3_001);
    expect(await submitted).toMatchObject({ status: 'operation_timeout' });
    expect(top()).toMatchObject({ trouble });
  });
});

describe('closing a modal', () => {
  it('is told to the app where it asked for it, and whether all was cleared', async () => {
    const told = modal({ notify_on_close: true, blocks: [button('deeper')] });
    await open(told);
    await api.views.push({ trigger_id: await trigger('deeper'), view: told as never });
    await anna.closeView(top());
    expect(heard.at(-1)).toMatchObject({ type: 'view_closed', is_cleared: false });
    await api.views.push({ trigger_id: await trigger('deeper'), view: told as never });
    const before = heard.length;
    await anna.closeView(top(), { all: true });
    expect(heard.slice(before)).toMatchObject([{ is_cleared: true }, { is_cleared: true }]);
    await open();
    const after = heard.length;
    await anna.closeView(top());
    expect(heard).toHaveLength(after);
  });
});

describe('the Home tab', () => {
  it('is told to the app when it is opened, and shows what was published', async () => {
    await anna.openHome();
    expect(heard.at(-1)).toMatchObject({ event: { type: 'app_home_opened', user: 'U0ANNA', tab: 'home' } });
    const home = (text: string): never =>
      ({ type: 'home', blocks: [{ type: 'header', text: words(text) }] }) as never;
    const { view } = await api.views.publish({ user_id: 'U0ANNA', view: home('Hello') });
    expect(anna.home()?.definition['blocks']).toMatchObject([{ text: words('Hello') }]);
    const again = { user_id: 'U0ANNA', hash: view?.hash ?? '', view: home('Again') };
    await api.views.publish(again);
    expect(await refusalOf(api.views.publish(again))).toBe('hash_conflict');
    expect(await refusalOf(api.views.publish({ user_id: 'U0NOBODY', view: home('x') }))).toBe(
      'user_not_found',
    );
  });
});
