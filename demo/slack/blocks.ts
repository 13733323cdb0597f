/** Slack's limits of blocks and elements, after its documentation; each fault is said as Slack says it. */
type Json = Readonly<Record<string, unknown>>;
type Surface = 'message' | 'modal' | 'home';

const mostBlocks: Readonly<Record<Surface, number>> = { message: 50, modal: 100, home: 100 };
const inMessages = [
  ...[
    'actions',
    'context',
    'divider',
    'file',
    'header',
    'image',
    'markdown',
    'rich_text',
    'section',
    'table',
  ],
  ...[
    'video',
    'input',
    'data_table',
    'context_actions',
    'card',
    'carousel',
    'container',
    'plan',
    'task_card',
  ],
];
const types: Readonly<Record<Surface, ReadonlySet<string>>> = {
  message: new Set(inMessages),
  modal: new Set([
    'actions',
    'context',
    'divider',
    'header',
    'image',
    'input',
    'rich_text',
    'section',
    'video',
    'alert',
  ]),
  home: new Set([
    'actions',
    'context',
    'divider',
    'header',
    'image',
    'input',
    'rich_text',
    'section',
    'video',
  ]),
};
const tooLongInAll = 13_200;

export interface BlockFault {
  readonly error: 'invalid_blocks' | 'msg_blocks_too_long' | 'invalid_blocks_format';
  readonly messages: readonly string[];
}

/** Undefined when Slack would take them. */
export function findBlockFault(blocks: unknown, surface: Surface): BlockFault | undefined {
  if (!Array.isArray(blocks))
    return { error: 'invalid_blocks_format', messages: ['must provide an array of blocks'] };
  const messages: string[] = [];
  const say = (pointer: string, text: string): void => {
    messages.push(`[ERROR] ${text} [json-pointer:${pointer}]`);
  };
  if (blocks.length > mostBlocks[surface])
    say('/blocks', `no more than ${mostBlocks[surface]} items allowed`);
  let tables = 0;
  blocks.forEach((block: unknown, index) => {
    const pointer = `/blocks/${index}`;
    if (!isJson(block)) {
      say(pointer, 'must be an object');
      return;
    }
    const type = String(block['type']);
    if (!types[surface].has(type)) {
      say(`${pointer}/type`, `unsupported type: ${type}`);
      return;
    }
    if (text(block['block_id']).length > 255) say(`${pointer}/block_id`, 'must be less than 256 characters');
    if (type === 'table') tables += 1;
    check(block, type, pointer, say);
  });
  if (tables > 1) say('/blocks', 'only one table allowed');
  if (messages.length > 0) return { error: 'invalid_blocks', messages };
  return JSON.stringify(blocks).length > tooLongInAll
    ? { error: 'msg_blocks_too_long', messages: [] }
    : undefined;
}

type Say = (pointer: string, text: string) => void;

function check(block: Json, type: string, at: string, say: Say): void {
  switch (type) {
    case 'section': {
      const fields = block['fields'];
      if (block['text'] === undefined && fields === undefined) say(at, 'text or fields required');
      if (block['text'] !== undefined) textObject(block['text'], 3000, `${at}/text`, say);
      if (Array.isArray(fields)) {
        if (fields.length > 10) say(`${at}/fields`, 'no more than 10 items allowed');
        fields.forEach((field, index) => {
          textObject(field, 2000, `${at}/fields/${index}`, say);
        });
      }
      if (block['accessory'] !== undefined) element(block['accessory'], `${at}/accessory`, say);
      return;
    }
    case 'header':
      textObject(block['text'], 150, `${at}/text`, say, 'plain_text');
      return;
    case 'context': {
      const elements = list(block['elements']);
      if (elements.length === 0 || elements.length > 10) say(`${at}/elements`, 'must have 1 to 10 items');
      elements.forEach((one, index) => {
        if (isJson(one) && one['type'] !== 'image') textObject(one, 3000, `${at}/elements/${index}`, say);
      });
      return;
    }
    case 'actions': {
      const elements = list(block['elements']);
      if (elements.length === 0 || elements.length > 25) say(`${at}/elements`, 'must have 1 to 25 items');
      elements.forEach((one, index) => {
        element(one, `${at}/elements/${index}`, say);
      });
      const ids = elements.flatMap((one) =>
        isJson(one) && one['action_id'] !== undefined ? [one['action_id']] : [],
      );
      if (new Set(ids).size < ids.length) say(`${at}/elements`, 'action_id must be unique within a block');
      return;
    }
    case 'table':
      table(block, at, say);
      return;
    case 'image':
      if (text(block['alt_text']).length > 2000) say(`${at}/alt_text`, 'must be less than 2001 characters');
      if (text(block['image_url']).length > 3000) say(`${at}/image_url`, 'must be less than 3001 characters');
      return;
    case 'input':
      textObject(block['label'], 2000, `${at}/label`, say, 'plain_text');
      element(block['element'], `${at}/element`, say);
      return;
    case 'markdown':
      if (text(block['text']).length > 12_000) say(`${at}/text`, 'must be less than 12001 characters');
      return;
    case 'rich_text':
      if (list(block['elements']).length === 0) say(`${at}/elements`, 'must have at least 1 item');
      return;
    default:
  }
}

function textObject(value: unknown, most: number, at: string, say: Say, only?: string): void {
  if (!isJson(value)) {
    say(at, 'must be a text object');
    return;
  }
  const type = value['type'];
  if (type !== 'mrkdwn' && type !== 'plain_text') say(`${at}/type`, 'must be mrkdwn or plain_text');
  if (only !== undefined && type !== only) say(`${at}/type`, `must be ${only}`);
  const length = text(value['text']).length;
  if (length < 1) say(`${at}/text`, 'must be more than 0 characters');
  if (length > most) say(`${at}/text`, `must be less than ${most + 1} characters`);
}

const elementTypes = new Set([
  ...[
    'button',
    'static_select',
    'multi_static_select',
    'users_select',
    'multi_users_select',
    'conversations_select',
  ],
  ...[
    'channels_select',
    'external_select',
    'overflow',
    'checkboxes',
    'radio_buttons',
    'plain_text_input',
    'datepicker',
  ],
  ...[
    'timepicker',
    'datetimepicker',
    'number_input',
    'url_text_input',
    'email_text_input',
    'rich_text_input',
    'image',
  ],
  'file_input',
]);
const mostOptions: Readonly<Record<string, number>> = { overflow: 5, checkboxes: 10, radio_buttons: 10 };

function element(value: unknown, at: string, say: Say): void {
  if (!isJson(value)) {
    say(at, 'must be an object');
    return;
  }
  const type = String(value['type']);
  if (!elementTypes.has(type)) say(`${at}/type`, `unsupported type: ${type}`);
  if (text(value['action_id']).length > 255) say(`${at}/action_id`, 'must be less than 256 characters');
  if (type === 'button') {
    textObject(value['text'], 75, `${at}/text`, say, 'plain_text');
    if (text(value['value']).length > 2000) say(`${at}/value`, 'must be less than 2001 characters');
    if (text(value['url']).length > 3000) say(`${at}/url`, 'must be less than 3001 characters');
    if (value['style'] !== undefined && value['style'] !== 'primary' && value['style'] !== 'danger')
      say(`${at}/style`, 'must be primary or danger');
  }
  const options = list(value['options']);
  const most = mostOptions[type] ?? 100;
  if (options.length > most) say(`${at}/options`, `no more than ${most} items allowed`);
  options.forEach((option, index) => {
    if (!isJson(option)) {
      say(`${at}/options/${index}`, 'must be an object');
      return;
    }
    textObject(option['text'], 75, `${at}/options/${index}/text`, say);
    if (text(option['value']).length > 150)
      say(`${at}/options/${index}/value`, 'must be less than 151 characters');
  });
  const confirm = value['confirm'];
  if (!isJson(confirm)) return;
  textObject(confirm['title'], 100, `${at}/confirm/title`, say, 'plain_text');
  textObject(confirm['text'], 300, `${at}/confirm/text`, say);
  for (const key of ['confirm', 'deny'])
    if (confirm[key] !== undefined) textObject(confirm[key], 30, `${at}/confirm/${key}`, say, 'plain_text');
}

function table(block: Json, at: string, say: Say): void {
  const rows = list(block['rows']);
  if (rows.length === 0 || rows.length > 100) say(`${at}/rows`, 'must have 1 to 100 items');
  let characters = 0;
  rows.forEach((row, index) => {
    const cells = list(row);
    if (cells.length === 0 || cells.length > 20) say(`${at}/rows/${index}`, 'must have 1 to 20 items');
    cells.forEach((cell, column) => {
      const pointer = `${at}/rows/${index}/${column}`;
      if (!isJson(cell)) {
        say(pointer, 'must be an object');
        return;
      }
      const type = String(cell['type']);
      if (!['raw_text', 'raw_number', 'rich_text'].includes(type))
        say(`${pointer}/type`, `unsupported type: ${type}`);
      if (type === 'raw_text' && text(cell['text']).length < 1)
        say(`${pointer}/text`, 'must be more than 0 characters');
      characters += JSON.stringify(cell['text'] ?? cell['elements'] ?? '').length - 2;
    });
  });
  if (characters > 10_000) say(`${at}/rows`, 'tables may have no more than 10000 characters');
  if (list(block['column_settings']).length > 20)
    say(`${at}/column_settings`, 'no more than 20 items allowed');
}

const isJson = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
const text = (value: unknown): string => (typeof value === 'string' ? value : '');
