import { type Json, objects } from '../json.ts';

/** A rich_text block, or a part of one, as it reads: https://docs.slack.dev/reference/block-kit/blocks/rich-text-block */
export function richText(part: Json): string {
  const inner = objects(part['elements']);
  switch (part['type']) {
    case 'rich_text':
      return inner.map(richText).join('\n');
    case 'rich_text_list': {
      const isOrdered = part['style'] === 'ordered';
      const indent = '  '.repeat(Number(part['indent'] ?? 0));
      return inner
        .map((item, index) => `${indent}${isOrdered ? `${index + 1}.` : '•'} ${richText(item)}`)
        .join('\n');
    }
    case 'rich_text_quote':
      return inner.map(richText).join('').replace(/^/gm, '> ');
    case 'link': {
      const url = String(part['url']);
      return part['text'] === undefined ? url : `${part['text']} (${url})`;
    }
    case 'emoji':
      return `:${String(part['name'])}:`;
    case 'user':
      return `@${String(part['user_id'])}`;
    case 'usergroup':
      return `@${String(part['usergroup_id'])}`;
    case 'channel':
      return `#${String(part['channel_id'])}`;
    case 'broadcast':
      return `@${String(part['range'])}`;
    case 'date':
      return String(part['fallback'] ?? part['timestamp']);
    default:
      return inner.length > 0 ? inner.map(richText).join('') : String(part['text'] ?? '');
  }
}
