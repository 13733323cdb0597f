import { useState } from 'react';
import type { Json } from '../api/types.ts';
import { useBusy, useHeld, useIds, useSurface } from '../blocks/surface.tsx';
import { useAsk } from '../dialogs/confirm.tsx';

export interface ElementProps {
  readonly element: Json;
  /** The input block around it, if it stands in one. */
  readonly input?: Json | undefined;
  /** Ids of the label and of what else describes it. */
  readonly labelledBy?: string | undefined;
  readonly describedBy?: string | undefined;
}

export interface ElementUse<T> {
  readonly value: T;
  readonly isBusy: boolean;
  /** Takes a new value: kept for the form, or told to the app, as the element's place wants it. */
  readonly take: (value: T) => void;
}

/**
 * An element that holds a value. `read`: the value in Slack's state, `write`: as control wants it. What a person chose
 * stays while ids stay, whatever the app does to the rest of the view.
 */
export function useElement<T>(
  { element, input }: ElementProps,
  read: (held: Json | undefined) => T,
  write: (value: T) => string | readonly string[],
): ElementUse<T> {
  const ids = useIds(element);
  const held = useHeld(element);
  const { acts } = useSurface();
  const ask = useAsk();
  const [value, setValue] = useState(() => read(held));
  const [isBusy, run] = useBusy();
  const isSentAtOnce = input === undefined || input['dispatch_action'] === true;
  const take = (next: T): void => {
    const before = value;
    setValue(next);
    if (!isSentAtOnce) {
      acts.fill(ids, write(next));
      return;
    }
    void ask(element['confirm']).then((isYes) => {
      if (isYes) run(() => acts.choose(ids, write(next)));
      else setValue(before);
    });
  };
  return { value, isBusy, take };
}
