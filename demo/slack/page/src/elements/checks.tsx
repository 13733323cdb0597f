import { useId } from 'react';
import { TextObject } from '../blocks/text.tsx';
import { choicesOf, heldValues } from './option.ts';
import { type ElementProps, useElement } from './use-element.ts';

const sameList = (values: readonly string[]): readonly string[] => values;

/** https://docs.slack.dev/reference/block-kit/block-elements/checkboxes-element and radio-button-group-element */
export function Checks(props: ElementProps) {
  const { element, labelledBy, describedBy } = props;
  const isRadio = element['type'] === 'radio_buttons';
  const { value, take, isBusy } = useElement<readonly string[]>(props, heldValues, (values) =>
    isRadio ? (values[0] ?? '') : sameList(values),
  );
  const name = useId();
  const toggle = (one: string, isOn: boolean): void => {
    if (isRadio) take([one]);
    else take(isOn ? [...value, one] : value.filter((other) => other !== one));
  };
  return (
    // biome-ignore lint/a11y/useAriaPropsSupportedByRole: either role is named by a label
    <div
      className="checks"
      role={isRadio ? 'radiogroup' : 'group'}
      aria-labelledby={labelledBy}
      aria-describedby={describedBy}
      aria-busy={isBusy}
    >
      {choicesOf(element).map((choice) => (
        <label key={choice.value} className="check">
          <input
            type={isRadio ? 'radio' : 'checkbox'}
            name={name}
            checked={value.includes(choice.value)}
            onChange={({ target }) => toggle(choice.value, target.checked)}
          />
          <span>
            {choice.text !== undefined && <TextObject value={choice.text} />}
            {choice.description !== undefined && (
              <span className="check-description">
                <TextObject value={choice.description} />
              </span>
            )}
          </span>
        </label>
      ))}
    </div>
  );
}
