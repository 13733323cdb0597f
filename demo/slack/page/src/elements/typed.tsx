import { useRef } from 'react';
import { isJson, text, textOf } from '../api/json.ts';
import type { Json } from '../api/types.ts';
import { useIds, useSurface } from '../blocks/surface.tsx';
import { type ElementProps, useElement } from './use-element.ts';

const htmlTypes: Readonly<Record<string, string>> = {
  email_text_input: 'email',
  url_text_input: 'url',
  number_input: 'text',
};

/** Words, an address, a number: https://docs.slack.dev/reference/block-kit/block-elements/plain-text-input-element */
export function Typed(props: ElementProps) {
  const { element, input, labelledBy, describedBy } = props;
  const { blockId } = useIds(element);
  const { errors } = useSurface();
  const isDispatched = input?.['dispatch_action'] === true;
  const silent = isDispatched ? { ...props, input: { ...input, dispatch_action: false } } : props;
  const { value, take } = useElement(silent, heldText, (words) => words);
  const sendNow = useElement(props, heldText, (words) => words).take;
  const sent = useRef(value);
  const dispatch = (words: string): void => {
    if (!isDispatched || words === sent.current) return;
    sent.current = words;
    sendNow(words);
  };
  const isLong = element['multiline'] === true || element['type'] === 'rich_text_input';
  const common = {
    className: 'field',
    value,
    placeholder: textOf(element['placeholder']) || undefined,
    'aria-labelledby': labelledBy,
    'aria-describedby': describedBy,
    'aria-invalid': errors[blockId] !== undefined,
    'aria-required': input?.['optional'] !== true,
    // A view opens with its cursor here when the app asks for it.
    autoFocus: element['focus_on_load'] === true,
    onChange: ({ target }: { readonly target: { readonly value: string } }) => {
      take(target.value);
      if (dispatchesOn(element, 'on_character_entered')) dispatch(target.value);
    },
    onBlur: () => dispatch(value),
  };
  if (isLong) return <textarea {...common} rows={4} />;
  return (
    <input
      {...common}
      type={htmlTypes[text(element['type'])] ?? 'text'}
      inputMode={element['type'] === 'number_input' ? 'decimal' : undefined}
      onKeyDown={(event) => {
        if (event.key === 'Enter') dispatch(value);
      }}
    />
  );
}

const heldText = (held: Json | undefined): string =>
  typeof held?.['value'] === 'number' ? String(held['value']) : text(held?.['value']);

const dispatchesOn = (element: Json, trigger: string): boolean => {
  const config = element['dispatch_action_config'];
  const triggers = isJson(config) ? config['trigger_actions_on'] : undefined;
  return Array.isArray(triggers) && triggers.includes(trigger);
};

/** https://docs.slack.dev/reference/block-kit/block-elements/file-input-element: drawn, but people have no files here. */
export const FileInput = ({ labelledBy }: ElementProps) => (
  <div className="file-input">
    <input type="file" disabled aria-labelledby={labelledBy} />
    <p className="hint">People have no files in the simulated Slack.</p>
  </div>
);
