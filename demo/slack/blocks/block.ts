import { isJson, type Json, list, objects, text } from '../json.ts';
import { checkElement, checkImage, type Surface } from './element.ts';
import { checkCount, checkLength, checkOptionalLength, type Say } from './report.ts';
import { checkRichText } from './rich.ts';
import { checkDataTable, checkTable } from './tables.ts';
import { checkOptionalText, checkText } from './text-object.ts';
import {
  checkAlert,
  checkCard,
  checkCarousel,
  checkChart,
  checkContainer,
  checkPlan,
  checkTaskCard,
} from './young.ts';

type Check = (block: Json, at: string, say: Say, surface: Surface) => void;

/** Each block's limits as its page in Slack's reference gives them: https://docs.slack.dev/reference/block-kit/blocks */
const checks: Readonly<Record<string, Check>> = {
  actions: checkActions,
  alert: checkAlert,
  card: checkCard,
  carousel: checkCarousel,
  container: (block, at, say, surface) => {
    checkContainer(block, at, say);
    objects(block['child_blocks']).forEach((child, index) => {
      checks[String(child['type'])]?.(child, `${at}/child_blocks/${index}`, say, surface);
    });
  },
  context: checkContext,
  context_actions: (block, at, say, surface) => {
    checkCount(list(block['elements']), 1, 5, `${at}/elements`, say);
    checkElements(block['elements'], 'context_actions', surface, `${at}/elements`, say);
  },
  data_table: checkDataTable,
  data_visualization: checkChart,
  header: (block, at, say) => checkText(block['text'], { most: 150, only: 'plain_text' }, `${at}/text`, say),
  image: (block, at, say) => {
    checkImage(block, at, say);
    checkOptionalText(block['title'], { most: 2000, only: 'plain_text' }, `${at}/title`, say);
  },
  input: checkInput,
  markdown: (block, at, say) => checkLength(text(block['text']), 1, 12_000, `${at}/text`, say),
  plan: checkPlan,
  rich_text: checkRichText,
  section: checkSection,
  table: checkTable,
  task_card: checkTaskCard,
};

/** One block's own limits; that its type is known and has its place here is checked before. */
export function checkBlock(block: Json, surface: Surface, at: string, say: Say): void {
  checkOptionalLength(block['block_id'], 255, `${at}/block_id`, say);
  checks[String(block['type'])]?.(block, at, say, surface);
}

function checkSection(block: Json, at: string, say: Say, surface: Surface): void {
  const { text: said, fields, accessory } = block;
  if (said === undefined && fields === undefined) say(at, 'must define either `text` or `fields`');
  checkOptionalText(said, { most: 3000 }, `${at}/text`, say);
  if (fields !== undefined) checkCount(list(fields), 1, 10, `${at}/fields`, say);
  list(fields).forEach((field, index) => {
    checkText(field, { most: 2000 }, `${at}/fields/${index}`, say);
  });
  if (accessory !== undefined) checkElement(accessory, 'accessory', surface, `${at}/accessory`, say);
}

function checkContext(block: Json, at: string, say: Say, surface: Surface): void {
  const elements = list(block['elements']);
  checkCount(elements, 1, 10, `${at}/elements`, say);
  elements.forEach((element, index) => {
    const here = `${at}/elements/${index}`;
    if (isJson(element) && element['type'] !== 'image' && element['text'] !== undefined)
      checkText(element, { most: 3000 }, here, say);
    else checkElement(element, 'context', surface, here, say);
  });
}

function checkActions(block: Json, at: string, say: Say, surface: Surface): void {
  checkCount(list(block['elements']), 1, 25, `${at}/elements`, say);
  checkElements(block['elements'], 'actions', surface, `${at}/elements`, say);
}

function checkElements(
  value: unknown,
  place: 'actions' | 'context_actions',
  surface: Surface,
  at: string,
  say: Say,
): void {
  list(value).forEach((element, index) => {
    checkElement(element, place, surface, `${at}/${index}`, say);
  });
  const ids = objects(value).flatMap((one) => (one['action_id'] === undefined ? [] : [one['action_id']]));
  if (new Set(ids).size < ids.length) say(at, '`action_id` must be unique within a block');
}

function checkInput(block: Json, at: string, say: Say, surface: Surface): void {
  checkText(block['label'], { most: 2000, only: 'plain_text' }, `${at}/label`, say);
  checkOptionalText(block['hint'], { most: 2000, only: 'plain_text' }, `${at}/hint`, say);
  checkElement(block['element'], 'input', surface, `${at}/element`, say);
}
