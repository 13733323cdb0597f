import { isJson, type Json, list, text } from '../json.ts';
import type { ActOptions, Person, Target } from '../person.ts';
import type { View } from '../views.ts';
import { isIn } from '../workspace.ts';
import { type ControlParts, findSurface } from './parts.ts';
import { showMessage } from './show.ts';

type Act = (person: Person, asked: Json, parts: ControlParts) => unknown;

/** What a person (`who`) can do. Each answers with what Slack knows then, such as `{ status, ackMs }`. */
export const acts: Readonly<Record<string, Act>> = {
  /** Whatever is typed into the message box: a slash command, a mention of the app, a direct message, words. */
  send: (person, asked, parts) =>
    person.types(placeIn(parts, person, asked), text(asked['text']), optionsOf(asked, ['threadTs'])),
  command: (person, asked, parts) =>
    person.command(placeIn(parts, person, asked), text(asked['text']), optionsOf(asked, ['threadTs'])),
  mention: (person, asked, parts) =>
    person.mention(placeIn(parts, person, asked), text(asked['text']), threadOf(asked), optionsOf(asked, [])),
  direct: (person, asked) => person.directMessage(text(asked['text']), optionsOf(asked, ['threadTs'])),
  say: (person, asked, parts) =>
    showMessage(
      parts.state,
      person.says(placeIn(parts, person, asked), text(asked['text']), threadOf(asked)),
    ),
  click: (person, asked, parts) =>
    person.click(findSurface(parts, asked), targetOf(asked), optionsOf(asked, ['confirm', 'value'])),
  choose: (person, asked, parts) =>
    person.choose(
      findSurface(parts, asked),
      targetOf(asked),
      wordsOf(asked['choice']),
      optionsOf(asked, ['confirm']),
    ),
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
  /** Up to `ts`, or everything. */
  read: (person, asked, { state }) => {
    const channel = text(asked['channel']);
    const ts = text(asked['ts']) || state.timeline.inChannel(channel).at(-1)?.ts;
    if (ts !== undefined) state.reads.mark(person.id, channel, ts);
    return { channel, ...state.reads.of(person.id, channel) };
  },
  reload: (person) => person.reload(),
};

/** Where a person writes. Throws where they are not, as Slack would not show them a message box there. */
function placeIn({ state: { workspace } }: ControlParts, { id }: Person, asked: Json): string {
  const channel = text(asked['channel']);
  if (isIn(workspace, id, channel)) return channel;
  throw new Error(`${id} is not in ${channel === '' ? 'a channel without a name' : channel}`);
}

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
