import { Fragment, type ReactNode } from 'react';
import { isJson, objects, text } from '../api/json.ts';
import type { Json } from '../api/types.ts';
import {
  BroadcastMention,
  ChannelMention,
  DateText,
  Emoji,
  GroupMention,
  Link,
  PersonMention,
} from '../mrkdwn/pieces.tsx';

/** https://docs.slack.dev/reference/block-kit/blocks/rich-text-block */
export const RichText = ({ block }: { readonly block: Json }) => (
  <div className="rich-text">
    {objects(block['elements']).map((part, index) => (
      <Part key={index} part={part} />
    ))}
  </div>
);

function Part({ part }: { readonly part: Json }) {
  switch (part['type']) {
    case 'rich_text_list':
      return <List part={part} />;
    case 'rich_text_preformatted':
      return (
        <pre className="pre">
          <Elements part={part} />
        </pre>
      );
    case 'rich_text_quote':
      return (
        <blockquote className={part['border'] === 1 ? 'quote bordered' : 'quote'}>
          <Elements part={part} />
        </blockquote>
      );
    default:
      return (
        <p>
          <Elements part={part} />
        </p>
      );
  }
}

const bullets = ['•', '◦', '▪︎'];

/** Numbers, letters and Roman numbers by turns, as Slack indents them. */
function List({ part }: { readonly part: Json }) {
  const indent = Math.min(8, Number(part['indent'] ?? 0));
  const offset = Number(part['offset'] ?? 0);
  const isOrdered = part['style'] === 'ordered';
  const Tag = isOrdered ? 'ol' : 'ul';
  return (
    <Tag className={part['border'] === 1 ? 'rich-list bordered' : 'rich-list'} data-indent={indent}>
      {objects(part['elements']).map((item, index) => (
        <li key={index}>
          <span className="bullet" aria-hidden="true">
            {isOrdered ? `${numeral(index + 1 + offset, indent)}.` : bullets[indent % bullets.length]}
          </span>
          <span>
            <Elements part={item} />
          </span>
        </li>
      ))}
    </Tag>
  );
}

function numeral(count: number, indent: number): string {
  if (indent % 3 === 1) return String.fromCharCode(96 + ((count - 1) % 26) + 1);
  return indent % 3 === 2 ? roman(count) : String(count);
}

const romans = [
  [10, 'x'],
  [9, 'ix'],
  [5, 'v'],
  [4, 'iv'],
  [1, 'i'],
] as const;

function roman(count: number): string {
  let rest = count;
  let written = '';
  for (const [value, letters] of romans) {
    for (; rest >= value; rest -= value) written += letters;
  }
  return written;
}

const Elements = ({ part }: { readonly part: Json }) =>
  objects(part['elements']).map((element, index) => (
    <Fragment key={index}>
      <Styled style={element['style']}>
        <Element element={element} />
      </Styled>
    </Fragment>
  ));

const tags = { bold: 'strong', italic: 'em', strike: 's', underline: 'u', code: 'code' } as const;

/** Wrapped in one element for each style that is on. */
function Styled({ style, children }: { readonly style: unknown; readonly children: ReactNode }) {
  if (!isJson(style)) return children;
  let inner = style['highlight'] === true ? <mark>{children}</mark> : children;
  for (const [name, Tag] of Object.entries(tags)) {
    if (style[name] === true) inner = <Tag>{inner}</Tag>;
  }
  return inner;
}

function Element({ element }: { readonly element: Json }) {
  switch (element['type']) {
    case 'text':
      return text(element['text']);
    case 'link':
      return <Link url={text(element['url'])}>{text(element['text']) || text(element['url'])}</Link>;
    case 'emoji':
      return <Emoji name={text(element['name'])} unicode={characterOf(text(element['unicode']))} />;
    case 'user':
      return <PersonMention id={text(element['user_id'])} />;
    case 'usergroup':
      return <GroupMention id={text(element['usergroup_id'])} />;
    case 'channel':
      return <ChannelMention id={text(element['channel_id'])} />;
    case 'broadcast':
      return <BroadcastMention range={text(element['range'])} />;
    case 'team':
      return <span className="mention">@{text(element['team_id'])}</span>;
    case 'color':
      return <Color value={text(element['value'])} />;
    case 'date':
      return (
        <DateText
          seconds={Number(element['timestamp'])}
          format={text(element['format'])}
          url={text(element['url']) || undefined}
          fallback={text(element['fallback'])}
        />
      );
    default:
      return text(element['text']);
  }
}

/** `1f600-fe0f` as Slack writes it. */
function characterOf(hex: string): string | undefined {
  const points = hex.split('-').map((part) => Number.parseInt(part, 16));
  return hex === '' || points.some((point) => !(point > 0 && point <= 0x10ffff))
    ? undefined
    : String.fromCodePoint(...points);
}

/** A colour as a swatch beside its value; only what is a colour is drawn. */
const Color = ({ value }: { readonly value: string }) => (
  <span className="color">
    {value}
    {/^#[0-9a-f]{3,8}$/i.test(value) && (
      <svg className="swatch" viewBox="0 0 10 10" aria-hidden="true">
        <rect width="10" height="10" rx="2" fill={value} />
      </svg>
    )}
  </span>
);
