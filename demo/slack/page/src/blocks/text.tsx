import { text } from '../api/json.ts';
import type { Json } from '../api/types.ts';
import { decodeEntities } from '../mrkdwn/entities.ts';
import { Mrkdwn } from '../mrkdwn/mrkdwn.tsx';
import { Emoji } from '../mrkdwn/pieces.tsx';

/** A text object of either type: https://docs.slack.dev/reference/block-kit/composition-objects/text-object */
export const TextObject = ({ value }: { readonly value: Json }) =>
  value['type'] === 'mrkdwn' ? (
    <Mrkdwn text={text(value['text'])} verbatim={value['verbatim'] === true} />
  ) : (
    <PlainText value={value} />
  );

/**
 * Plain text: no marks, no mentions. Slack keeps it with its three entities (slackapi/bolt-python#513), so they are
 * decoded; emoji by name are shown unless `emoji` is false.
 */
export function PlainText({ value }: { readonly value: unknown }) {
  const { text: words, emoji } = value as Json; // a text object, as Slack has taken it
  const said = decodeEntities(text(words));
  if (emoji === false) return <span className="plain">{said}</span>;
  return (
    <span className="plain">
      {said
        .split(/(:[a-z0-9_+'-]+(?:::skin-tone-[2-6])?:)/)
        .map((piece, index) => (index % 2 === 1 ? <Emoji key={index} name={piece.slice(1, -1)} /> : piece))}
    </span>
  );
}
