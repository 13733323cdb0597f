import { useState } from 'react';
import { isJson, objects, text } from '../api/json.ts';
import type { Json } from '../api/types.ts';
import { Element } from '../elements/element.tsx';
import { Link } from '../mrkdwn/pieces.tsx';
import { SlackImage } from './image.tsx';
import { RichText } from './rich-text.tsx';
import type { BlockProps } from './simple.tsx';
import { InBlock } from './surface.tsx';
import { PlainText, TextObject } from './text.tsx';

/** https://docs.slack.dev/reference/block-kit/blocks/card-block */
export function Card({ block }: BlockProps) {
  const { hero_image: hero, icon, title, subtitle, body, actions } = block;
  return (
    <div className="card">
      {isJson(hero) && <SlackImage image={hero} className="image-hero" />}
      <div className="card-head">
        {isJson(icon) && <SlackImage image={icon} className="image-context" />}
        <div>
          {isJson(title) && (
            <div className="card-title">
              <TextObject value={title} />
            </div>
          )}
          {isJson(subtitle) && (
            <div className="card-subtitle">
              <TextObject value={subtitle} />
            </div>
          )}
        </div>
      </div>
      {isJson(body) && <TextObject value={body} />}
      {Array.isArray(actions) && (
        <div className="actions">
          {objects(actions).map((action, index) => (
            <Element key={text(action['action_id']) || index} element={action} />
          ))}
        </div>
      )}
    </div>
  );
}

/** https://docs.slack.dev/reference/block-kit/blocks/carousel-block */
export const Carousel = ({ block }: BlockProps) => (
  <section className="carousel" tabIndex={0} aria-label="Cards">
    {objects(block['elements']).map((card, index) => (
      <InBlock key={text(card['block_id']) || index} id={text(card['block_id'])}>
        <Card block={card} />
      </InBlock>
    ))}
  </section>
);

/** https://docs.slack.dev/reference/block-kit/blocks/container-block */
export function Container({ block, drawInner }: BlockProps) {
  const { title, rich_text_title: richTitle, subtitle, icon } = block;
  const canFold = block['is_collapsible'] === true;
  const [isFolded, setFolded] = useState(canFold && block['default_collapsed'] === true);
  const head = (
    <>
      {isJson(icon) && <SlackImage image={icon} className="image-context" />}
      <span className="card-title">
        {isJson(richTitle) ? <RichText block={richTitle} /> : isJson(title) && <PlainText value={title} />}
      </span>
      {isJson(subtitle) && (
        <span className="card-subtitle">
          <TextObject value={subtitle} />
        </span>
      )}
    </>
  );
  return (
    <div className={`container ${text(block['width']) || 'standard'}`}>
      {canFold ? (
        <button
          type="button"
          className="container-head fold"
          aria-expanded={!isFolded}
          onClick={() => setFolded(!isFolded)}
        >
          {head}
        </button>
      ) : (
        <div className={block['has_header_divider'] === true ? 'container-head ruled' : 'container-head'}>
          {head}
        </div>
      )}
      {!isFolded && drawInner?.(objects(block['child_blocks']))}
    </div>
  );
}

const marks: Readonly<Record<string, string>> = { pending: '○', in_progress: '◐', complete: '✓', error: '✕' };
const words: Readonly<Record<string, string>> = {
  pending: 'Pending',
  in_progress: 'In progress',
  complete: 'Complete',
  error: 'Error',
};

/** https://docs.slack.dev/reference/block-kit/blocks/task-card-block */
export function TaskCard({ block }: BlockProps) {
  const status = text(block['status']);
  return (
    <div className={`task ${status}`}>
      <span className="task-mark" role="img" aria-label={words[status]}>
        {marks[status]}
      </span>
      <div>
        <div className="card-title">{text(block['title'])}</div>
        {(['details', 'output'] as const).map((key) => {
          const said = block[key];
          return isJson(said) && <RichText key={key} block={said} />;
        })}
        {objects(block['sources']).map((source, index) => (
          <Source key={index} source={source} />
        ))}
      </div>
    </div>
  );
}

const Source = ({ source }: { readonly source: Json }) => (
  <div className="task-source">
    <Link url={text(source['url'])}>{text(source['text']) || text(source['url'])}</Link>
  </div>
);

/** https://docs.slack.dev/reference/block-kit/blocks/plan-block */
export const Plan = ({ block }: BlockProps) => (
  <div className="plan">
    <div className="card-title">{text(block['title'])}</div>
    {objects(block['tasks']).map((task, index) => (
      <TaskCard key={text(task['task_id']) || index} block={task} />
    ))}
  </div>
);
