import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { View } from '../../../demo/slack/views.ts';
import type { Form, OpenForm } from '../../../src/core/form.ts';
import type { Invocation } from '../../../src/core/invocation.ts';
import type { Reply } from '../../../src/core/reply.ts';
import { openStage, plainReply, type Stage } from './stage.ts';

const form: Form = {
  ...{ title: 'Tidy up', submit: 'Ask', close: 'Not now' },
  parts: [{ kind: 'text', text: 'what it would touch' }],
  fields: [
    { kind: 'text', name: 'reason', label: 'Reason', longest: 100 },
    { kind: 'tick', name: 'cause', label: 'The root cause is fixed.' },
  ],
  carries: { words: 'tidy queue=reports', channel: 'C0OPS', threadTs: '7.7', highest: 12 },
};
const requestId = '01JD0123456789ABCDEFGHJKMN';
const textOf = (view: View | undefined): string => JSON.stringify(view?.definition ?? {});

describe.each(['http', 'socket'] as const)('forms over %s', (wire) => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await openStage(wire);
  });
  afterAll(() => stage.close());
  beforeEach(() => {
    stage.slack.faults.clear();
    stage.checkForm = () => new Map();
    for (const view of anna().openViews()) void anna().closeView(view);
  });

  const anna = () => stage.slack.as('U0ANNA');
  const top = (): View | undefined => anna().openViews().at(-1);
  const shows = (part: string): Promise<View> =>
    stage.slack.until(`"${part}" in the modal`, () => {
      const view = top();
      return view !== undefined && textOf(view).includes(part) ? view : undefined;
    });
  const taken = (): Promise<Invocation> =>
    stage.slack.until('what was sent', () => stage.taken.findLast(({ source }) => source === 'modal'));

  /** Opens a form by a command; what the surface returned. */
  async function opened(filled: boolean): Promise<OpenForm | undefined> {
    let open: OpenForm | undefined;
    const done = new Promise<void>((resolve) => {
      stage.handle = async ({ surface }) => {
        open = await surface.openForm?.(form, 'en');
        if (filled) await open?.fill(form, 'en');
        resolve();
      };
    });
    await anna().command('C0OPS', 'tidy');
    await done;
    return open;
  }

  it('are whole at once where nothing has to be looked at', async () => {
    stage.handle = async ({ surface }) => void (await surface.openForm?.({ ...form, isWhole: true }, 'en'));
    await anna().command('C0OPS', 'tidy');
    const view = await shows('Reason');
    expect(view.definition['submit']).toMatchObject({ text: 'Ask' });
  });

  it('are there at once, and can be sent when they are filled', async () => {
    const open = await opened(false);
    expect(textOf(top())).toContain('what it would touch');
    expect(top()?.definition['submit']).toBeUndefined();
    await open?.fill(form, 'en');
    expect(top()?.definition['submit']).toMatchObject({ text: 'Ask' });
  });

  it('say in their place why nothing can be asked', async () => {
    const open = await opened(false);
    await open?.tell(plainReply('Nothing to do.'), 'en');
    expect(textOf(top())).toContain('Nothing to do.');
    expect(top()?.definition['submit']).toBeUndefined();
  });

  it('say it in the channel when they were closed meanwhile', async () => {
    const open = await opened(false);
    const view = top();
    if (view !== undefined) await anna().closeView(view);
    await open?.tell(plainReply('Closed in between.'), 'en');
    const said = await stage.slack.waitFor('the answer', ({ text }) => text === 'Closed in between.');
    expect(said.ephemeralFor).toBe('U0ANNA');
  });

  it('are simpler where Slack refuses their blocks', async () => {
    stage.slack.faults.set('views.open', { kind: 'refuse', error: 'invalid_arguments' }, 1);
    stage.slack.faults.set('views.update', { kind: 'refuse', error: 'invalid_arguments' }, 1);
    expect(await opened(true)).toBeDefined();
    expect(top()?.definition['submit']).toMatchObject({ text: 'Ask' });
  });

  it('are not opened when their time is over, nor tried a second time', async () => {
    const calls = stage.calls('views.open');
    stage.slack.faults.set('views.open', { kind: 'refuse', error: 'expired_trigger_id' });
    expect(await opened(true)).toBeUndefined();
    expect(stage.calls('views.open')).toBe(calls + 1);
  });

  it('are not opened by a Slack that does not answer, within three seconds', async () => {
    const calls = stage.calls('views.open');
    stage.slack.faults.set('views.open', { kind: 'hang' });
    const opening = opened(true);
    await stage.slack.until('the call', () => stage.calls('views.open') > calls);
    // Both wait in this process, and whoever began first is through first, on a busy machine too.
    const late = new Promise((resolve) => setTimeout(resolve, 3_000, 'later'));
    expect(await Promise.race([opening, late])).toBeUndefined();
  });

  it('tell beside the field what can not be taken, and hand nothing on', async () => {
    await opened(true);
    const before = stage.taken.length;
    stage.checkForm = () => new Map([['reason', 'That says nothing.']]);
    const view = await shows('Ask');
    await anna().submit(view, { reason: 'x', cause: 'Yes' });
    expect(view.errors).toEqual({ 'field:reason': 'That says nothing.' });
    expect(stage.taken).toHaveLength(before);
  });

  it('are handed on with what was filled in and what they carried, and answered in their place', async () => {
    await opened(true);
    const heard = new Promise<void>((resolve) => {
      stage.handle = async ({ surface }) => {
        await surface.answer(plainReply('Asked as #12.'), 'en');
        resolve();
      };
    });
    await anna().submit(await shows('Ask'), { reason: 'the cause is gone', cause: 'Yes' });
    const invocation = await taken();
    expect(invocation).toMatchObject({
      ...{ user: { teamId: 'T0FAP', userId: 'U0ANNA' }, text: 'tidy queue=reports', channel: 'C0OPS' },
      ...{ threadTs: '7.7', submission: { carried: form.carries } },
    });
    expect(invocation.submission?.values).toEqual(
      new Map<string, string | true>([
        ['reason', 'the cause is gone'],
        ['cause', true],
      ]),
    );
    expect(invocation.surface.openForm).toBeUndefined();
    await heard;
    expect(textOf(top())).toContain('Asked as #12.');
  });

  it('go on when the check of their fields falls over', async () => {
    await opened(true);
    stage.handle = async () => undefined;
    stage.checkForm = () => {
      throw new Error('a bug');
    };
    const before = stage.taken.length;
    await anna().submit(await shows('Ask'), { reason: 'x', cause: 'Yes' });
    await stage.slack.until('what was sent', () => stage.taken.length > before);
  });

  it('can not be opened by a mention', async () => {
    stage.handle = async () => undefined;
    await anna().mention('C0OPS', 'tidy');
    const mention = await stage.slack.until('the mention', () =>
      stage.taken.findLast(({ source }) => source === 'mention'),
    );
    expect(mention.surface.openForm).toBeUndefined();
  });

  it("are opened by a button of words; a request's button hands on its id alone", async () => {
    const card: Reply = {
      ...plainReply('card'),
      parts: [
        {
          kind: 'buttons',
          buttons: [
            { label: 'Retry all…', press: { kind: 'words', verb: 'retry-all', words: 'retry all' } },
            { label: 'Approve', press: { kind: 'request', verb: 'approve', requestId } },
            { label: 'Next', press: { kind: 'request', verb: 'show-jobs', requestId, argument: '25.25' } },
          ],
        },
      ],
    };
    stage.handle = async ({ surface }) => void (await surface.post(card, 'en'));
    await anna().command('C0OPS', `card ${wire}`);
    const posted = await stage.slack.waitFor('the card', ({ text }) => text === 'card');
    stage.handle = async () => undefined;
    const press = async (button: string): Promise<Invocation | undefined> => {
      const before = stage.taken.length;
      await anna().click(posted, button);
      return stage.slack.until('the press', () => stage.taken[before]);
    };
    expect((await press('Retry all…'))?.surface.openForm).toBeDefined();
    expect(await press('Approve')).toMatchObject({
      ...{ text: '', messageTs: posted.ts, press: { verb: 'approve', requestId, argument: '' } },
    });
    expect(await press('Next')).toMatchObject({
      press: { verb: 'show-jobs', requestId, argument: '25.25' },
    });
  });
});
