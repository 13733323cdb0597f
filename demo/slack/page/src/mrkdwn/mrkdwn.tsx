import { Fragment, useMemo } from 'react';
import type { Inline, Part } from './node.ts';
import { parseMrkdwn } from './parse.ts';
import {
  BroadcastMention,
  ChannelMention,
  DateText,
  Emoji,
  GroupMention,
  Link,
  PersonMention,
} from './pieces.tsx';

interface Props {
  readonly text: string;
  readonly verbatim?: boolean;
}

/** A text in Slack's mrkdwn. Nothing in it becomes HTML. */
export function Mrkdwn({ text, verbatim = false }: Props) {
  const parts = useMemo(() => parseMrkdwn(text, { verbatim }), [text, verbatim]);
  return (
    <div className="mrkdwn">
      {parts.map((part, index) => (
        <PartText key={index} part={part} />
      ))}
    </div>
  );
}

function PartText({ part }: { readonly part: Part }) {
  const inner = <InlineTexts nodes={part.inner} />;
  if (part.kind === 'preformatted') return <pre className="pre">{inner}</pre>;
  if (part.kind === 'quote') return <blockquote className="quote">{inner}</blockquote>;
  return <p>{inner}</p>;
}

export const InlineTexts = ({ nodes }: { readonly nodes: readonly Inline[] }) =>
  nodes.map((node, index) => (
    <Fragment key={index}>
      <InlineText node={node} />
    </Fragment>
  ));

function InlineText({ node }: { readonly node: Inline }) {
  switch (node.kind) {
    case 'text':
      return node.text;
    case 'break':
      return <br />;
    case 'bold':
      return (
        <strong>
          <InlineTexts nodes={node.inner} />
        </strong>
      );
    case 'italic':
      return (
        <em>
          <InlineTexts nodes={node.inner} />
        </em>
      );
    case 'strike':
      return (
        <s>
          <InlineTexts nodes={node.inner} />
        </s>
      );
    case 'code':
      return (
        <code>
          <InlineTexts nodes={node.inner} />
        </code>
      );
    case 'emoji':
      return <Emoji name={node.name} />;
    case 'link':
      return <Link url={node.url}>{node.label ?? node.url.replace(/^mailto:/, '')}</Link>;
    case 'person':
      return <PersonMention {...node} />;
    case 'channel':
      return <ChannelMention {...node} />;
    case 'group':
      return <GroupMention {...node} />;
    case 'broadcast':
      return <BroadcastMention range={node.range} />;
    case 'date':
      return <DateText {...node} />;
  }
}
