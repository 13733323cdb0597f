import type { ComponentType } from 'react';
import { text } from '../api/json.ts';
import { SlackImage } from '../blocks/image.tsx';
import { Button, FeedbackButtons, IconButton } from './button.tsx';
import { Checks } from './checks.tsx';
import { Overflow } from './overflow.tsx';
import { Picker } from './picker.tsx';
import { Select } from './select.tsx';
import { FileInput, Typed } from './typed.tsx';
import type { ElementProps } from './use-element.ts';

const drawn: Readonly<Record<string, ComponentType<ElementProps>>> = {
  button: Button,
  workflow_button: Button,
  feedback_buttons: FeedbackButtons,
  icon_button: IconButton,
  checkboxes: Checks,
  radio_buttons: Checks,
  overflow: Overflow,
  datepicker: Picker,
  timepicker: Picker,
  datetimepicker: Picker,
  plain_text_input: Typed,
  email_text_input: Typed,
  url_text_input: Typed,
  number_input: Typed,
  rich_text_input: Typed,
  file_input: FileInput,
  image: ({ element }) => <SlackImage image={element} className="image-accessory" />,
};

/** Any element: https://docs.slack.dev/reference/block-kit/block-elements */
export function Element(props: ElementProps) {
  const type = text(props.element['type']);
  const Drawn = drawn[type] ?? (type.endsWith('_select') ? Select : undefined);
  return Drawn === undefined ? <Unknown type={type} /> : <Drawn {...props} />;
}

/** What the simulator lets through and this page has no drawing for is seen, not left out. */
export const Unknown = ({ type }: { readonly type: string }) => (
  <span className="unknown">Not drawn here: {type || 'something without a type'}</span>
);
