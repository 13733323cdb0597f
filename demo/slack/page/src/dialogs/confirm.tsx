import { AlertDialog } from 'radix-ui';
import { createContext, type ReactNode, useContext, useState } from 'react';
import { isJson } from '../api/json.ts';
import type { Json } from '../api/types.ts';
import { PlainText, TextObject } from '../blocks/text.tsx';
import { useFocusBack } from './focus-back.ts';

/** Asks a confirm dialog's question; true at once when there is none. */
export type Ask = (confirm: unknown) => Promise<boolean>;

const AskContext = createContext<Ask>(async () => true);

export const useAsk = (): Ask => useContext(AskContext);

interface Question {
  readonly confirm: Json;
  readonly answer: (isYes: boolean) => void;
}

/** Slack's confirm dialogs: https://docs.slack.dev/reference/block-kit/composition-objects/confirmation-dialog-object */
export function ConfirmProvider({ children }: { readonly children: ReactNode }) {
  const [question, setQuestion] = useState<Question>();
  const { remember, giveBack } = useFocusBack();
  const ask: Ask = async (confirm) => {
    if (!isJson(confirm)) return true;
    remember();
    return new Promise((answer) => setQuestion({ confirm, answer }));
  };
  const decide = (isYes: boolean): void => {
    question?.answer(isYes);
    setQuestion(undefined);
  };
  return (
    <AskContext value={ask}>
      {children}
      <AlertDialog.Root open={question !== undefined} onOpenChange={(open) => !open && decide(false)}>
        {question !== undefined && (
          <ConfirmContent confirm={question.confirm} decide={decide} onClosed={giveBack} />
        )}
      </AlertDialog.Root>
    </AskContext>
  );
}

interface ContentProps {
  readonly confirm: Json;
  readonly decide: (isYes: boolean) => void;
  readonly onClosed: (event: Event) => void;
}

function ConfirmContent({ confirm, decide, onClosed }: ContentProps) {
  const style = confirm['style'] === 'danger' ? 'danger' : 'primary';
  return (
    <AlertDialog.Portal>
      <AlertDialog.Overlay className="overlay" />
      <AlertDialog.Content className="dialog confirm" onCloseAutoFocus={onClosed}>
        <AlertDialog.Title className="dialog-title">
          <PlainText value={confirm['title']} />
        </AlertDialog.Title>
        <AlertDialog.Description asChild>
          <div className="dialog-body">
            {isJson(confirm['text']) && <TextObject value={confirm['text']} />}
          </div>
        </AlertDialog.Description>
        <div className="dialog-foot">
          <AlertDialog.Cancel className="button">{wordsOr(confirm['deny'], 'Cancel')}</AlertDialog.Cancel>
          <AlertDialog.Action className={`button ${style}`} onClick={() => decide(true)}>
            {wordsOr(confirm['confirm'], 'Yes')}
          </AlertDialog.Action>
        </div>
      </AlertDialog.Content>
    </AlertDialog.Portal>
  );
}

const wordsOr = (value: unknown, usual: string): ReactNode =>
  isJson(value) ? <PlainText value={value} /> : usual;
