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

/** Frames for which a list that has another height, or another width, still moves its own rows about. */
const settlingFrames = 10;
/** So long after a turn of the wheel, a key or a finger what moves is moved by hand. */
const byHandMs = 1_000;
const keysUp = new Set(['ArrowUp', 'PageUp', 'Home', 'Tab']);

/**
 * Whoever reads the newest message stays with the newest, whatever comes, is edited or grows; whoever has scrolled up
 * stays there. `ownTs`: the person's own newest message, which is always gone to.
 */
export function useStickToEnd(ownTs: string | undefined): StickToEnd {
  const [scroller, setScroller] = useState<HTMLElement>();
  const [isAtEnd, setAtEnd] = useState(true);
  const [isPlaced, setPlaced] = useState(false);
  const isStuck = useRef(true);
  const framesLeft = useRef(0);
  const goToEnd = useCallback((): void => {
    isStuck.current = true;
    if (scroller !== undefined) scroller.scrollTop = scroller.scrollHeight;
  }, [scroller]);
  const onHeight = useCallback((): void => {
    const isSettling = framesLeft.current > 0;
    framesLeft.current = settlingFrames;
    if (isSettling) return;
    // The list tells of its height before it has it, and corrects where it stands for some frames more.
    const settle = (): void => {
      if (isStuck.current && scroller !== undefined) {
        goToEnd();
        setPlaced(true);
      }
      framesLeft.current -= 1;
      if (framesLeft.current > 0) requestAnimationFrame(settle);
    };
    requestAnimationFrame(settle);
  }, [goToEnd, scroller]);
  useEffect(() => {
    if (scroller === undefined) return;
    let lastTop = scroller.scrollTop;
    const isByHand = listenToHands(scroller);
    const onScroll = (): void => {
      const { scrollTop, scrollHeight, clientHeight } = scroller;
      const isNear = scrollHeight - scrollTop - clientHeight < nearEnd;
      // What grows below moves the end away, and the list itself moves while it settles; only who goes up leaves the end.
      if (isNear) isStuck.current = true;
      else if (scrollTop < lastTop && (framesLeft.current === 0 || isByHand())) isStuck.current = false;
      lastTop = scrollTop;
      setAtEnd(isStuck.current);
    };
    // The message box below grows and shrinks, and a thread beside makes all narrower.
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

/** Whether somebody has just reached for the list to go up. Its listeners go with it. */
function listenToHands(scroller: HTMLElement): () => boolean {
  let until = 0;
  const reach = (): void => {
    until = performance.now() + byHandMs;
  };
  const passive = { passive: true } as const;
  scroller.addEventListener('wheel', ({ deltaY }) => deltaY < 0 && reach(), passive);
  scroller.addEventListener('touchmove', reach, passive);
  scroller.addEventListener('keydown', ({ key }) => keysUp.has(key) && reach(), passive);
  // What is pressed of the list itself is its scroll bar, for as long as it is held.
  scroller.addEventListener('pointerdown', ({ target }) => target === scroller && reach(), passive);
  scroller.addEventListener('scroll', () => performance.now() < until && reach(), passive);
  return () => performance.now() < until;
}
