import { Dialog } from 'radix-ui';
import { type FormEvent, useMemo, useState } from 'react';
import { isJson, textOf } from '../api/json.ts';
import type { View } from '../api/types.ts';
import { Blocks } from '../blocks/blocks.tsx';
import { type Surface, SurfaceProvider } from '../blocks/surface.tsx';
import { usePage, useSnapshot } from '../shell/context.tsx';

/** The modal on top of this person's stack: https://docs.slack.dev/surfaces/modals */
export function Modals() {
  const { session } = usePage();
  const views = useSnapshot((now) => now.views);
  const top = views.at(-1);
  if (top === undefined) return null;
  return (
    <Dialog.Root open onOpenChange={(open) => !open && void session.closeView(top.id, false)}>
      <Dialog.Portal>
        <Dialog.Overlay className="overlay" />
        <ModalContent key={top.id} view={top} hasOneBelow={views.length > 1} />
      </Dialog.Portal>
    </Dialog.Root>
  );
}

interface Props {
  readonly view: View;
  readonly hasOneBelow: boolean;
}

function ModalContent({ view, hasOneBelow }: Props) {
  const { session } = usePage();
  const [isSending, setSending] = useState(false);
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    // A form inside of a message's portal must not reach this one.
    if (isSending || event.target !== event.currentTarget) return;
    setSending(true);
    await session.submit(view.id);
    setSending(false);
  };
  const canSend = isJson(view.submit);
  return (
    <Dialog.Content
      className="dialog modal"
      aria-describedby={undefined}
      // A press beside the modal must not throw away what was typed, as in Slack.
      onInteractOutside={(event) => event.preventDefault()}
    >
      <form onSubmit={(event) => void submit(event)} noValidate>
        <header className="dialog-head">
          {hasOneBelow && (
            <button
              type="button"
              className="close"
              aria-label="Back"
              onClick={() => void session.closeView(view.id, false)}
            >
              ←
            </button>
          )}
          <Dialog.Title className="dialog-title">{textOf(view.title)}</Dialog.Title>
          <button
            type="button"
            className="close"
            aria-label="Close"
            onClick={() => void session.closeView(view.id, true)}
          >
            ✕
          </button>
        </header>
        <section className="dialog-body" tabIndex={0} aria-label={textOf(view.title)}>
          {view.trouble !== undefined && (
            <div className="alert error" role="alert">
              {view.trouble}
            </div>
          )}
          <ViewBlocks view={view} />
        </section>
        <footer className="dialog-foot">
          <button type="button" className="button" onClick={() => void session.closeView(view.id, false)}>
            {textOf(view.close) || (canSend ? 'Cancel' : 'Close')}
          </button>
          {canSend && (
            <button type="submit" className="button primary" aria-busy={isSending} disabled={isSending}>
              {textOf(view.submit)}
            </button>
          )}
        </footer>
      </form>
    </Dialog.Content>
  );
}

/** What a modal or a Home shows. */
export function ViewBlocks({ view }: { readonly view: View }) {
  const { session } = usePage();
  const { id, type, state, errors, blocks } = view;
  const surface = useMemo(
    (): Surface => ({ kind: type, acts: session.actsOn({ view: id }), values: state.values, errors }),
    [session, id, type, state, errors],
  );
  return (
    <SurfaceProvider value={surface}>
      <Blocks blocks={blocks.filter(isJson)} />
    </SurfaceProvider>
  );
}
