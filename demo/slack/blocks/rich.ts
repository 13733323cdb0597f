import { isJson, type Json, list, objects } from '../json.ts';
import { checkCount, checkLength, type Say } from './report.ts';

/** What each part of a rich text may hold: https://docs.slack.dev/reference/block-kit/blocks/rich-text-block */
const parts = new Set(['rich_text_section', 'rich_text_list', 'rich_text_preformatted', 'rich_text_quote']);
const inline = new Set([
  'text',
  'link',
  'emoji',
  'user',
  'usergroup',
  'channel',
  'broadcast',
  'date',
  'color',
  'team',
]);

export function checkRichText(block: Json, at: string, say: Say): void {
  const elements = list(block['elements']);
  if (elements.length === 0) checkCount(elements, 1, Number.POSITIVE_INFINITY, `${at}/elements`, say);
  elements.forEach((part, index) => {
    checkPart(part, `${at}/elements/${index}`, say);
  });
}

function checkPart(part: unknown, at: string, say: Say): void {
  const type = isJson(part) ? String(part['type']) : 'none';
  if (!isJson(part) || !parts.has(type)) {
    say(`${at}/type`, `unsupported type: ${type}`);
    return;
  }
  objects(part['elements']).forEach((element, index) => {
    const here = `${at}/elements/${index}`;
    if (type === 'rich_text_list') checkPart(element, here, say);
    else if (!inline.has(String(element['type'])))
      say(`${here}/type`, `unsupported type: ${element['type']}`);
    else if (element['type'] === 'text')
      checkLength(String(element['text'] ?? ''), 1, Number.POSITIVE_INFINITY, `${here}/text`, say);
  });
}
