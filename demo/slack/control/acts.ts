import { isJson, type Json, list, text } from '../json.ts';
import type { ActOptions, Person, Target } from '../person.ts';
import type { View } from '../views.ts';
import { type ControlParts, findSurface, showMessage } from './parts.ts';

type Act = (person: Person, asked: Json, parts: ControlParts) => unknown;

/** What a person (`who`) can do. Each answers with what Slack knows then, such as `{ status, ackMs }`. */
export const acts: Readonly<Record<string, Act>> = {
  command: (person, asked) =>
    person.command(text(asked['channel']), text(asked['text']), optionsOf(asked, ['threadTs'])),
  mention: (person, asked) =>
    person.mention(text(asked['channel']), text(asked['text']), threadOf(asked), optionsOf(asked, [])),
  direct: (person, asked) => person.directMessage(text(asked['text'])),
  say: (person, asked) =>
    showMessage(person.says(text(asked['channel']), text(asked['text']), threadOf(asked))),
  click: (person, asked, parts) =>
    person.click(findSurface(parts, asked), targetOf(asked), optionsOf(asked, ['confirm', 'value'])),
  choose: (person, asked, parts) =>
    person.choose(findSurface(parts, asked), targetOf(asked), wordsOf(asked['choice'])),
  fill: (person, asked, parts) =>
    person.fill(findSurface(parts, asked), targetOf(asked), wordsOf(asked['value'])),
  submit: (person, asked, parts) => {
    const values = isJson(asked['values']) ? asked['values'] : {};
    const words = Object.entries(values).map(([field, value]) => [field, wordsOf(value)]);
    return person.submit(viewOf(parts, asked), Object.fromEntries(words));
  },
  'close-view': (person, asked, parts) =>
    person.closeView(viewOf(parts, asked), { all: asked['all'] === true }),
  'open-home': (person) => person.openHome(),
  reload: (person) => person.reload(),
};

const threadOf = (asked: Json): string | undefined => text(asked['threadTs']) || undefined;

/** `button` is what is read on an element, or its action_id; `target` gives several marks. */
const targetOf = (asked: Json): Target =>
  isJson(asked['target']) ? (asked['target'] as Exclude<Target, string>) : text(asked['button']); // all its fields are optional texts

const wordsOf = (value: unknown): string | readonly string[] =>
  Array.isArray(value) ? list(value).map(String) : String(value ?? '');

/** Only what is asked for; `times` always. */
const optionsOf = (asked: Json, keys: readonly (keyof ActOptions)[]): ActOptions =>
  Object.fromEntries(
    (['times', ...keys] as const).filter((key) => asked[key] !== undefined).map((key) => [key, asked[key]]),
  );

function viewOf(parts: ControlParts, asked: Json): View {
  const view = parts.state.views.find(text(asked['view']));
  if (view === undefined) throw new Error('there is no such view');
  return view;
}
