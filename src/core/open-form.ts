import { type Act, entryOf } from './act.ts';
import type { Form, OpenForm } from './form.ts';
import type { PipelineParts } from './pipeline-parts.ts';
import { accept, type Judged, refuse } from './refusal.ts';

/** What a form brings back with it: the words, the place, and how much of the failures was seen. */
export function carriesOf<World>(act: Act<World>, highest?: number): Form['carries'] {
  const { channel, threadTs } = act.invocation;
  return {
    ...{ words: act.words.text, channel },
    ...(threadTs === undefined ? {} : { threadTs }),
    ...(highest === undefined ? {} : { highest }),
  };
}

/**
 * Opens the form, which is noted in the audit. Where none can be opened the person is answered with the button that does;
 * undefined then: nothing more is said.
 */
export async function openForm<World>(
  parts: PipelineParts<World>,
  act: Act<World>,
  target: string,
  form: Form,
): Promise<Judged<OpenForm | undefined>> {
  const { operation, locale, invocation } = act;
  const { surface } = invocation;
  const { text } = act.words;
  if (surface.openForm === undefined) {
    await surface.answer(parts.say.openForm(operation.typed.join(' '), text, locale), locale);
    return accept(undefined);
  }
  const opened = await surface.openForm(form, locale);
  if (opened === undefined) return refuse({ code: 'form-lost', verb: operation.verb, words: text });
  parts.audit.note(entryOf(act, 'READ', target, 'form'));
  return accept(opened);
}
