import { Dialog } from 'radix-ui';
import { type FormEvent, useEffect, useMemo, useRef, useState } from 'react';
import { isJson, textOf } from '../api/json.ts';
import type { View } from '../api/types.ts';
import { Blocks } from '../blocks/blocks.tsx';
import { type Surface, SurfaceProvider } from '../blocks/surface.tsx';
import { usePage, useSnapshot } from '../shell/context.tsx';
import { useFocusBack } from './focus-back.ts';

/**
 * This person's modals: https://docs.slack.dev/surfaces/modals. The one on top is seen; those below wait, with what was
 * typed in them.
 */
export function Modals() {
  const { session } = usePage();
  const views = useSnapshot((now) => now.views);
  const { remember, giveBack } = useFocusBack();
  const top = views.at(-1);
  const isOpen = top !== undefined;
  const wasOpen = useRef(false);
  // Before the views' own effects move the cursor.
  if (isOpen && !wasOpen.current) remember();
  wasOpen.current = isOpen;
  return (
    <Dialog.Root open={isOpen} onOpenChange={(open) => !open && top && void session.closeView(top.id, false)}>
      <Dialog.Portal>
        <Dialog.Overlay className="overlay" />
        <Dialog.Content
          className="dialog modal"
          aria-describedby={undefined}
          // Each view puts its own cursor.
          onOpenAutoFocus={(event) => event.preventDefault()}
          onCloseAutoFocus={giveBack}
          // A press beside the modal must not throw away what was typed, as in Slack.
          onInteractOutside={(event) => event.preventDefault()}
        >
          {views.map((view, index) => (
            <Modal key={view.id} view={view} isTop={view === top} hasOneBelow={index > 0} />
          ))}
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

interface Props {
  readonly view: View;
  readonly isTop: boolean;
  readonly hasOneBelow: boolean;
}

function Modal({ view, isTop, hasOneBelow }: Props) {
  const { session } = usePage();
  const [isSending, setSending] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => {
    if (isTop) focusFirstField(form.current);
  }, [isTop]);
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    // React brings what happens in a portal of ours here too.
    if (isSending || event.target !== event.currentTarget) return;
    setSending(true);
    await session.submit(view.id);
    setSending(false);
  };
  // The button that was pressed could not keep the cursor while it was disabled.
  const hasErrors = Object.keys(view.errors).length > 0;
  useEffect(() => {
    if (isTop && !isSending && hasErrors) focusFirstError(form.current);
  }, [isTop, isSending, hasErrors]);
  const canSend = isJson(view.submit);
  const title = textOf(view.title);
  return (
    <form ref={form} hidden={!isTop} onSubmit={(event) => void submit(event)} noValidate>
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
        {isTop && <Dialog.Title className="dialog-title">{title}</Dialog.Title>}
        <button
          type="button"
          className="close"
          aria-label="Close"
          onClick={() => void session.closeView(view.id, true)}
        >
          ✕
        </button>
      </header>
      <section className="dialog-body" tabIndex={0} aria-label={title}>
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
  );
}

/** Slack's cursor stands in the first field, not on a button. */
function focusFirstField(form: HTMLFormElement | null): void {
  const body = form?.querySelector<HTMLElement>('.dialog-body');
  const first = body?.querySelector<HTMLElement>('[autofocus], input, textarea, .select') ?? body;
  first?.focus();
}

/** Where there is something to mend; the fields stand in the order in which they are read. */
function focusFirstError(form: HTMLFormElement | null): void {
  form?.querySelector<HTMLElement>('.wrong :is(input, textarea, .select)')?.focus();
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
