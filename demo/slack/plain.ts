import { isJson, type Json, list, objects } from './json.ts';
import { decodeMrkdwn } from './plain/mrkdwn.ts';
import { richText } from './plain/rich-text.ts';
import { tableText } from './plain/table.ts';
import type { Message } from './timeline.ts';

/** A message as text for a terminal and for the output of failing tests. */
export function renderPlain(message: Pick<Message, 'text' | 'blocks'>): string {
  const lines = message.blocks.map(blockText).filter((line) => line !== '');
  return lines.length === 0 ? decodeMrkdwn(message.text) : lines.join('\n');
}

function blockText(block: unknown): string {
  if (!isJson(block)) return '';
  switch (block['type']) {
    case 'header':
    case 'section':
      return sectionText(block);
    case 'context':
      return list(block['elements'])
        .map((element) => `  ${textOf(element)}`)
        .join('\n');
    case 'actions':
    case 'context_actions':
      return list(block['elements']).map(elementText).join(' ');
    case 'divider':
      return '───';
    case 'table':
    case 'data_table':
      return [String(block['caption'] ?? ''), tableText(list(block['rows']).map(list))]
        .filter((part) => part !== '')
        .join('\n');
    case 'rich_text':
      return richText(block);
    case 'image':
      return `[image: ${String(block['alt_text'] ?? '')}]`;
    case 'input':
      return [`${textOf(block['label'])}: ${elementText(block['element'])}`, textOf(block['hint'])]
        .filter((part) => part !== '')
        .join('\n  ');
    case 'markdown':
      return String(block['text'] ?? '');
    case 'alert':
      return textOf(block['text']);
    case 'card':
      return cardText(block);
    case 'carousel':
      return objects(block['elements']).map(cardText).join('\n');
    case 'container':
      return [textOf(block['title']), ...list(block['child_blocks']).map(blockText)]
        .filter((part) => part !== '')
        .join('\n');
    case 'plan':
      return [String(block['title']), ...objects(block['tasks']).map(taskText)].join('\n');
    case 'task_card':
      return taskText(block);
    case 'data_visualization':
      return `[chart: ${String(block['title'] ?? '')}]`;
    default:
      return '';
  }
}

function sectionText(block: Json): string {
  const fields = list(block['fields']).map(textOf);
  const accessory = isJson(block['accessory']) ? ` ${elementText(block['accessory'])}` : '';
  return [textOf(block['text']), ...fields].filter((part) => part !== '').join('\n') + accessory;
}

const cardText = (card: Json): string =>
  [
    ...[card['title'], card['subtitle'], card['body']].map(textOf),
    list(card['actions']).map(elementText).join(' '),
  ]
    .filter((part) => part !== '')
    .join('\n');

const taskText = (task: Json): string => `- ${String(task['title'])} (${String(task['status'])})`;

function elementText(element: unknown): string {
  if (!isJson(element)) return '';
  const label = textOf(element['text']) || textOf(element['placeholder']);
  switch (element['type']) {
    case 'button':
    case 'workflow_button':
      return `[${label}]`;
    case 'image':
      return `[image: ${String(element['alt_text'] ?? '')}]`;
    case 'overflow':
      return `[⋯ ${optionTexts(element).join(' | ')}]`;
    case 'checkboxes':
    case 'radio_buttons':
      return optionTexts(element)
        .map((option) => `[ ] ${option}`)
        .join(' ');
    case 'plain_text_input':
    case 'number_input':
    case 'url_text_input':
      return `[${String(element['initial_value'] ?? '') || label || '…'}]`;
    default:
      return `[${label} ▾]`;
  }
}

const optionTexts = (element: Json): readonly string[] =>
  objects(element['options']).map((option) => textOf(option['text']));

const textOf = (value: unknown): string => {
  if (!isJson(value)) return '';
  if (value['type'] === 'image') return `[image: ${String(value['alt_text'] ?? '')}]`;
  return decodeMrkdwn(String(value['text'] ?? ''));
};
