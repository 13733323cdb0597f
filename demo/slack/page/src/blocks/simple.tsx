import type { ReactNode } from 'react';
import { isJson, objects, text } from '../api/json.ts';
import type { Json } from '../api/types.ts';
import { Element } from '../elements/element.tsx';
import { SlackImage } from './image.tsx';
import { PlainText, TextObject } from './text.tsx';

export interface BlockProps {
  readonly block: Json;
  /** Draws blocks inside of this one. */
  readonly drawInner?: (blocks: readonly Json[]) => ReactNode;
}

/** https://docs.slack.dev/reference/block-kit/blocks/header-block */
export const Header = ({ block }: BlockProps) => (
  <h3 className="header-block">
    <PlainText value={block['text']} />
  </h3>
);

export const Divider = () => <hr className="divider" />;

/** https://docs.slack.dev/reference/block-kit/blocks/section-block */
export function Section({ block }: BlockProps) {
  const { text: said, fields, accessory } = block;
  return (
    <div className="section">
      <div className="section-text">
        {isJson(said) && <TextObject value={said} />}
        {Array.isArray(fields) && (
          <div className="fields">
            {objects(fields).map((field, index) => (
              <TextObject key={index} value={field} />
            ))}
          </div>
        )}
      </div>
      {isJson(accessory) && (
        <div className="accessory">
          <Element element={accessory} />
        </div>
      )}
    </div>
  );
}

/** https://docs.slack.dev/reference/block-kit/blocks/context-block */
export const Context = ({ block }: BlockProps) => (
  <div className="context">
    {objects(block['elements']).map((element, index) =>
      element['type'] === 'image' ? (
        <SlackImage key={index} image={element} className="image-context" />
      ) : (
        <TextObject key={index} value={element} />
      ),
    )}
  </div>
);

/** https://docs.slack.dev/reference/block-kit/blocks/actions-block, and context_actions */
export const Actions = ({ block }: BlockProps) => (
  <div className={block['type'] === 'actions' ? 'actions' : 'actions context-actions'}>
    {objects(block['elements']).map((element, index) => (
      <Element key={text(element['action_id']) || index} element={element} />
    ))}
  </div>
);

/** https://docs.slack.dev/reference/block-kit/blocks/alert-block */
export const Alert = ({ block }: BlockProps) => (
  <div className={`alert ${text(block['level']) || 'default'}`} role="note">
    {isJson(block['text']) && <TextObject value={block['text']} />}
  </div>
);

/** https://docs.slack.dev/reference/block-kit/blocks/video-block: its address is outside, so nothing is played. */
export const Video = ({ block }: BlockProps) => (
  <figure className="image-block">
    <figcaption>{isJson(block['title']) && <PlainText value={block['title']} />}</figcaption>
    <span className="image not-loaded" role="img" aria-label={text(block['alt_text'])}>
      <span aria-hidden="true">▶</span> {text(block['alt_text'])}
    </span>
  </figure>
);

/** https://docs.slack.dev/reference/block-kit/blocks/file-block */
export const RemoteFile = ({ block }: BlockProps) => (
  <div className="context">Remote file {text(block['external_id'])}</div>
);
