import { type KeyboardEvent, useEffect, useId, useLayoutEffect, useRef, useState } from 'react';
import { flushSync } from 'react-dom';
import { usePage, useSnapshot } from '../shell/context.tsx';
import { hintFor, type Suggestion, suggest } from './completion.ts';
import { toWire } from './to-wire.ts';
import { useVocabulary } from './vocabulary.ts';

interface Props {
  readonly channel: string;
  readonly threadTs?: string;
  readonly placeholder: string;
  /** Words that somebody else puts into the box, to be sent by this person. */
  readonly offered?: { readonly text: string; readonly count: number } | undefined;
}

/** Words among people, which the app does not hear: they were said all the same. */
const notForTheApp = 'not for the app';

/** The message box. Enter sends, Shift+Enter begins a line; arrows and Tab work in the completion. */
export function Composer({ channel, threadTs, placeholder, offered }: Props) {
  const { session } = usePage();
  const words = useVocabulary();
  const isArchived = useSnapshot(
    ({ channels }) => channels.find(({ id }) => id === channel)?.isArchived === true,
  );
  const [text, setText] = useState('');
  const [cursor, setCursor] = useState(0);
  const [active, setActive] = useState(0);
  const [isDismissed, setDismissed] = useState(false);
  const [refusal, setRefusal] = useState('');
  const box = useRef<HTMLTextAreaElement>(null);
  /** One line after the other. */
  const sending = useRef(Promise.resolve());
  const listId = useId();
  const offer = isDismissed ? undefined : suggest(text, cursor, words);
  const hint = hintFor(text, words);

  useGrowing(box, text);
  // Whoever opens a conversation goes on typing; where there is no keyboard, one would jump up.
  useEffect(() => {
    if (window.matchMedia('(hover: hover)').matches) box.current?.focus({ preventScroll: true });
  }, []);
  useEffect(() => {
    if (offered === undefined || offered.count === 0) return;
    setText(offered.text);
    box.current?.focus();
  }, [offered]);

  const type = (next: string, at: number): void => {
    setText(next);
    setCursor(at);
    setActive(0);
    setDismissed(false);
    setRefusal('');
  };
  const put = ({ insert }: Suggestion): void => {
    if (offer === undefined) return;
    const next = text.slice(0, offer.from) + insert + text.slice(offer.to);
    const at = offer.from + insert.length;
    // At once: whoever types on has the cursor where the completion ends, never where it was set a moment later.
    flushSync(() => type(next, at));
    box.current?.setSelectionRange(at, at);
  };
  const send = async (): Promise<void> => {
    const line = text.trim();
    if (line === '') return;
    // At once, as in Slack: what is typed while it is under way is the next line.
    type('', 0);
    box.current?.focus();
    const before = sending.current;
    const sent = before.then(() => session.send(channel, toWire(line, words), threadTs));
    const through = (): void => undefined;
    sending.current = sent.then(through, through);
    const delivered = await sent;
    const refused = delivered?.status === 'refused' && delivered.reason !== notForTheApp;
    if (delivered !== undefined && !refused) return;
    // What did not get through comes back, to be sent again; what was typed meanwhile goes before it.
    if (box.current?.value === '') {
      type(line, line.length);
      setDismissed(true);
    }
    if (refused) setRefusal(delivered.reason ?? 'Slack refused it.');
  };
  const onKeyDown = (event: KeyboardEvent<HTMLTextAreaElement>): void => {
    if (event.nativeEvent.isComposing) return;
    if (offer !== undefined && onOfferKey(event, offer.suggestions)) return;
    if (event.key !== 'Enter' || event.shiftKey) return;
    event.preventDefault();
    void send();
  };
  /** True when the key was the completion's. */
  const onOfferKey = (event: KeyboardEvent, suggestions: readonly Suggestion[]): boolean => {
    const { length } = suggestions;
    const chosen = suggestions[active];
    if (event.key === 'ArrowDown') setActive((active + 1) % length);
    else if (event.key === 'ArrowUp') setActive((active - 1 + length) % length);
    else if (event.key === 'Escape') {
      setDismissed(true);
      event.stopPropagation();
    } else if (
      (event.key === 'Tab' || event.key === 'Enter') &&
      chosen !== undefined &&
      chosen.insert.trim() !== text.trim()
    )
      put(chosen);
    else return false;
    event.preventDefault();
    return true;
  };

  if (isArchived) return <div className="composer archived">This channel is archived.</div>;
  return (
    <div className="composer">
      {refusal !== '' && (
        <div className="refusal" role="alert">
          {refusal}
        </div>
      )}
      {offer !== undefined && (
        <Suggestions
          id={listId}
          suggestions={offer.suggestions}
          active={active}
          onPick={put}
          onPoint={setActive}
        />
      )}
      <div className="box">
        <textarea
          ref={box}
          data-message-box={threadTs === undefined ? 'channel' : 'thread'}
          rows={1}
          value={text}
          placeholder={placeholder}
          aria-label={placeholder}
          role="combobox"
          aria-expanded={offer !== undefined}
          aria-autocomplete="list"
          aria-controls={listId}
          aria-activedescendant={offer === undefined ? undefined : `${listId}-${active}`}
          onChange={({ target }) => type(target.value, target.selectionStart)}
          onSelect={({ currentTarget }) => setCursor(currentTarget.selectionStart)}
          onKeyDown={onKeyDown}
        />
        {hint !== '' && <div className="usage">{hint}</div>}
        <button
          type="button"
          className="send"
          aria-label="Send"
          disabled={text.trim() === ''}
          onClick={() => void send()}
        >
          <svg viewBox="0 0 20 20" aria-hidden="true">
            <path d="M3 3.5 17.5 10 3 16.5l2-5.2L11 10 5 8.7z" fill="currentColor" />
          </svg>
        </button>
      </div>
    </div>
  );
}

/** As high as its words, up to a third of the window. */
function useGrowing(box: { readonly current: HTMLTextAreaElement | null }, text: string): void {
  // biome-ignore lint/correctness/useExhaustiveDependencies: the height follows the words
  useLayoutEffect(() => {
    const area = box.current;
    if (area === null) return;
    area.style.height = 'auto';
    area.style.height = `${Math.min(area.scrollHeight, window.innerHeight / 3)}px`;
  }, [text]);
}

interface SuggestionsProps {
  readonly id: string;
  readonly suggestions: readonly Suggestion[];
  readonly active: number;
  readonly onPick: (suggestion: Suggestion) => void;
  readonly onPoint: (index: number) => void;
}

const Suggestions = ({ id, suggestions, active, onPick, onPoint }: SuggestionsProps) => (
  <div className="menu suggestions" id={id} role="listbox" aria-label="Completion">
    {suggestions.map((suggestion, index) => (
      // biome-ignore lint/a11y/useKeyWithClickEvents: the keys are the message box's
      <div
        key={suggestion.key}
        id={`${id}-${index}`}
        className={index === active ? 'option active' : 'option'}
        role="option"
        tabIndex={-1}
        aria-selected={index === active}
        onPointerDown={(event) => event.preventDefault()}
        onClick={() => onPick(suggestion)}
        onPointerMove={() => onPoint(index)}
      >
        <span>{suggestion.label}</span>
        {suggestion.note !== '' && <span className="menu-note">{suggestion.note}</span>}
      </div>
    ))}
  </div>
);
