import { createContext, type ReactNode, useContext, useMemo, useState } from 'react';
import type { Json, Values } from '../api/types.ts';

/** An element by its ids, which Slack gives to those that have none. */
export interface ElementIds {
  readonly blockId: string;
  readonly actionId: string;
}

/** What people do with the elements of one message or view. Each act resolves when Slack knows what became of it. */
export interface SurfaceActs {
  /** Presses a button. `value`: of which of its buttons, where an element has two. */
  press(on: ElementIds, value?: string): Promise<void>;
  /** Chooses in an element that tells the app at once. */
  choose(on: ElementIds, choice: string | readonly string[]): Promise<void>;
  /** Fills in an input that is sent with the form. */
  fill(on: ElementIds, value: string | readonly string[]): void;
}

/** The message or view around a block. */
export interface Surface {
  readonly kind: 'message' | 'modal' | 'home';
  readonly acts: SurfaceActs;
  readonly values: Values;
  /** By block_id. */
  readonly errors: Readonly<Record<string, string>>;
}

const nowhere: Surface = {
  kind: 'message',
  acts: { press: async () => undefined, choose: async () => undefined, fill: () => undefined },
  values: {},
  errors: {},
};

const SurfaceContext = createContext<Surface>(nowhere);
const BlockContext = createContext('');

export const SurfaceProvider = SurfaceContext.Provider;

export const useSurface = (): Surface => useContext(SurfaceContext);

/** Names the block that the elements inside belong to. */
export const InBlock = ({ id, children }: { readonly id: string; readonly children: ReactNode }) => (
  <BlockContext value={id}>{children}</BlockContext>
);

export function useIds(element: Json): ElementIds {
  const blockId = useContext(BlockContext);
  const actionId = String(element['action_id'] ?? '');
  return useMemo(() => ({ blockId, actionId }), [blockId, actionId]);
}

/** What an element holds, as Slack keeps it; undefined when it holds nothing yet. */
export function useHeld(element: Json): Json | undefined {
  const { blockId, actionId } = useIds(element);
  return useSurface().values[blockId]?.[actionId];
}

/** Whether an act is under way, and a way to run one. */
export function useBusy(): readonly [boolean, (run: () => Promise<void>) => void] {
  const [count, setCount] = useState(0);
  return [
    count > 0,
    (run) => {
      setCount((before) => before + 1);
      void run().finally(() => setCount((before) => before - 1));
    },
  ];
}
