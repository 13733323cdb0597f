import { isJson, type Json, list, objects, text } from '../json.ts';
import { checkCount, checkOptionalLength, type Say } from './report.ts';
import { checkOptionalText, checkText } from './text-object.ts';

const mostGroups = 100;

/** https://docs.slack.dev/reference/block-kit/composition-objects/confirmation-dialog-object */
export function checkConfirm(value: unknown, at: string, say: Say): void {
  if (value === undefined) return;
  if (!isJson(value)) {
    say(at, 'must be an object');
    return;
  }
  checkText(value['title'], { most: 100, only: 'plain_text' }, `${at}/title`, say);
  checkText(value['text'], { most: 300 }, `${at}/text`, say);
  for (const button of ['confirm', 'deny'])
    checkOptionalText(value[button], { most: 30, only: 'plain_text' }, `${at}/${button}`, say);
}

/** https://docs.slack.dev/reference/block-kit/composition-objects/option-object */
export function checkOptions(options: readonly unknown[], most: number, at: string, say: Say): void {
  checkCount(options, 1, most, at, say);
  options.forEach((option, index) => {
    const here = `${at}/${index}`;
    if (!isJson(option)) {
      say(here, 'must be an object');
      return;
    }
    checkText(option['text'], { most: 75 }, `${here}/text`, say);
    if (typeof option['value'] !== 'string') say(here, 'missing required field: value');
    checkOptionalLength(option['value'], 150, `${here}/value`, say);
    checkOptionalText(option['description'], { most: 75 }, `${here}/description`, say);
    checkOptionalLength(option['url'], 3000, `${here}/url`, say);
  });
}

/** `options` or `option_groups`, one of them: https://docs.slack.dev/reference/block-kit/block-elements/select-menu-element */
export function checkChoices(element: Json, at: string, say: Say): void {
  const { options, option_groups: groups } = element;
  if ((options === undefined) === (groups === undefined))
    say(at, 'must define either `options` or `option_groups`');
  if (options !== undefined) checkOptions(list(options), 100, `${at}/options`, say);
  if (groups !== undefined) checkCount(list(groups), 1, mostGroups, `${at}/option_groups`, say);
  objects(groups).forEach((group, index) => {
    const here = `${at}/option_groups/${index}`;
    checkText(group['label'], { most: 75, only: 'plain_text' }, `${here}/label`, say);
    checkOptions(list(group['options']), 100, `${here}/options`, say);
  });
}

/** All options of an element, also those in groups. */
export const optionsOf = (element: Json): readonly Json[] => [
  ...objects(element['options']),
  ...objects(element['option_groups']).flatMap((group) => objects(group['options'])),
];

/** What is chosen at first has to be one of the choices, where they are not the app's to give later. */
export function checkInitial(element: Json, at: string, say: Say): void {
  if (element['options'] === undefined && element['option_groups'] === undefined) return;
  const values = new Set(optionsOf(element).map((option) => option['value']));
  const initial = element['initial_option'];
  if (isJson(initial) && !values.has(initial['value']))
    say(`${at}/initial_option`, 'must be one of the provided options');
  objects(element['initial_options']).forEach((option, index) => {
    if (!values.has(text(option['value'])))
      say(`${at}/initial_options/${index}`, 'must be one of the provided options');
  });
}
