import { isJson, type Json, list } from '../json.ts';
import { checkChoices, checkConfirm, checkInitial, checkOptions } from './composition.ts';
import { checkOptionalLength, type Say } from './report.ts';
import { checkOptionalText, checkText } from './text-object.ts';

/** Where an element stands. */
export type Place = 'accessory' | 'actions' | 'input' | 'context' | 'context_actions';
export type Surface = 'message' | 'modal' | 'home';

const single = [
  'static_select',
  'external_select',
  'users_select',
  'conversations_select',
  'channels_select',
];
const selects = [...single, ...single.map((type) => `multi_${type}`)];
const clickable = ['button', 'checkboxes', 'datepicker', 'overflow', 'radio_buttons', 'timepicker'];
const typed = ['plain_text_input', 'email_text_input', 'url_text_input', 'number_input', 'rich_text_input'];

/** Which elements each place takes: https://docs.slack.dev/reference/block-kit/block-elements */
const taken: Readonly<Record<Place, ReadonlySet<string>>> = {
  accessory: new Set([...clickable, ...selects, 'image', 'workflow_button']),
  actions: new Set([...clickable, ...selects, 'datetimepicker', 'workflow_button', 'rich_text_input']),
  input: new Set([
    ...typed,
    ...selects,
    'checkboxes',
    'radio_buttons',
    'datepicker',
    'timepicker',
    'datetimepicker',
    'file_input',
  ]),
  context: new Set(['image', 'mrkdwn', 'plain_text']),
  context_actions: new Set(['feedback_buttons', 'icon_button']),
};
/** An element that only this surface takes. */
const onlyOn: Readonly<Record<string, Surface>> = { file_input: 'modal' };

export function checkElement(value: unknown, place: Place, surface: Surface, at: string, say: Say): void {
  if (!isJson(value)) {
    say(at, 'must be an object');
    return;
  }
  const type = String(value['type']);
  if (!taken[place].has(type) || (onlyOn[type] ?? surface) !== surface) {
    say(`${at}/type`, `unsupported type: ${type}`);
    return;
  }
  checkOptionalLength(value['action_id'], 255, `${at}/action_id`, say);
  checkOptionalText(value['placeholder'], { most: 150, only: 'plain_text' }, `${at}/placeholder`, say);
  checkConfirm(value['confirm'], `${at}/confirm`, say);
  checks[type]?.(value, at, say);
  checkInitial(value, at, say);
}

type Check = (element: Json, at: string, say: Say) => void;

const checkTenOptions: Check = (element, at, say) =>
  checkOptions(list(element['options']), 10, `${at}/options`, say);

/** What each type has besides the common fields. */
const checks: Readonly<Record<string, Check>> = {
  button: checkButton,
  checkboxes: checkTenOptions,
  image: checkImage,
  multi_static_select: checkChoices,
  overflow: (element, at, say) => checkOptions(list(element['options']), 5, `${at}/options`, say),
  plain_text_input: checkTyped,
  radio_buttons: checkTenOptions,
  static_select: checkChoices,
};

/** https://docs.slack.dev/reference/block-kit/block-elements/button-element */
export function checkButton(button: Json, at: string, say: Say): void {
  checkText(button['text'], { most: 75, only: 'plain_text' }, `${at}/text`, say);
  checkOptionalLength(button['value'], 2000, `${at}/value`, say);
  checkOptionalLength(button['url'], 3000, `${at}/url`, say);
  checkOptionalLength(button['accessibility_label'], 75, `${at}/accessibility_label`, say);
  const { style } = button;
  if (style !== undefined && style !== 'primary' && style !== 'danger')
    say(`${at}/style`, 'must be one of `primary` or `danger`');
}

/** https://docs.slack.dev/reference/block-kit/block-elements/plain-text-input-element */
function checkTyped(element: Json, at: string, say: Say): void {
  const { min_length: least, max_length: most } = element;
  if (typeof least === 'number' && (least < 0 || least > 3000))
    say(`${at}/min_length`, 'must be between 0 and 3000');
  if (typeof most === 'number' && (most < 1 || most > 3000))
    say(`${at}/max_length`, 'must be between 1 and 3000');
  if (typeof least === 'number' && typeof most === 'number' && least > most)
    say(`${at}/min_length`, 'must not exceed `max_length`');
  checkOptionalLength(element['initial_value'], 3000, `${at}/initial_value`, say);
}

/** The block and the element alike: https://docs.slack.dev/reference/block-kit/blocks/image-block */
export function checkImage(image: Json, at: string, say: Say): void {
  const { image_url: url, slack_file: file, alt_text: alt } = image;
  if ((url === undefined) === (file === undefined)) say(at, 'must define either `image_url` or `slack_file`');
  checkOptionalLength(url, 3000, `${at}/image_url`, say);
  if (typeof alt !== 'string') say(at, 'missing required field: alt_text');
  checkOptionalLength(alt, 2000, `${at}/alt_text`, say);
}
