import { textOf } from '../api/json.ts';
import { useKnowledge } from '../mrkdwn/knowledge.tsx';
import { Combobox } from './combobox.tsx';
import { type Choice, choicesOf, heldValues } from './option.ts';
import { type ElementProps, useElement } from './use-element.ts';

/** All ten kinds of selects: https://docs.slack.dev/reference/block-kit/block-elements/select-menu-element */
export function Select(props: ElementProps) {
  const { element, labelledBy, describedBy } = props;
  const type = String(element['type']);
  const isMany = type.startsWith('multi_');
  const choices = useChoices(type.replace('multi_', ''), props);
  const { value, take, isBusy } = useElement<readonly string[]>(props, heldValues, (values) =>
    isMany ? values : (values[0] ?? ''),
  );
  return (
    <Combobox
      choices={choices}
      chosen={value}
      isMany={isMany}
      most={isMany ? Number(element['max_selected_items'] ?? Number.POSITIVE_INFINITY) : 1}
      isBusy={isBusy}
      placeholder={textOf(element['placeholder']) || (isMany ? 'Select options' : 'Select an option')}
      labelledBy={labelledBy}
      describedBy={describedBy}
      onChoose={take}
    />
  );
}

function useChoices(type: string, { element }: ElementProps): readonly Choice[] {
  const { people, channels } = useKnowledge();
  const named = (things: typeof people, mark: string): readonly Choice[] =>
    things.map(({ id, name }) => ({ value: id, label: `${mark}${name}` }));
  switch (type) {
    case 'users_select':
      return named(people, '');
    case 'channels_select':
      return named(channels, '#');
    case 'conversations_select':
      return [...named(channels, '#'), ...named(people, '')];
    default:
      return choicesOf(element);
  }
}
