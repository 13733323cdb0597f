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

const confirm = (more: object): object => ({ title: plain(3), text: plain(3), ...more });
const select = (more: object): readonly object[] =>
  actions([{ type: 'static_select', action_id: 'a', ...more }]);
const input = (length: number): object => ({
  ...{ type: 'input', label: plain(length) },
  element: { type: 'plain_text_input', action_id: 'a' },
});
const dataTable = (more: object): object => ({
  type: 'data_table',
  caption: 'x',
  rows: [[cell()], [cell()]],
  ...more,
});
const chart = (series: object): object => ({
  ...{ type: 'data_visualization', title: 'x' },
  chart: { type: 'line', series: [{ name: 'x', ...series }] },
});

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
  [
    'characters on a confirm button',
    (n) => actions([button({ confirm: confirm({ confirm: plain(n) }) })]),
    30,
  ],
  ['characters of a block_id', (n) => [{ type: 'divider', block_id: 'x'.repeat(n) }], 255],
  ['characters of a button’s url', (n) => actions([button({ url: 'x'.repeat(n) })]), 3000],
  ['characters of an option', (n) => select({ options: [option(n)] }), 75],
  [
    'characters of an option’s value',
    (n) => select({ options: [{ text: plain(3), value: 'x'.repeat(n) }] }),
    150,
  ],
  [
    'groups of a select',
    (n) => select({ option_groups: times(n, () => ({ label: plain(3), options: [option(3)] })) }),
    100,
  ],
  ['characters of a placeholder', (n) => select({ options: [option(3)], placeholder: plain(n) }), 150],
  [
    'radio buttons',
    (n) => actions([{ type: 'radio_buttons', action_id: 'a', options: times(n, () => option(3)) }]),
    10,
  ],
  ['characters of an input’s label', (n) => [input(n)], 2000],
  ['characters of an input’s hint', (n) => [{ ...input(3), hint: plain(n) }], 2000],
  ['max_length', (n) => [{ ...input(3), element: { type: 'plain_text_input', max_length: n } }], 3000],
  ['characters of an alt_text', (n) => [{ type: 'image', image_url: 'x', alt_text: 'x'.repeat(n) }], 2000],
  ['characters of an image’s url', (n) => [{ type: 'image', image_url: 'x'.repeat(n), alt_text: '' }], 3000],
  ['characters of markdown', (n) => [{ type: 'markdown', text: 'x'.repeat(n) }], 12_000],
  ['rows of a data table', (n) => [dataTable({ rows: times(n, () => [cell()]) })], 101],
  ['page_size of a data table', (n) => [dataTable({ page_size: n })], 100],
  ['points of a chart', (n) => [chart({ data: times(n, () => ({ label: 'x', value: 1 })) })], 20],
  ['characters of a point’s label', (n) => [chart({ data: [{ label: 'x'.repeat(n), value: 1 }] })], 20],
  ['characters of a card’s title', (n) => [{ type: 'card', title: plain(n) }], 150],
  ['characters of a card’s body', (n) => [{ type: 'card', body: mrkdwn(n) }], 200],
  [
    'cards of a carousel',
    (n) => [{ type: 'carousel', elements: times(n, () => ({ type: 'card', title: plain(3) })) }],
    10,
  ],
  [
    'blocks of a container',
    (n) => [{ type: 'container', child_blocks: times(n, () => ({ type: 'divider' })) }],
    10,
  ],
  ['rows of a table', (n) => [{ type: 'table', rows: times(n, () => [cell()]) }], 100],
  ['columns of a table', (n) => [{ type: 'table', rows: [times(n, () => cell())] }], 20],
  ['characters of a table', (n) => [{ type: 'table', rows: [[cell(n)]] }], 10_000],
];

/** One of each that Slack takes. */
const good: Readonly<Record<string, object>> = {
  header: { type: 'header', text: plain(3) },
  section: { type: 'section', text: mrkdwn(3), accessory: button() },
  context: { type: 'context', elements: [mrkdwn(3), { type: 'image', image_url: 'x', alt_text: 'x' }] },
  divider: { type: 'divider' },
  actions: { type: 'actions', elements: [button()] },
  image: { type: 'image', image_url: 'x', alt_text: 'x' },
  input: input(3),
  rich_text: {
    type: 'rich_text',
    elements: [{ type: 'rich_text_section', elements: [{ type: 'text', text: 'x' }] }],
  },
  table: { type: 'table', rows: [[cell(), { type: 'raw_number', value: 1, text: '1' }]] },
  data_table: dataTable({}),
  data_visualization: chart({ data: [{ label: 'x', value: 1 }] }),
  markdown: { type: 'markdown', text: 'x' },
  container: { type: 'container', child_blocks: [{ type: 'divider' }] },
  plan: {
    type: 'plan',
    title: 'x',
    tasks: [{ type: 'task_card', task_id: 't', title: 'x', status: 'complete' }],
  },
  task_card: { type: 'task_card', task_id: 't', title: 'x', status: 'pending' },
};

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
    ['with an unknown element', actions([{ type: 'lever', action_id: 'a' }])],
    ['with an input among actions', actions([{ type: 'plain_text_input', action_id: 'a' }])],
    ['with an additional property of a text', [{ type: 'section', text: { ...mrkdwn(3), colour: 'red' } }]],
    ['with a section of nothing', [{ type: 'section' }]],
    ['with an image of no address', [{ type: 'image', alt_text: 'x' }]],
    ['with an image without words', [{ type: 'image', image_url: 'x' }]],
    ['with options and option groups', select({ options: [option(3)], option_groups: [] })],
    ['with neither options nor groups', select({})],
    [
      'that begin with no choice of theirs',
      select({ options: [option(3)], initial_option: { text: plain(3), value: 'w' } }),
    ],
    ['with a style of their own', actions([button({ style: 'loud' })])],
    ['with the same block_id twice', times(2, () => ({ type: 'divider', block_id: 'b' }))],
    ['with a button in a table', [{ type: 'table', rows: [[button()]] }]],
    ['with an empty cell', [{ type: 'table', rows: [[cell(0)]] }]],
    ['with a data table without caption', [dataTable({ caption: undefined })]],
    ['with a data table of uneven rows', [dataTable({ rows: [[cell(), cell()], [cell()]] })]],
    [
      'with a data table whose header is rich text',
      [dataTable({ rows: [[{ type: 'rich_text', elements: [] }], [cell()]] })],
    ],
    [
      'with a container in a container',
      [{ type: 'container', child_blocks: [{ type: 'container', child_blocks: [] }] }],
    ],
    ['with a task in a state of its own', [{ type: 'task_card', task_id: 't', title: 'x', status: 'lost' }]],
    [
      'with an unknown part of rich text',
      [{ type: 'rich_text', elements: [{ type: 'rich_text_poem', elements: [] }] }],
    ],
    ['with a file input', [{ ...input(3), element: { type: 'file_input', action_id: 'a' } }]],
  ])('are refused %s', (_, blocks) => {
    expect(findBlockFault(blocks, 'message')).toMatchObject({ error: 'invalid_blocks' });
  });

  it('have their surfaces', () => {
    const on = (blocks: readonly object[]) =>
      (['message', 'modal', 'home'] as const).filter(
        (surface) => findBlockFault(blocks, surface) === undefined,
      );
    for (const type of ['header', 'section', 'context', 'divider', 'actions', 'image', 'input', 'rich_text'])
      expect([type, on([good[type] ?? {}])]).toEqual([type, ['message', 'modal', 'home']]);
    for (const type of [
      'table',
      'data_table',
      'data_visualization',
      'markdown',
      'container',
      'plan',
      'task_card',
    ])
      expect([type, on([good[type] ?? {}])]).toEqual([type, ['message']]);
    expect(on([{ type: 'alert', text: plain(3) }])).toEqual(['modal']);
    expect(on([{ type: 'carousel', elements: [{ type: 'card', title: plain(3) }] }])).toEqual([
      'message',
      'home',
    ]);
    expect(on(times(51, () => ({ type: 'divider' })))).toEqual(['modal', 'home']);
    expect(on(times(101, () => ({ type: 'divider' })))).toEqual([]);
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
    ['close', (n) => ({ close: plain(n) }), 24],
    ['callback_id', (n) => ({ callback_id: 'x'.repeat(n) }), 255],
    ['external_id', (n) => ({ external_id: 'x'.repeat(n) }), 255],
    ['private_metadata', (n) => ({ private_metadata: 'x'.repeat(n) }), 3000],
    ['blocks', (n) => ({ blocks: times(n, () => ({ type: 'divider' })) }), 100],
  ])('is taken at the limit of its %s and refused one past it', (_, make, limit) => {
    expect(findViewFault(modal(make(limit)), 'modal', () => true)).toBeUndefined();
    expect(findViewFault(modal(make(limit + 1)), 'modal', () => true)).toBeDefined();
  });

  it('of more than 250 kB is too large, though each block is legal', () => {
    const blocks = times(99, () => ({ type: 'section', text: mrkdwn(2_900) }));
    expect(findViewFault(modal({ blocks }), 'modal', () => true)).toMatchObject({ error: 'view_too_large' });
  });

  it('with inputs needs a submit button', () => {
    const blocks = [
      { type: 'input', label: plain(3), element: { type: 'plain_text_input', action_id: 'a' } },
    ];
    expect(findViewFault(modal({ blocks }), 'modal', () => true)).toBeDefined();
    expect(findViewFault(modal({ blocks, submit: plain(3) }), 'modal', () => true)).toBeUndefined();
  });
});
