import { checkBlock } from './blocks/block.ts';
import type { Surface } from './blocks/element.ts';
import type { Say } from './blocks/report.ts';
import { checkSlackFiles } from './blocks/slack-files.ts';
import { mostBlocks, mostOf, typesOn } from './blocks/surfaces.ts';
import { isJson } from './json.ts';

export interface BlockFault {
  readonly error: 'invalid_blocks' | 'msg_blocks_too_long' | 'invalid_blocks_format';
  /** As in `response_metadata.messages`. */
  readonly messages: readonly string[];
}

export interface BlockSettings {
  /** Whether an uploaded file may be used in an image already. Left out: always. */
  readonly isFileReady?: (id: string) => boolean;
  /** Where the blocks are, for the JSON pointers. */
  readonly at?: string;
}

/** More than this in all is too long for a message, though each block is legal (reported in slackapi/bolt-js#2509). */
const mostInAll = 13_000;

/** Slack's first refusal of these blocks; undefined when it would take them. */
export function findBlockFault(
  blocks: unknown,
  surface: Surface,
  settings: BlockSettings = {},
): BlockFault | undefined {
  if (!Array.isArray(blocks))
    return { error: 'invalid_blocks_format', messages: ['[ERROR] must provide an array of blocks'] };
  const messages: string[] = [];
  checkBlocks(blocks, surface, settings, (pointer, fault) => {
    messages.push(`[ERROR] ${fault} [json-pointer:${pointer}]`);
  });
  if (messages.length > 0) return { error: 'invalid_blocks', messages };
  return surface === 'message' && JSON.stringify(blocks).length > mostInAll
    ? { error: 'msg_blocks_too_long', messages: [] }
    : undefined;
}

function checkBlocks(blocks: readonly unknown[], surface: Surface, settings: BlockSettings, say: Say): void {
  const at = settings.at ?? '/blocks';
  const counts = new Map<string, number>();
  const ids = new Set<unknown>();
  if (blocks.length > mostBlocks[surface]) say(at, `no more than ${mostBlocks[surface]} items allowed`);
  blocks.forEach((block, index) => {
    const here = `${at}/${index}`;
    if (!isJson(block)) {
      say(here, 'must be an object');
      return;
    }
    const type = String(block['type']);
    if (!typesOn[surface].has(type)) {
      say(`${here}/type`, `unsupported type: ${type}`);
      return;
    }
    counts.set(type, (counts.get(type) ?? 0) + 1);
    const id = block['block_id'];
    if (id !== undefined && ids.has(id)) say(`${here}/block_id`, `block_id already exists: ${id}`);
    ids.add(id);
    checkBlock(block, surface, here, say);
    checkSlackFiles(block, settings.isFileReady ?? (() => true), here, say);
  });
  for (const [type, most] of Object.entries(mostOf)) {
    if ((counts.get(type) ?? 0) > most) say(at, `only ${most} ${type} allowed`);
  }
}
