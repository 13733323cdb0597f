import { useEffect, useRef } from 'react';
import { text, textOf } from '../api/json.ts';
import type { Json } from '../api/types.ts';
import { type ElementProps, useElement } from './use-element.ts';

const kinds = { datepicker: 'date', timepicker: 'time', datetimepicker: 'datetime-local' } as const;
const names = {
  datepicker: 'Pick a date',
  timepicker: 'Pick a time',
  datetimepicker: 'Pick a date and a time',
};
/** Typing a date passes through other dates; the app hears of the last one. */
const settleMs = 700;

/** Date, time, or both, by the browser's own pickers: https://docs.slack.dev/reference/block-kit/block-elements/date-picker-element */
export function Picker(props: ElementProps) {
  const { element, labelledBy, describedBy } = props;
  const type = element['type'] as keyof typeof kinds; // the dispatcher passes no others
  const { value, take, isBusy } = useElement(
    props,
    (held) => heldMoment(type, held),
    (moment) => toSlack(type, moment),
  );
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  return (
    <input
      className="field picker"
      type={kinds[type]}
      defaultValue={value}
      aria-labelledby={labelledBy}
      aria-label={labelledBy === undefined ? textOf(element['placeholder']) || names[type] : undefined}
      aria-describedby={describedBy}
      aria-busy={isBusy}
      onChange={({ target }) => {
        clearTimeout(timer.current);
        timer.current = setTimeout(
          () => target.value !== '' && take(target.value),
          props.input ? 0 : settleMs,
        );
      }}
    />
  );
}

function heldMoment(type: keyof typeof kinds, held: Json | undefined): string {
  if (type === 'datepicker') return text(held?.['selected_date']);
  if (type === 'timepicker') return text(held?.['selected_time']);
  const seconds = held?.['selected_date_time'];
  if (typeof seconds !== 'number') return '';
  const date = new Date(seconds * 1000);
  return new Date(date.getTime() - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

const toSlack = (type: keyof typeof kinds, moment: string): string =>
  type === 'datetimepicker' ? String(Math.floor(new Date(moment).getTime() / 1000)) : moment;
