import { useState } from 'react';
import { isJson, text } from '../api/json.ts';
import type { Json } from '../api/types.ts';
import { useKnowledge } from '../mrkdwn/knowledge.tsx';
import { PlainText } from './text.tsx';

/** https://docs.slack.dev/reference/block-kit/blocks/image-block */
export const ImageBlock = ({ block }: { readonly block: Json }) => (
  <figure className="image-block">
    {isJson(block['title']) && (
      <figcaption>
        <PlainText value={block['title']} />
      </figcaption>
    )}
    <SlackImage image={block} className="image" />
  </figure>
);

interface ImageProps {
  readonly image: Json;
  readonly className: string;
}

/**
 * An uploaded picture. One from somewhere else is not loaded: this page asks nobody but the simulated Slack, as the real
 * one asks through its own proxy.
 */
export function SlackImage({ image, className }: ImageProps) {
  const { fileUrl } = useKnowledge();
  const alt = text(image['alt_text']);
  const file = isJson(image['slack_file']) ? image['slack_file'] : undefined;
  const id = text(file?.['id']) || /\/files\/(F[A-Z0-9]+)/.exec(text(file?.['url']))?.[1];
  if (id !== undefined && id !== '') return <Picture src={fileUrl(id)} alt={alt} className={className} />;
  const url = text(image['image_url']) || text(file?.['url']);
  if (isOurs(url)) return <Picture src={url} alt={alt} className={className} />;
  return (
    <span className={`${className} not-loaded`} role="img" aria-label={alt} title={url}>
      <span aria-hidden="true">🖼</span> {alt || 'Picture'}
    </span>
  );
}

/** Of this server, or carried in the address itself. */
const isOurs = (url: string): boolean =>
  /^data:image\/(png|jpeg|gif|webp);base64,/.test(url) ||
  (typeof location !== 'undefined' && url.startsWith(`${location.origin}/`));

interface PictureProps {
  readonly src: string;
  readonly alt: string;
  readonly className: string;
}

export function Picture({ src, alt, className }: PictureProps) {
  const [isBroken, setBroken] = useState(false);
  if (isBroken)
    return (
      <span className={`${className} not-loaded`} role="img" aria-label={alt}>
        {alt || 'Picture'} could not be loaded
      </span>
    );
  return <img className={className} src={src} alt={alt} onError={() => setBroken(true)} />;
}
