import { Popover } from 'radix-ui';
import { type KeyboardEvent, useEffect, useId, useRef, useState } from 'react';
import { PlainText } from '../blocks/text.tsx';
import type { Choice } from './option.ts';

export interface ComboboxProps {
  readonly choices: readonly Choice[];
  readonly chosen: readonly string[];
  readonly isMany: boolean;
  readonly most: number;
  readonly isBusy: boolean;
  readonly placeholder: string;
  readonly labelledBy: string | undefined;
  readonly describedBy: string | undefined;
  readonly onChoose: (values: readonly string[]) => void;
}

/** A button that opens a list with a search field, as Slack's selects do. Several choices are taken when the list closes. */
export function Combobox(props: ComboboxProps) {
  const { choices, chosen, isMany, placeholder, labelledBy, describedBy, onChoose } = props;
  const [isOpen, setOpen] = useState(false);
  const [picked, setPicked] = useState(chosen);
  const shown = isMany && isOpen ? picked : chosen;
  const labels = shown.map((value) => choices.find((choice) => choice.value === value)?.label ?? value);
  const valueId = useId();
  const close = (values: readonly string[]): void => {
    setOpen(false);
    if (values.join('\n') !== chosen.join('\n')) onChoose(values);
  };
  const onOpenChange = (open: boolean): void => {
    if (!open && isMany) close(picked);
    else {
      setPicked(chosen);
      setOpen(open);
    }
  };
  return (
    <Popover.Root open={isOpen} onOpenChange={onOpenChange}>
      <Popover.Trigger
        className={labels.length === 0 ? 'select unchosen' : 'select'}
        aria-labelledby={labelledBy === undefined ? undefined : `${labelledBy} ${valueId}`}
        aria-describedby={describedBy}
        aria-busy={props.isBusy}
      >
        <span id={valueId} className="select-value">
          {labels.length === 0 ? placeholder : labels.join(', ')}
        </span>
        <span className="select-mark" aria-hidden="true" />
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content className="menu select-menu" align="start" sideOffset={4} collisionPadding={8}>
          <ChoiceList
            {...props}
            picked={shown}
            onPick={(value) => {
              const without = picked.filter((one) => one !== value);
              if (!isMany) close([value]);
              else if (without.length < picked.length) setPicked(without);
              else if (picked.length < props.most) setPicked([...picked, value]);
            }}
          />
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}

interface ListProps extends ComboboxProps {
  readonly picked: readonly string[];
  readonly onPick: (value: string) => void;
}

function ChoiceList({ choices, isMany, picked, onPick, placeholder }: ListProps) {
  const [query, setQuery] = useState('');
  const found = choices.filter(({ label }) => label.toLowerCase().includes(query.toLowerCase()));
  const [active, setActive] = useState(() =>
    Math.max(
      0,
      choices.findIndex(({ value }) => value === picked[0]),
    ),
  );
  const listId = useId();
  const list = useRef<HTMLDivElement>(null);
  useEffect(() => {
    list.current?.querySelector(`[data-index="${active}"]`)?.scrollIntoView({ block: 'nearest' });
  }, [active]);
  const onKeyDown = (event: KeyboardEvent): void => {
    const steps: Readonly<Record<string, number>> = { ArrowDown: 1, ArrowUp: -1 };
    const step = steps[event.key];
    if (step !== undefined) setActive((at) => (at + step + found.length) % Math.max(1, found.length));
    else if (event.key === 'Enter') {
      const choice = found[active];
      if (choice !== undefined) onPick(choice.value);
    } else return;
    event.preventDefault();
  };
  return (
    <>
      <input
        className="field"
        role="combobox"
        aria-label={placeholder}
        aria-expanded="true"
        aria-controls={listId}
        aria-activedescendant={found[active] === undefined ? undefined : `${listId}-${active}`}
        placeholder="Search"
        value={query}
        onChange={({ target }) => {
          setQuery(target.value);
          setActive(0);
        }}
        onKeyDown={onKeyDown}
      />
      <div
        ref={list}
        id={listId}
        className="options"
        role="listbox"
        tabIndex={-1}
        aria-label={placeholder}
        aria-multiselectable={isMany}
      >
        {found.map((choice, index) => (
          <div key={choice.value} role="presentation">
            {choice.group !== undefined && choice.group !== found[index - 1]?.group && (
              <div className="option-group" role="presentation">
                {choice.group}
              </div>
            )}
            {/* biome-ignore lint/a11y/useKeyWithClickEvents: the keys are the search field's */}
            <div
              id={`${listId}-${index}`}
              data-index={index}
              className={index === active ? 'option active' : 'option'}
              role="option"
              tabIndex={-1}
              aria-selected={picked.includes(choice.value)}
              onClick={() => onPick(choice.value)}
              onPointerMove={() => setActive(index)}
            >
              {choice.text === undefined ? choice.label : <PlainText value={choice.text} />}
              {choice.description !== undefined && (
                <span className="menu-note">
                  <PlainText value={choice.description} />
                </span>
              )}
            </div>
          </div>
        ))}
        {found.length === 0 && <div className="option-none">Nothing found</div>}
      </div>
    </>
  );
}
