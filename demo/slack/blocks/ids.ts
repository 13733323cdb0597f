import { randomBytes } from 'node:crypto';
import { isJson, type Json } from '../json.ts';

const newId = (): string => randomBytes(4).toString('base64url').slice(0, 5);

/** Blocks without a block_id and elements without an action_id get one when Slack stores them. */
export const assignIds = (blocks: readonly unknown[]): readonly unknown[] =>
  blocks.map((block) => (isJson(block) ? assignTo(block) : block));

function assignTo(block: Json): Json {
  const { element, accessory, elements } = block;
  return {
    ...block,
    block_id: block['block_id'] ?? newId(),
    ...(isJson(element) ? { element: withActionId(element) } : {}),
    ...(isJson(accessory) ? { accessory: withActionId(accessory) } : {}),
    ...(block['type'] === 'actions' && Array.isArray(elements)
      ? { elements: elements.map((one: unknown) => (isJson(one) ? withActionId(one) : one)) }
      : {}),
  };
}

const withActionId = (element: Json): Json =>
  element['type'] === 'image' ? element : { ...element, action_id: element['action_id'] ?? newId() };
