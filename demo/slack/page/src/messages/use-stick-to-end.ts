import { useCallback, useEffect, useRef, useState } from 'react';

/** Pixels from the end within which somebody counts as reading the newest. */
const nearEnd = 80;

export interface StickToEnd {
  /** Takes the element that scrolls. */
  readonly scrollerRef: (element: HTMLElement | Window | null) => void;
  /** To be called whenever what is scrolled has another height. */
  readonly onHeight: () => void;
  readonly isAtEnd: boolean;
  /** From the moment on at which the newest message was gone to. */
  readonly isPlaced: boolean;
  readonly goToEnd: () => void;
}

/**
 * Whoever reads the newest message stays with the newest, whatever comes, is edited or grows; whoever has scrolled up
 * stays there. `ownTs`: the person's own newest message, which is always gone to.
 */
export function useStickToEnd(ownTs: string | undefined): StickToEnd {
  const [scroller, setScroller] = useState<HTMLElement>();
  const [isAtEnd, setAtEnd] = useState(true);
  const [isPlaced, setPlaced] = useState(false);
  const isStuck = useRef(true);
  const goToEnd = useCallback((): void => {
    isStuck.current = true;
    if (scroller !== undefined) scroller.scrollTop = scroller.scrollHeight;
  }, [scroller]);
  const onHeight = useCallback((): void => {
    // The list tells of its height before it has it.
    requestAnimationFrame(() => {
      if (!isStuck.current || scroller === undefined) return;
      goToEnd();
      setPlaced(true);
    });
  }, [goToEnd, scroller]);
  useEffect(() => {
    if (scroller === undefined) return;
    let lastTop = scroller.scrollTop;
    const onScroll = (): void => {
      const { scrollTop, scrollHeight, clientHeight } = scroller;
      const isNear = scrollHeight - scrollTop - clientHeight < nearEnd;
      // What grows below moves the end away; only who goes up leaves it.
      if (isNear) isStuck.current = true;
      else if (scrollTop < lastTop) isStuck.current = false;
      lastTop = scrollTop;
      setAtEnd(isStuck.current);
    };
    // The message box below grows and shrinks.
    const sizes = new ResizeObserver(onHeight);
    sizes.observe(scroller);
    scroller.addEventListener('scroll', onScroll, { passive: true });
    return () => {
      sizes.disconnect();
      scroller.removeEventListener('scroll', onScroll);
    };
  }, [scroller, onHeight]);
  const lastOwn = useRef(ownTs);
  useEffect(() => {
    if (ownTs === undefined || ownTs === lastOwn.current) return;
    lastOwn.current = ownTs;
    goToEnd();
  }, [ownTs, goToEnd]);
  return {
    scrollerRef: (element) => setScroller(element instanceof HTMLElement ? element : undefined),
    onHeight,
    isAtEnd,
    isPlaced,
    goToEnd,
  };
}
