import { buttonsOf } from '../../../demo/slack/person.ts';
import { renderPlain } from '../../../demo/slack/plain.ts';
import type { Message } from '../../../demo/slack/timeline.ts';
import type { View } from '../../../demo/slack/views.ts';
import type { Stage } from './stage.ts';

/** What people of the reference's world do with forms and cards. */
export interface People {
  /** Types words that open a form, and waits until it can be sent. */
  formOf(words: string, who?: string, channel?: string): Promise<View>;
  /** The modal that this person has open, as soon as it can be sent. */
  readyForm(who?: string): Promise<View>;
  /** The modal's text, as soon as it says this. */
  told(part: string, who?: string): Promise<string>;
  /** Sends a form of `retry all` with everything that it wants, and returns the card in the approvals channel. */
  sendForm(view: View, values?: Readonly<Record<string, string>>, who?: string): Promise<Message>;
  /** Asks for `retry all …` with everything that the form wants, and returns the card in the approvals channel. */
  askRetryAll(words: string, values?: Readonly<Record<string, string>>, who?: string): Promise<Message>;
  /** Presses a button and returns the next ephemeral message that this person sees. */
  refusal(card: Message, button: string, who: string): Promise<string>;
  buttons(card: Message): readonly string[];
}

export const approvalsChannel = 'C0APPROVE';
export const textOf = (view: View): string => JSON.stringify(view.definition);
export const numberOf = (card: Message): number => Number(/#(\d+)/.exec(renderPlain(card))?.[1]);

export function peopleOn(stage: Pick<Stage, 'slack'>): People {
  const { slack } = stage;
  const readyForm = (who = 'U0ANNA'): Promise<View> =>
    slack.until(`a form that ${who} can send`, () => {
      const view = slack.as(who).openViews().at(-1);
      return view?.definition['submit'] === undefined ? undefined : view;
    });
  const formOf: People['formOf'] = async (words, who = 'U0ANNA', channel = 'C0OPS') => {
    await slack.as(who).command(channel, words);
    return readyForm(who);
  };
  const sendForm: People['sendForm'] = async (view, values = {}, who = 'U0ANNA') => {
    const known = new Set(slack.timeline.messages);
    const filled = { reason: 'the cause is gone', cause: 'Yes', twice: 'Yes', ...values };
    const sent = await slack.as(who).submit(view, filled);
    if (Object.keys(view.errors).length > 0)
      throw new Error(`refused: ${JSON.stringify(view.errors)} ${sent.status}`);
    return slack.waitFor(
      'a new card',
      (message) => !known.has(message) && message.channel === approvalsChannel && isCard(message),
    );
  };
  return {
    ...{ formOf, readyForm, sendForm },
    async told(part, who = 'U0ANNA') {
      const view = await slack.until(`"${part}" in a modal of ${who}`, () => {
        const top = slack.as(who).openViews().at(-1);
        return top !== undefined && textOf(top).includes(part) ? top : undefined;
      });
      return textOf(view);
    },
    async askRetryAll(words, values, who) {
      return sendForm(await formOf(words, who), values, who);
    },
    async refusal(card, button, who) {
      const said = slack.nextMessage(`an answer to ${button}`, ({ ephemeralFor }) => ephemeralFor === who);
      await slack.as(who).click(card, button);
      return renderPlain(await said);
    },
    buttons: (card) => buttonsOf(card).map(({ text }) => text),
  };
}

const isCard = (message: Message): boolean =>
  message.ephemeralFor === undefined && buttonsOf(message).some(({ actionId }) => actionId === 'show-jobs');
