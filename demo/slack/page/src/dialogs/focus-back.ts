import { useRef } from 'react';

/** Where the cursor was before a dialog that no trigger opened, and the way back there when it closes. */
export function useFocusBack(): { readonly remember: () => void; readonly giveBack: (event: Event) => void } {
  const before = useRef<Element | null>(null);
  return {
    remember: () => {
      before.current = document.activeElement;
    },
    giveBack: (event) => {
      event.preventDefault();
      const there = before.current;
      if (there instanceof HTMLElement && there.isConnected && there !== document.body) there.focus();
      else focusMessageBox();
    },
  };
}

export const focusMessageBox = (): void =>
  document.querySelector<HTMLElement>('[data-message-box=channel]')?.focus();
