import { useEffect, useRef, useState } from 'react';
import { isJson, text } from '../api/json.ts';

/**
 * Words that a panel puts into the message box, for the person to send: it posts
 * `{ kind: 'type', channel, text }` to its parent window.
 */
export function useOffered(onChannel: (id: string) => void): {
  readonly text: string;
  readonly count: number;
} {
  const [offered, setOffered] = useState({ text: '', count: 0 });
  const open = useRef(onChannel);
  open.current = onChannel;
  useEffect(() => {
    const hear = ({ origin, data }: MessageEvent<unknown>): void => {
      if (origin !== location.origin || !isJson(data) || data['kind'] !== 'type') return;
      if (text(data['channel']) !== '') open.current(text(data['channel']));
      setOffered((before) => ({ text: text(data['text']), count: before.count + 1 }));
    };
    window.addEventListener('message', hear);
    return () => window.removeEventListener('message', hear);
  }, []);
  return offered;
}
