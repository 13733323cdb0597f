import { isJson, text, textOf } from '../api/json.ts';
import type { Json } from '../api/types.ts';
import { useBusy, useIds, useSurface } from '../blocks/surface.tsx';
import { PlainText } from '../blocks/text.tsx';
import { useAsk } from '../dialogs/confirm.tsx';
import { safeUrl } from '../mrkdwn/safe-url.ts';

/** https://docs.slack.dev/reference/block-kit/block-elements/button-element; the app hears of one with an address too. */
export function Button({ element }: { readonly element: Json }) {
  const ids = useIds(element);
  const { acts } = useSurface();
  const ask = useAsk();
  const [isBusy, run] = useBusy();
  const style = text(element['style']);
  const url = safeUrl(text(element['url']));
  const press = async (): Promise<void> => {
    if (await ask(element['confirm'])) run(() => acts.press(ids));
  };
  const common = {
    className: `button ${style}`,
    'aria-label': text(element['accessibility_label']) || undefined,
    'aria-busy': isBusy,
    onClick: () => void press(),
  };
  const words = <PlainText value={element['text']} />;
  return url === undefined ? (
    <button type="button" {...common}>
      {words}
    </button>
  ) : (
    <a {...common} href={url} target="_blank" rel="noopener noreferrer">
      {words}
    </a>
  );
}

/** https://docs.slack.dev/reference/block-kit/block-elements/feedback-buttons-element */
export function FeedbackButtons({ element }: { readonly element: Json }) {
  const ids = useIds(element);
  const { acts } = useSurface();
  const [isBusy, run] = useBusy();
  return ['positive_button', 'negative_button'].map((key) => {
    const one = element[key];
    if (!isJson(one)) return null;
    const label = text(one['accessibility_label']) || textOf(one['text']);
    return (
      <button
        key={key}
        type="button"
        className="icon-button"
        aria-label={label}
        title={label}
        aria-busy={isBusy}
        onClick={() => run(() => acts.press(ids, text(one['value'])))}
      >
        <span aria-hidden="true">{key === 'positive_button' ? '👍' : '👎'}</span>
      </button>
    );
  });
}

/** https://docs.slack.dev/reference/block-kit/block-elements/icon-button-element */
export function IconButton({ element }: { readonly element: Json }) {
  const ids = useIds(element);
  const { acts } = useSurface();
  const ask = useAsk();
  const [isBusy, run] = useBusy();
  const press = async (): Promise<void> => {
    if (await ask(element['confirm'])) run(() => acts.press(ids));
  };
  const label = text(element['accessibility_label']) || textOf(element['text']);
  return (
    <button
      type="button"
      className="icon-button"
      aria-label={label}
      title={label}
      aria-busy={isBusy}
      onClick={() => void press()}
    >
      <span aria-hidden="true">{element['icon'] === 'trash' ? '🗑' : '•'}</span>
    </button>
  );
}
