import { useEffect, useState } from 'react';
import type { TourText } from '../../../../tour/text.ts';

const saidForMs = 2_000;

export function CopyButton({ words, text }: { readonly words: string; readonly text: TourText }) {
  const [isCopied, setCopied] = useState(false);
  useEffect(() => {
    if (!isCopied) return;
    const timer = setTimeout(() => setCopied(false), saidForMs);
    return () => clearTimeout(timer);
  }, [isCopied]);
  const copy = (): void =>
    // A frame may be without the right to write the clipboard; the words can be marked and copied by hand then.
    void navigator.clipboard?.writeText(words).then(
      () => setCopied(true),
      () => undefined,
    );
  return (
    <button type="button" className="button small" onClick={copy}>
      <span aria-live="polite">{isCopied ? text.copied : text.copy}</span>
    </button>
  );
}
