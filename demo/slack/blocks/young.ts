import { isJson, type Json, list, objects, text } from '../json.ts';
import { checkButton, checkImage } from './element.ts';
import { checkCount, checkLength, checkOptionalLength, type Say } from './report.ts';
import { checkOptionalText, checkText } from './text-object.ts';

/** The younger blocks: cards, containers, plans, charts. https://docs.slack.dev/reference/block-kit/blocks */
export function checkCard(card: Json, at: string, say: Say): void {
  const { title, body, hero_image: hero, actions } = card;
  if (title === undefined && body === undefined && hero === undefined && actions === undefined)
    say(at, 'must define at least one of `hero_image`, `title`, `actions` or `body`');
  checkOptionalText(title, { most: 150 }, `${at}/title`, say);
  checkOptionalText(card['subtitle'], { most: 150 }, `${at}/subtitle`, say);
  checkOptionalText(body, { most: 200 }, `${at}/body`, say);
  if (isJson(hero)) checkImage(hero, `${at}/hero_image`, say);
  checkCount(list(actions), 0, 3, `${at}/actions`, say);
  objects(actions).forEach((button, index) => {
    checkButton(button, `${at}/actions/${index}`, say);
  });
}

export function checkCarousel(block: Json, at: string, say: Say): void {
  checkCount(list(block['elements']), 1, 10, `${at}/elements`, say);
  objects(block['elements']).forEach((card, index) => {
    const here = `${at}/elements/${index}`;
    if (card['type'] === 'card') checkCard(card, here, say);
    else say(`${here}/type`, `unsupported type: ${card['type']}`);
  });
}

const inContainer = new Set([
  'actions',
  'context',
  'divider',
  'file',
  'header',
  'image',
  'input',
  'rich_text',
  'section',
  'table',
  'video',
]);

/** The children's own faults are found by whoever calls this. */
export function checkContainer(block: Json, at: string, say: Say): void {
  checkOptionalText(block['title'], { most: 150, only: 'plain_text' }, `${at}/title`, say);
  checkOptionalText(block['subtitle'], { most: 150 }, `${at}/subtitle`, say);
  checkCount(list(block['child_blocks']), 1, 10, `${at}/child_blocks`, say);
  objects(block['child_blocks']).forEach((child, index) => {
    if (!inContainer.has(String(child['type'])))
      say(`${at}/child_blocks/${index}/type`, `unsupported type: ${child['type']}`);
  });
}

export function checkAlert(block: Json, at: string, say: Say): void {
  checkText(block['text'], { most: 200 }, `${at}/text`, say);
}

const states = ['pending', 'in_progress', 'complete', 'error'];

export function checkTaskCard(block: Json, at: string, say: Say): void {
  if (text(block['task_id']) === '') say(at, 'missing required field: task_id');
  if (text(block['title']) === '') say(at, 'missing required field: title');
  if (!states.includes(text(block['status']))) say(`${at}/status`, `must be one of ${states.join(', ')}`);
}

export function checkPlan(block: Json, at: string, say: Say): void {
  if (text(block['title']) === '') say(at, 'missing required field: title');
  objects(block['tasks']).forEach((task, index) => {
    if (task['type'] === 'task_card') checkTaskCard(task, `${at}/tasks/${index}`, say);
  });
}

/** A pie has segments; the other charts have series of points. */
export function checkChart(block: Json, at: string, say: Say): void {
  checkOptionalLength(block['title'], 50, `${at}/title`, say);
  const chart = block['chart'];
  if (!isJson(chart)) {
    say(at, 'missing required field: chart');
    return;
  }
  const here = `${at}/chart`;
  if (chart['type'] === 'pie') {
    checkCount(list(chart['segments']), 1, 12, `${here}/segments`, say);
    checkLabels(chart['segments'], `${here}/segments`, say);
    return;
  }
  checkCount(list(chart['series']), 1, 12, `${here}/series`, say);
  objects(chart['series']).forEach((series, index) => {
    const points = `${here}/series/${index}/data`;
    checkCount(list(series['data']), 1, 20, points, say);
    checkLabels(series['data'], points, say);
  });
}

function checkLabels(points: unknown, at: string, say: Say): void {
  objects(points).forEach((point, index) => {
    checkLength(text(point['label']), 1, 20, `${at}/${index}/label`, say);
  });
}
