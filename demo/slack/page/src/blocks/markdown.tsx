import { lexer, type Tokens as Of, type Token } from 'marked';
import { Fragment, useMemo } from 'react';
import { text } from '../api/json.ts';
import { Emoji, Link } from '../mrkdwn/pieces.tsx';
import type { BlockProps } from './simple.tsx';

/** Standard Markdown, read by `marked` and drawn by us; HTML in it stays a text: https://docs.slack.dev/reference/block-kit/blocks/markdown-block */
export function Markdown({ block }: BlockProps) {
  const said = text(block['text']);
  const tokens = useMemo(() => lexer(said, { gfm: true }), [said]);
  return (
    <div className="markdown">
      <Inner tokens={tokens} />
    </div>
  );
}

const Inner = ({ tokens }: { readonly tokens: readonly Token[] }) =>
  tokens.map((token, index) => (
    <Fragment key={index}>
      <OneToken token={token as MarkedToken} />
    </Fragment>
  ));

type MarkedToken =
  | Of.Heading
  | Of.Paragraph
  | Of.List
  | Of.Blockquote
  | Of.Code
  | Of.Table
  | Of.Hr
  | Of.Strong
  | Of.Em
  | Of.Del
  | Of.Codespan
  | Of.Link
  | Of.Image
  | Of.Br
  | Of.Space
  | Of.Escape
  | Of.HTML
  | Of.Text;

function OneToken({ token }: { readonly token: MarkedToken }) {
  switch (token.type) {
    case 'heading':
      return (
        <h3 className="header-block">
          <Inner tokens={token.tokens} />
        </h3>
      );
    case 'paragraph':
      return (
        <p>
          <Inner tokens={token.tokens} />
        </p>
      );
    case 'list':
      return <MarkdownList token={token} />;
    case 'blockquote':
      return (
        <blockquote className="quote">
          <Inner tokens={token.tokens} />
        </blockquote>
      );
    case 'code':
      return <pre className="pre">{token.text}</pre>;
    case 'table':
      return <MarkdownTable token={token} />;
    case 'hr':
      return <hr className="divider" />;
    case 'strong':
      return (
        <strong>
          <Inner tokens={token.tokens} />
        </strong>
      );
    case 'em':
      return (
        <em>
          <Inner tokens={token.tokens} />
        </em>
      );
    case 'del':
      return (
        <s>
          <Inner tokens={token.tokens} />
        </s>
      );
    case 'codespan':
      return <code>{token.text}</code>;
    case 'link':
      return (
        <Link url={token.href}>
          <Inner tokens={token.tokens} />
        </Link>
      );
    case 'image':
      // Slack shows pictures in Markdown as links.
      return <Link url={token.href}>{token.text || token.href}</Link>;
    case 'br':
      return <br />;
    case 'space':
      return null;
    case 'escape':
      return token.text;
    case 'html':
      return token.raw;
    default:
      return 'tokens' in token && token.tokens !== undefined ? (
        <Inner tokens={token.tokens} />
      ) : (
        <WithEmoji words={token.text} />
      );
  }
}

const WithEmoji = ({ words }: { readonly words: string }) =>
  words
    .split(/(:[a-z0-9_+'-]+:)/)
    .map((piece, index) => (index % 2 === 1 ? <Emoji key={index} name={piece.slice(1, -1)} /> : piece));

function MarkdownList({ token }: { readonly token: Of.List }) {
  const Tag = token.ordered ? 'ol' : 'ul';
  return (
    <Tag className="markdown-list" {...(token.ordered && token.start !== '' ? { start: token.start } : {})}>
      {token.items.map((item, index) => (
        <li key={index}>
          {item.task && <input type="checkbox" checked={item.checked === true} readOnly aria-label="Task" />}
          <Inner tokens={item.tokens.filter(({ type }) => type !== 'checkbox')} />
        </li>
      ))}
    </Tag>
  );
}

const MarkdownTable = ({ token }: { readonly token: Of.Table }) => (
  <section className="table-frame" tabIndex={0} aria-label="Table">
    <table className="table">
      <thead>
        <tr>
          {token.header.map((cell, column) => (
            <th key={column} scope="col" className={cell.align ?? 'left'}>
              <Inner tokens={cell.tokens} />
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {token.rows.map((row, index) => (
          <tr key={index}>
            {row.map((cell, column) => (
              <td key={column} className={`${cell.align ?? 'left'} wrapped`}>
                <Inner tokens={cell.tokens} />
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  </section>
);
