import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSlack, type SimulatedSlack } from '../../../demo/slack/server.ts';
import { plain } from './samples.ts';

let slack: SimulatedSlack;
beforeAll(async () => {
  slack = await createSlack();
});
afterAll(() => slack.close());

/** What stands beside a field after somebody typed this and sent the form; the app hears nothing of it. */
async function errorOf(
  element: Readonly<Record<string, unknown>>,
  typed: string,
): Promise<string | undefined> {
  const blocks = [
    { type: 'input', block_id: 'field', label: plain('Field'), element: { action_id: 'field', ...element } },
    { type: 'input', block_id: 'empty', label: plain('Empty'), element: { type: 'plain_text_input' } },
  ];
  const view = slack.views.open('U0ANNA', { type: 'modal', title: plain('T'), submit: plain('S'), blocks });
  await slack.as('U0ANNA').submit(view, { field: typed });
  return view.errors['field'];
}

describe('what Slack’s client finds wrong before anything is sent', () => {
  const whole = { type: 'number_input', is_decimal_allowed: false };
  it.each([
    [{ type: 'plain_text_input', min_length: 3 }, 'ab', 'Please enter at least 3 characters.'],
    [{ type: 'plain_text_input', max_length: 3 }, 'abcd', 'Please enter at most 3 characters.'],
    [{ type: 'plain_text_input' }, '', 'Please complete this required field.'],
    [{ type: 'email_text_input' }, 'anna', 'Please enter a valid email address.'],
    [{ type: 'email_text_input' }, 'anna@fap.example', undefined],
    [{ type: 'url_text_input' }, 'the review', 'Please enter a valid URL.'],
    [{ type: 'url_text_input' }, 'javascript:alert(1)', 'Please enter a valid URL.'],
    [{ type: 'url_text_input' }, 'https://git.example/review/1', undefined],
    [whole, 'ten', 'Please enter a number.'],
    [whole, '1.5', 'Please enter a whole number.'],
    [{ ...whole, is_decimal_allowed: true }, '1.5', undefined],
    [{ ...whole, min_value: '2' }, '1', 'Please enter 2 or more.'],
    [{ ...whole, max_value: '2' }, '3', 'Please enter 2 or less.'],
    [{ ...whole, min_value: '2', max_value: '3' }, '3', undefined],
  ])('%j with "%s"', async (element, typed, error) => {
    expect(await errorOf(element, typed)).toBe(error);
  });
});
