import type { Surface } from './element.ts';

const everywhere = [
  'actions',
  'context',
  'divider',
  'header',
  'image',
  'input',
  'rich_text',
  'section',
  'video',
];

/** Which blocks each surface takes: https://docs.slack.dev/reference/block-kit/blocks */
export const typesOn: Readonly<Record<Surface, ReadonlySet<string>>> = {
  message: new Set([
    ...everywhere,
    'card',
    'carousel',
    'container',
    'context_actions',
    'data_table',
    'data_visualization',
    'file',
    'markdown',
    'plan',
    'table',
    'task_card',
  ]),
  modal: new Set([...everywhere, 'alert', 'card']),
  home: new Set([...everywhere, 'card', 'carousel']),
};

export const mostBlocks: Readonly<Record<Surface, number>> = { message: 50, modal: 100, home: 100 };

/** Blocks of which a message takes only so many. */
export const mostOf: Readonly<Record<string, number>> = { table: 1, data_visualization: 2 };
