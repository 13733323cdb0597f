import { memo, useMemo } from 'react';
import { isJson } from '../api/json.ts';
import type { AttachedFile, Message, ThreadInfo } from '../api/types.ts';
import { Blocks } from '../blocks/blocks.tsx';
import { Picture } from '../blocks/image.tsx';
import { type Surface, SurfaceProvider } from '../blocks/surface.tsx';
import { useKnowledge } from '../mrkdwn/knowledge.tsx';
import { Mrkdwn } from '../mrkdwn/mrkdwn.tsx';
import { Avatar } from '../shell/avatar.tsx';
import { usePage, useSnapshot } from '../shell/context.tsx';
import { agoOf, clockTime, fullTime, shortTime } from './times.ts';

interface Props {
  readonly message: Message;
  /** Whether it goes on what the same author said just before. */
  readonly isContinued: boolean;
  /** Left out where there is no thread to open. */
  readonly onOpenThread?: ((ts: string) => void) | undefined;
}

/** One message as Slack draws it. */
export const MessageRow = memo(function MessageRow({ message, isContinued, onOpenThread }: Props) {
  const author = useAuthor(message);
  const isEphemeral = message.ephemeralFor !== undefined;
  const className = ['message', isContinued && 'continued', isEphemeral && 'ephemeral']
    .filter(Boolean)
    .join(' ');
  return (
    <article
      className={className}
      data-ts={message.ts}
      aria-label={`${author.name}, ${clockTime(message.ts)}`}
    >
      <div className="gutter">
        {isContinued ? (
          <time className="side-time" title={fullTime(message.ts)}>
            {shortTime(message.ts)}
          </time>
        ) : (
          <Avatar name={author.name} isBot={author.isBot} />
        )}
      </div>
      <div className="message-main">
        {isEphemeral && <div className="only-you">Only visible to you</div>}
        {!isContinued && (
          <div className="message-head">
            <span className="author">{author.name}</span>
            {author.isBot && <span className="badge">App</span>}
            <time title={fullTime(message.ts)}>{clockTime(message.ts)}</time>
          </div>
        )}
        {message.isBroadcast === true && (
          <Broadcast
            repliesTo={message.repliesTo ?? ''}
            onOpen={onOpenThread && (() => onOpenThread(message.threadTs ?? message.ts))}
          />
        )}
        <Content message={message} />
        {message.thread !== undefined && onOpenThread !== undefined && (
          <ThreadLink thread={message.thread} onOpen={() => onOpenThread(message.ts)} />
        )}
      </div>
      {onOpenThread !== undefined && !isEphemeral && (
        <div className="message-tools">
          <button type="button" className="tool" onClick={() => onOpenThread(message.threadTs ?? message.ts)}>
            Reply in thread
          </button>
        </div>
      )}
    </article>
  );
});

interface Author {
  readonly name: string;
  readonly isBot: boolean;
}

function useAuthor({ user, botId, fromSlack }: Message): Author {
  const { personName } = useKnowledge();
  if (fromSlack === true) return { name: 'Slackbot', isBot: false };
  return { name: personName(user) ?? user, isBot: botId !== undefined };
}

/** Blocks, or the text where there are none, and what was uploaded with it. */
function Content({ message }: { readonly message: Message }) {
  const { session } = usePage();
  const { channel, ts, blocks, text, attached, edits, values } = message;
  const surface = useMemo(
    (): Surface => ({
      kind: 'message',
      acts: session.actsOn({ channel, ts }),
      values: values ?? {},
      errors: {},
    }),
    [session, channel, ts, values],
  );
  return (
    <div className="content">
      {blocks.length === 0 ? (
        text !== '' && <Mrkdwn text={text} />
      ) : (
        <SurfaceProvider value={surface}>
          <Blocks blocks={blocks.filter(isJson)} />
        </SurfaceProvider>
      )}
      {attached?.map((file) => (
        <Attached key={file.id} file={file} />
      ))}
      {edits > 0 && <span className="edited">(edited)</span>}
    </div>
  );
}

/** An uploaded picture, or the name of what is none. */
function Attached({ file }: { readonly file: AttachedFile }) {
  const { fileUrl } = useKnowledge();
  const name = file.title ?? file.name ?? file.id;
  return (
    <figure className="image-block attached">
      <figcaption>{name}</figcaption>
      {file.type?.startsWith('image/') === true && (
        <Picture src={fileUrl(file.id)} alt={file.altText || name} className="image" />
      )}
    </figure>
  );
}

interface BroadcastProps {
  readonly repliesTo: string;
  /** Left out in the thread itself. */
  readonly onOpen: (() => void) | undefined;
}

/** A reply that is in two places says in each where the other one is. */
function Broadcast({ repliesTo, onOpen }: BroadcastProps) {
  if (onOpen === undefined) return <div className="broadcast">Also sent to the channel</div>;
  return (
    <div className="broadcast">
      <span>replied to a thread:</span>
      <button type="button" onClick={onOpen}>
        {repliesTo}
      </button>
    </div>
  );
}

interface ThreadLinkProps {
  readonly thread: ThreadInfo;
  readonly onOpen: () => void;
}

function ThreadLink({ thread, onOpen }: ThreadLinkProps) {
  const { now } = usePage();
  const { personName } = useKnowledge();
  const bot = useSnapshot(({ app }) => app?.bot.userId);
  return (
    <button type="button" className="thread-link" onClick={onOpen}>
      {thread.users.slice(0, 3).map((id) => (
        <Avatar key={id} name={personName(id) ?? id} isBot={id === bot} size="small" />
      ))}
      <strong>{thread.replies === 1 ? '1 reply' : `${thread.replies} replies`}</strong>
      <span>Last reply {agoOf(thread.lastTs, now())}</span>
    </button>
  );
}
