import { describe, expect, it } from 'vitest';
import { findViewFault } from '../../../demo/slack/blocks/view.ts';
import type { Field, Form } from '../../../src/core/form.ts';
import type { ReplyPart } from '../../../src/core/reply.ts';
import { readCarried } from '../../../src/slack/renderer/carried.ts';
import { renderForm, renderFreezing, renderLoading, renderTold } from '../../../src/slack/renderer/modal.ts';

const fields: readonly Field[] = [
  { kind: 'text', name: 'reason', label: 'Reason', hint: 'Why', longest: 9_999, initial: 'since' },
  { kind: 'link', name: 'review', label: 'Review' },
  { kind: 'tick', name: 'cause', label: 'The root cause is fixed.' },
  { kind: 'number', name: 'first', label: 'Canary', least: 1, most: 1_000, initial: 5 },
];
const form: Form = {
  ...{ title: 'Retry failed jobs', submit: 'Ask', close: 'Not now', fields },
  parts: [{ kind: 'text', text: '3 jobs' }],
  carries: { words: 'retry all queue="a b"', channel: 'C0OPS', threadTs: '7.7', highest: 12 },
};
const faultOf = (view: object) => findViewFault(view, 'modal', () => true);

describe('a form as a modal', () => {
  it('is one that Slack takes, with an input for each field', () => {
    const view = renderForm(form, 'en');
    expect(faultOf(view)).toBeUndefined();
    expect(view.blocks.flatMap((block) => (block.type === 'input' ? [block.block_id] : []))).toEqual([
      'field:reason',
      'field:review',
      'field:cause',
      'field:first',
    ]);
  });

  it('brings back the words that it was opened for, and the language', () => {
    expect(readCarried(renderForm(form, 'zh-CN').private_metadata ?? '')).toEqual({
      carried: form.carries,
      locale: 'zh-CN',
    });
    expect(readCarried('{"words":1}')).toBeUndefined();
    expect(readCarried('not ours')).toBeUndefined();
  });

  it('can not be sent while it is still being looked at', () => {
    const view = renderLoading(form, 'en');
    expect(faultOf(view)).toBeUndefined();
    expect(view.submit).toBeUndefined();
    expect(view.blocks.some(({ type }) => type === 'input')).toBe(false);
  });

  it.each<[string, readonly ReplyPart[]]>([
    ['a table, which modals have none of', [{ kind: 'table', columns: [{ label: 'a' }], rows: [['b']] }]],
    [
      'buttons',
      [{ kind: 'buttons', buttons: [{ label: 'x', press: { kind: 'words', verb: 'x', words: 'x' } }] }],
    ],
    [
      'hundreds of lines',
      Array.from({ length: 400 }, () => ({ kind: 'text', text: 'x'.repeat(2_900) }) as const),
    ],
    ['text from outside', [{ kind: 'quote', text: '<!channel> <https://evil|Approve> *x* `y` \u202e' }]],
    ['nothing', []],
  ])('stays within the limits with %s', (_, parts) => {
    for (const view of [
      renderForm({ ...form, parts }, 'en'),
      renderForm({ ...form, parts }, 'en', true),
      renderLoading({ ...form, parts }, 'en'),
      renderTold('Retry', { heading: 'No', mood: 'warning', parts, notes: ['n'] }, 'en'),
    ]) {
      expect(faultOf(view)).toBeUndefined();
    }
  });

  it('cuts titles and buttons that are too long', () => {
    const long = 'x'.repeat(80);
    expect(faultOf(renderForm({ ...form, title: long, submit: long, close: long }, 'en'))).toBeUndefined();
    expect(faultOf(renderFreezing(long, 'zh-CN'))).toBeUndefined();
  });

  it('lets nothing from outside come alive', () => {
    const text = JSON.stringify(renderTold('Retry', { heading: '<!channel>', mood: 'bad', parts: [] }, 'en'));
    expect(text).not.toContain('<!channel>');
  });
});
