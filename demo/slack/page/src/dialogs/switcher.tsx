import { Dialog } from 'radix-ui';
import { type KeyboardEvent, useId, useState } from 'react';
import { focusMessageBox } from './focus-back.ts';

export interface SwitcherEntry {
  readonly id: string;
  readonly label: string;
}

interface Props {
  readonly isOpen: boolean;
  readonly onOpenChange: (open: boolean) => void;
  readonly entries: readonly SwitcherEntry[];
  readonly onPick: (id: string) => void;
}

/** Jumps to a channel by its name: Ctrl+K or ⌘K. */
export function Switcher({ isOpen, onOpenChange, ...rest }: Props) {
  return (
    <Dialog.Root open={isOpen} onOpenChange={onOpenChange}>
      <Dialog.Portal>
        <Dialog.Overlay className="overlay" />
        <Dialog.Content
          className="dialog switcher"
          aria-describedby={undefined}
          onCloseAutoFocus={(event) => {
            event.preventDefault();
            focusMessageBox();
          }}
        >
          <Dialog.Title className="sr-only">Go to a conversation</Dialog.Title>
          <SwitcherList {...rest} onDone={() => onOpenChange(false)} />
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

interface ListProps extends Pick<Props, 'entries' | 'onPick'> {
  readonly onDone: () => void;
}

function SwitcherList({ entries, onPick, onDone }: ListProps) {
  const [query, setQuery] = useState('');
  const [active, setActive] = useState(0);
  const id = useId();
  const found = entries.filter(({ label }) => label.toLowerCase().includes(query.toLowerCase()));
  const pick = (index: number): void => {
    const entry = found[index];
    if (entry === undefined) return;
    onPick(entry.id);
    onDone();
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === 'ArrowDown') setActive((active + 1) % Math.max(1, found.length));
    else if (event.key === 'ArrowUp') setActive((active - 1 + found.length) % Math.max(1, found.length));
    else if (event.key === 'Enter') pick(active);
    else return;
    event.preventDefault();
  };
  return (
    <>
      <input
        className="field"
        role="combobox"
        aria-label="Go to a conversation"
        aria-expanded="true"
        aria-controls={id}
        aria-activedescendant={found[active] === undefined ? undefined : `${id}-${active}`}
        placeholder="Jump to…"
        value={query}
        onChange={({ target }) => {
          setQuery(target.value);
          setActive(0);
        }}
        onKeyDown={onKeyDown}
      />
      <div id={id} role="listbox" aria-label="Conversations" className="options">
        {found.map((entry, index) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the keys are the search field's
          <div
            key={entry.id}
            id={`${id}-${index}`}
            role="option"
            tabIndex={-1}
            aria-selected={index === active}
            className={index === active ? 'option active' : 'option'}
            onClick={() => pick(index)}
            onPointerMove={() => setActive(index)}
          >
            {entry.label}
          </div>
        ))}
      </div>
    </>
  );
}
