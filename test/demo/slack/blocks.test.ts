import { describe, expect, it } from 'vitest';
import { findViewFault } from '../../../demo/slack/blocks/view.ts';
import { findBlockFault } from '../../../demo/slack/blocks.ts';

const plain = (length: number): object => ({ type: 'plain_text', text: 'x'.repeat(length) });
const mrkdwn = (length: number): object => ({ type: 'mrkdwn', text: 'x'.repeat(length) });
const times = <T>(n: number, make: (index: number) => T): readonly T[] =>
  Array.from({ length: n }, (_, index) => make(index));
const button = (more: object = {}): object => ({ type: 'button', action_id: 'a', text: plain(5), ...more });
const actions = (elements: readonly object[]): readonly object[] => [{ type: 'actions', elements }];
const cell = (length = 1): object => ({ type: 'raw_text', text: 'x'.repeat(length) });
const option = (length: number): object => ({ text: plain(length), value: 'v' });

/** What Slack takes at the limit and refuses one past it. */
const limits: readonly (readonly [string, (n: number) => readonly object[], number])[] = [
  ['blocks of a message', (n) => times(n, () => ({ type: 'divider' })), 50],
  ['characters of a section', (n) => [{ type: 'section', text: mrkdwn(n) }], 3000],
  ['fields of a section', (n) => [{ type: 'section', fields: times(n, () => mrkdwn(3)) }], 10],
  ['characters of a field', (n) => [{ type: 'section', fields: [mrkdwn(n)] }], 2000],
  ['characters of a header', (n) => [{ type: 'header', text: plain(n) }], 150],
  ['elements of a context', (n) => [{ type: 'context', elements: times(n, () => mrkdwn(3)) }], 10],
  ['elements of actions', (n) => actions(times(n, (index) => button({ action_id: `a${index}` }))), 25],
  ['characters on a button', (n) => actions([button({ text: plain(n) })]), 75],
  ['characters of a value', (n) => actions([button({ value: 'x'.repeat(n) })]), 2000],
  ['characters of an action_id', (n) => actions([button({ action_id: 'x'.repeat(n) })]), 255],
  [
    'characters of a confirm title',
    (n) => actions([button({ confirm: { title: plain(n), text: plain(3) } })]),
    100,
  ],
  [
    'characters of a confirm text',
    (n) => actions([button({ confirm: { title: plain(3), text: plain(n) } })]),
    300,
  ],
  [
    'options of a select',
    (n) => actions([{ type: 'static_select', action_id: 'a', options: times(n, () => option(3)) }]),
    100,
  ],
  [
    'options of an overflow',
    (n) => actions([{ type: 'overflow', action_id: 'a', options: times(n, () => option(3)) }]),
    5,
  ],
  [
    'checkboxes',
    (n) => actions([{ type: 'checkboxes', action_id: 'a', options: times(n, () => option(3)) }]),
    10,
  ],
  ['rows of a table', (n) => [{ type: 'table', rows: times(n, () => [cell()]) }], 100],
  ['columns of a table', (n) => [{ type: 'table', rows: [times(n, () => cell())] }], 20],
  ['characters of a table', (n) => [{ type: 'table', rows: [[cell(n)]] }], 10_000],
];

describe('blocks', () => {
  it.each(limits)('are taken at the limit of %s and refused one past it', (_, make, limit) => {
    expect(findBlockFault(make(limit), 'message')).toBeUndefined();
    expect(findBlockFault(make(limit + 1), 'message')).toMatchObject({ error: 'invalid_blocks' });
  });

  it.each<[string, readonly object[]]>([
    ['of an unknown type', [{ type: 'poem' }]],
    ['that belong elsewhere', [{ type: 'alert', text: plain(3) }]],
    ['with empty text', [{ type: 'section', text: mrkdwn(0) }]],
    ['with the same action_id twice in one block', actions([button(), button()])],
    ['with two tables', times(2, () => ({ type: 'table', rows: [[cell()]] }))],
    ['with mrkdwn in a header', [{ type: 'header', text: mrkdwn(3) }]],
  ])('are refused %s', (_, blocks) => {
    expect(findBlockFault(blocks, 'message')).toMatchObject({ error: 'invalid_blocks' });
  });

  it('are refused when they weigh too much in all, though each is legal', () => {
    const blocks = times(5, () => ({ type: 'section', text: mrkdwn(2_900) }));
    expect(findBlockFault(blocks, 'message')).toMatchObject({ error: 'msg_blocks_too_long' });
  });
});

describe('a modal', () => {
  const modal = (more: object): Readonly<Record<string, unknown>> => ({
    type: 'modal',
    title: plain(3),
    blocks: [{ type: 'divider' }],
    ...more,
  });

  it.each<[string, (n: number) => object, number]>([
    ['title', (n) => ({ title: plain(n) }), 24],
    ['submit', (n) => ({ submit: plain(n) }), 24],
    ['private_metadata', (n) => ({ private_metadata: 'x'.repeat(n) }), 3000],
    ['blocks', (n) => ({ blocks: times(n, () => ({ type: 'divider' })) }), 100],
  ])('is taken at the limit of its %s and refused one past it', (_, make, limit) => {
    expect(findViewFault(modal(make(limit)), 'modal', () => true)).toBeUndefined();
    expect(findViewFault(modal(make(limit + 1)), 'modal', () => true)).toBeDefined();
  });

  it('with inputs needs a submit button', () => {
    const blocks = [
      { type: 'input', label: plain(3), element: { type: 'plain_text_input', action_id: 'a' } },
    ];
    expect(findViewFault(modal({ blocks }), 'modal', () => true)).toBeDefined();
    expect(findViewFault(modal({ blocks, submit: plain(3) }), 'modal', () => true)).toBeUndefined();
  });
});
