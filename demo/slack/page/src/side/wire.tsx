import { useEffect, useRef, useState } from 'react';
import { isJson, text } from '../api/json.ts';
import type { WireEntry } from '../api/types.ts';
import { useSnapshot } from '../shell/context.tsx';
import { detailsOf } from './wire-details.ts';

/** What went over the wire between Slack and the app, the newest last. */
export function Wire() {
  const entries = useSnapshot(({ wire }) => wire);
  const [onlyRefused, setOnlyRefused] = useState(false);
  const [clearedTo, setClearedTo] = useState(0);
  const shown = entries.filter((one) => one.number > clearedTo && (!onlyRefused || one.error !== undefined));
  const list = useRef<HTMLDivElement>(null);
  const isAtEnd = useRef(true);
  const last = shown.at(-1)?.number;
  useEffect(() => {
    if (last !== undefined && isAtEnd.current) list.current?.scrollTo({ top: list.current.scrollHeight });
  }, [last]);
  return (
    <div className="wire">
      <div className="wire-tools">
        <label className="check">
          <input
            type="checkbox"
            checked={onlyRefused}
            onChange={({ target }) => setOnlyRefused(target.checked)}
          />
          <span>Refusals only</span>
        </label>
        <button
          type="button"
          className="button small"
          onClick={() => setClearedTo(entries.at(-1)?.number ?? 0)}
        >
          Clear
        </button>
      </div>
      <div
        ref={list}
        className="wire-list"
        role="log"
        aria-label="Wire"
        tabIndex={0}
        onScroll={({ currentTarget: { scrollHeight, scrollTop, clientHeight } }) => {
          isAtEnd.current = scrollHeight - scrollTop - clientHeight < 40;
        }}
      >
        {shown.length === 0 && <div className="empty">Nothing went over the wire yet.</div>}
        {shown.map((entry) => (
          <Entry key={entry.number} entry={entry} />
        ))}
      </div>
    </div>
  );
}

const slowMs = 1_000;

function Entry({ entry }: { readonly entry: WireEntry }) {
  const [isOpen, setOpen] = useState(false);
  const { title, subject } = detailsOf(entry);
  const isRefused = entry.error !== undefined;
  return (
    <div className={isRefused ? 'wire-entry refused' : 'wire-entry'}>
      <button type="button" className="wire-head" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
        <span
          className={`direction ${entry.direction}`}
          title={entry.direction === 'to-app' ? 'Slack to the app' : 'The app to Slack'}
        >
          {entry.direction === 'to-app' ? '→' : '←'}
          <span className="sr-only">{entry.direction === 'to-app' ? 'to the app' : 'to Slack'}</span>
        </span>
        <span className="wire-title">
          <span className="wire-what">{title}</span>
          {subject !== '' && <span className="wire-subject">{subject}</span>}
          {isRefused && <span className="wire-error">{entry.error}</span>}
        </span>
        <span className={entry.milliseconds > slowMs ? 'wire-ms slow' : 'wire-ms'}>
          {Math.round(entry.milliseconds)} ms
          <time>{new Date(entry.at).toLocaleTimeString('en-US', { hour12: false })}</time>
        </span>
      </button>
      {isOpen && (
        <div className="wire-body">
          <dl>
            <dt>{entry.direction === 'to-app' ? 'Acknowledged' : 'Answered'}</dt>
            <dd>
              {entry.milliseconds.toFixed(1)} ms over {entry.via === 'socket' ? 'Socket Mode' : 'HTTP'}
              {entry.httpStatus !== undefined && `, status ${entry.httpStatus}`}
            </dd>
            {(entry.limits ?? []).map(({ what, used, most }) => (
              <Limit key={what} what={what} used={used} most={most} />
            ))}
          </dl>
          <Body name="Request" value={entry.request} />
          <Body name="Answer" value={entry.answer} />
        </div>
      )}
      {isRefused && <Reasons answer={entry.answer} />}
    </div>
  );
}

interface LimitProps {
  readonly what: string;
  readonly used: number;
  readonly most: number;
}

const Limit = ({ what, used, most }: LimitProps) => (
  <>
    <dt>{what}</dt>
    <dd className={used > most ? 'over' : undefined}>
      {used.toLocaleString('en-US')} of {most.toLocaleString('en-US')}
    </dd>
  </>
);

/** Slack's own reasons, which name the place by a JSON pointer. */
function Reasons({ answer }: { readonly answer: unknown }) {
  const metadata = isJson(answer) ? answer['response_metadata'] : undefined;
  const messages = isJson(metadata) && Array.isArray(metadata['messages']) ? metadata['messages'] : [];
  if (messages.length === 0) return null;
  return (
    <ul className="reasons">
      {messages.map((message: unknown) => (
        <li key={String(message)}>{String(message)}</li>
      ))}
    </ul>
  );
}

function Body({ name, value }: { readonly name: string; readonly value: unknown }) {
  if (value === undefined) return null;
  return (
    <details open>
      <summary>{name}</summary>
      <pre tabIndex={0}>{text(value) || JSON.stringify(value, null, 2)}</pre>
    </details>
  );
}
