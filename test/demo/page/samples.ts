/** One of each block that Slack documents, with all of its parts; shared by the drawn and the clicked tests. */
import type { Json } from '../../../demo/slack/page/src/api/types.ts';

export const plain = (text: string): Json => ({ type: 'plain_text', text });
export const mrkdwn = (text: string): Json => ({ type: 'mrkdwn', text });
const option = (text: string, more: Json = {}): Json => ({ text: plain(text), value: text, ...more });
const richText = (text: string): Json => ({
  type: 'rich_text',
  elements: [{ type: 'rich_text_section', elements: [{ type: 'text', text }] }],
});
const picture = { image_url: 'https://pictures.example/a.png', alt_text: 'a curve' };
export const button = (text: string, more: Json = {}): Json => ({
  ...{ type: 'button', action_id: text, text: plain(text), value: 'v' },
  ...more,
});

export interface Sample {
  readonly block: Json;
  /** What a person reads of it. */
  readonly reads: readonly string[];
}

/** By type, for messages. */
export const messageSamples: Readonly<Record<string, Sample>> = {
  header: { block: { type: 'header', text: plain('Four queues') }, reads: ['Four queues'] },
  divider: { block: { type: 'divider' }, reads: [] },
  section: {
    block: {
      ...{ type: 'section', text: mrkdwn('*Reports* hang'), accessory: button('Diagnose') },
      fields: [mrkdwn('*Pending*\n12'), plain('Failed 6')],
    },
    reads: ['Reports', 'hang', 'Pending', '12', 'Failed 6', 'Diagnose'],
  },
  context: {
    block: { type: 'context', elements: [mrkdwn('as of _now_'), { type: 'image', ...picture }] },
    reads: ['as of', 'now', 'a curve'],
  },
  actions: {
    block: {
      type: 'actions',
      elements: [
        button('Retry', { style: 'primary' }),
        button('Forget', { style: 'danger', confirm: { title: plain('Sure?'), text: plain('It goes.') } }),
        { type: 'overflow', action_id: 'overflow', options: [option('Show jobs')] },
        {
          type: 'static_select',
          action_id: 'queue',
          placeholder: plain('Queue'),
          options: [option('reports')],
        },
        { type: 'users_select', action_id: 'user', placeholder: plain('Who') },
        { type: 'datepicker', action_id: 'day' },
        {
          type: 'checkboxes',
          action_id: 'checks',
          options: [option('Fixed', { description: plain('for good') })],
        },
        { type: 'radio_buttons', action_id: 'radios', options: [option('One'), option('Two')] },
      ],
    },
    reads: ['Retry', 'Forget', 'Queue', 'Who', 'Fixed', 'for good', 'One', 'Two'],
  },
  context_actions: {
    block: {
      type: 'context_actions',
      elements: [
        {
          ...{ type: 'feedback_buttons', action_id: 'feedback' },
          positive_button: { text: plain('Good'), value: 'good' },
          negative_button: { text: plain('Bad'), value: 'bad' },
        },
        { type: 'icon_button', action_id: 'trash', icon: 'trash', text: plain('Remove') },
      ],
    },
    reads: ['Good', 'Bad', 'Remove'],
  },
  image: { block: { type: 'image', title: plain('Failures'), ...picture }, reads: ['Failures', 'a curve'] },
  input: {
    block: {
      ...{ type: 'input', label: plain('Reason'), hint: plain('One line.') },
      element: { type: 'plain_text_input', action_id: 'reason' },
    },
    reads: ['Reason', 'One line.'],
  },
  markdown: {
    block: {
      type: 'markdown',
      text: '# Title\n\n**bold** and [link](https://a.example)\n\n- one\n- two\n\n| a | b |\n|---|--:|\n| 1 | 2 |\n\n<script>alert(1)</script>',
    },
    reads: ['Title', 'bold', 'link', 'one', 'two', 'a', 'b', '1', '2', '<script>alert(1)</script>'],
  },
  table: {
    block: {
      type: 'table',
      column_settings: [{ align: 'left', is_wrapped: true }, { align: 'right' }],
      rows: [
        [
          { type: 'raw_text', text: 'Queue' },
          { type: 'raw_text', text: 'Pending' },
        ],
        [richText('reports'), { type: 'raw_number', value: 1200 }],
        [
          { type: 'raw_text', text: '<b>refunds</b>' },
          { type: 'raw_number', value: 3, text: 'three' },
        ],
      ],
    },
    reads: ['Queue', 'Pending', 'reports', '1,200', '<b>refunds</b>', 'three'],
  },
  data_table: {
    block: {
      ...{ type: 'data_table', caption: 'All failures', page_size: 2 },
      rows: [
        [
          { type: 'raw_text', text: 'Job' },
          { type: 'raw_text', text: 'Tries' },
        ],
        ...[3, 1, 2].map((tries) => [
          { type: 'raw_text', text: `job ${tries}` },
          { type: 'raw_number', value: tries },
        ]),
      ],
    },
    reads: ['All failures', 'Job', 'Tries', 'job 3', 'job 1', '1 of 2'],
  },
  rich_text: {
    block: {
      type: 'rich_text',
      elements: [
        {
          type: 'rich_text_section',
          elements: [
            { type: 'text', text: 'bold', style: { bold: true, italic: true, strike: true, code: true } },
            { type: 'link', url: 'https://a.example', text: 'a link' },
            { type: 'user', user_id: 'U0BO' },
            { type: 'usergroup', usergroup_id: 'S0ONCALL' },
            { type: 'channel', channel_id: 'C0OPS' },
            { type: 'broadcast', range: 'here' },
            { type: 'emoji', name: 'tada' },
            { type: 'color', value: '#ff0000' },
            { type: 'date', timestamp: 0, format: '{date_num}', fallback: 'then' },
            { type: 'team', team_id: 'T0FAP' },
          ],
        },
        {
          ...{ type: 'rich_text_list', style: 'ordered', indent: 1, offset: 2 },
          elements: [richText('item').elements].flat(),
        },
        { type: 'rich_text_quote', elements: [{ type: 'text', text: 'a quotation' }] },
        { type: 'rich_text_preformatted', elements: [{ type: 'text', text: '*as it is*' }] },
      ],
    },
    reads: [
      ...['bold', 'a link', '@Bo', '@oncall', '#ops', '@here', '🎉', '#ff0000', '1970-01-01', '@T0FAP'],
      ...['c.', 'item', 'a quotation', '*as it is*'],
    ],
  },
  card: {
    block: {
      ...{ type: 'card', title: mrkdwn('*Card*'), subtitle: mrkdwn('below'), body: mrkdwn('inside') },
      ...{
        icon: { type: 'image', ...picture },
        hero_image: { type: 'image', ...picture },
        actions: [button('Open')],
      },
    },
    reads: ['Card', 'below', 'inside', 'Open'],
  },
  carousel: {
    block: {
      type: 'carousel',
      elements: ['First', 'Second'].map((title) => ({ type: 'card', title: mrkdwn(title) })),
    },
    reads: ['First', 'Second'],
  },
  container: {
    block: {
      ...{ type: 'container', title: plain('Holder'), subtitle: plain('of others'), is_collapsible: true },
      child_blocks: [{ type: 'section', text: plain('a child') }],
    },
    reads: ['Holder', 'of others', 'a child'],
  },
  plan: {
    block: {
      ...{ type: 'plan', title: 'Retry them all' },
      tasks: [
        {
          type: 'task_card',
          task_id: '1',
          title: 'Archive',
          status: 'complete',
          output: richText('12 rows'),
        },
        { type: 'task_card', task_id: '2', title: 'Push', status: 'in_progress' },
      ],
    },
    reads: ['Retry them all', 'Archive', '12 rows', 'Push', 'Complete', 'In progress'],
  },
  task_card: {
    block: {
      ...{ type: 'task_card', task_id: '1', title: 'Look', status: 'error', details: richText('it broke') },
      sources: [{ type: 'url', url: 'https://a.example', text: 'the log' }],
    },
    reads: ['Look', 'it broke', 'the log', 'Error'],
  },
  data_visualization: {
    block: {
      ...{ type: 'data_visualization', title: 'Failures' },
      chart: {
        type: 'line',
        series: [
          {
            name: 'reports',
            data: [
              { label: 'Mon', value: 3 },
              { label: 'Tue', value: 5 },
            ],
          },
        ],
      },
    },
    reads: ['Failures', 'reports', 'Mon', 'Tue', 'Mon: 3'],
  },
  file: { block: { type: 'file', external_id: 'ABC', source: 'remote' }, reads: ['ABC'] },
  video: {
    block: {
      ...{ type: 'video', title: plain('How to'), alt_text: 'a film' },
      ...{ video_url: 'https://a.example/v', thumbnail_url: 'https://a.example/t' },
    },
    reads: ['How to', 'a film'],
  },
};

/** Every element that an input block takes. */
export const inputElements: Readonly<Record<string, Json>> = {
  plain_text_input: { type: 'plain_text_input', action_id: 'a', placeholder: plain('Words') },
  email_text_input: { type: 'email_text_input', action_id: 'a' },
  url_text_input: { type: 'url_text_input', action_id: 'a' },
  number_input: { type: 'number_input', action_id: 'a', is_decimal_allowed: false },
  rich_text_input: { type: 'rich_text_input', action_id: 'a' },
  checkboxes: { type: 'checkboxes', action_id: 'a', options: [option('One'), option('Two')] },
  radio_buttons: { type: 'radio_buttons', action_id: 'a', options: [option('One'), option('Two')] },
  datepicker: { type: 'datepicker', action_id: 'a' },
  timepicker: { type: 'timepicker', action_id: 'a' },
  datetimepicker: { type: 'datetimepicker', action_id: 'a' },
  static_select: { type: 'static_select', action_id: 'a', options: [option('One'), option('Two')] },
  multi_static_select: {
    ...{ type: 'multi_static_select', action_id: 'a' },
    option_groups: [{ label: plain('Numbers'), options: [option('One'), option('Two')] }],
  },
  users_select: { type: 'users_select', action_id: 'a' },
  multi_users_select: { type: 'multi_users_select', action_id: 'a' },
  conversations_select: { type: 'conversations_select', action_id: 'a' },
  multi_conversations_select: { type: 'multi_conversations_select', action_id: 'a' },
  channels_select: { type: 'channels_select', action_id: 'a' },
  multi_channels_select: { type: 'multi_channels_select', action_id: 'a' },
  external_select: { type: 'external_select', action_id: 'a', initial_option: option('One') },
  multi_external_select: { type: 'multi_external_select', action_id: 'a' },
  file_input: { type: 'file_input', action_id: 'a' },
};
