import type { ReactNode } from 'react';
import { formatDate } from './date.ts';
import { useKnowledge } from './knowledge.tsx';
import { safeUrl } from './safe-url.ts';

/** The pieces that both mrkdwn and rich text are made of. */

/** A link, or its text alone where a browser may not go. */
export function Link({ url, children }: { readonly url: string; readonly children: ReactNode }) {
  const href = safeUrl(url);
  if (href === undefined) return <span className="dead-link">{children}</span>;
  return (
    <a href={href} target="_blank" rel="noopener noreferrer">
      {children}
    </a>
  );
}

export function PersonMention({ id, label }: { readonly id: string; readonly label?: string | undefined }) {
  const { me, personName } = useKnowledge();
  const name = personName(id) ?? label ?? id;
  return <span className={id === me ? 'mention mention-me' : 'mention'}>@{name}</span>;
}

export function GroupMention({ id, label }: { readonly id: string; readonly label?: string | undefined }) {
  const { groupName, isMyGroup } = useKnowledge();
  const name = groupName(id) ?? label?.replace(/^@/, '') ?? id;
  return <span className={isMyGroup(id) ? 'mention mention-me' : 'mention'}>@{name}</span>;
}

export function ChannelMention({ id, label }: { readonly id: string; readonly label?: string | undefined }) {
  const { channelName, openChannel } = useKnowledge();
  const name = channelName(id);
  if (name === undefined || openChannel === undefined)
    return <span className="mention">#{name ?? label ?? id}</span>;
  return (
    <button type="button" className="mention mention-link" onClick={() => openChannel(id)}>
      #{name}
    </button>
  );
}

export const BroadcastMention = ({ range }: { readonly range: string }) => (
  <span className="mention mention-me">@{range}</span>
);

/** By name; one that is not known stays as it was written. */
export function Emoji({ name, unicode }: { readonly name: string; readonly unicode?: string | undefined }) {
  const { findEmoji, emojiPicture } = useKnowledge();
  const picture = emojiPicture?.(name);
  if (picture !== undefined) return <img className="emoji-picture" src={picture} alt={`:${name}:`} />;
  const character = findEmoji(name) ?? unicode;
  if (character === undefined) return <>:{name}:</>;
  return (
    <span className="emoji" role="img" aria-label={name.replaceAll('_', ' ')} title={`:${name}:`}>
      {character}
    </span>
  );
}

export interface DateProps {
  readonly seconds: number;
  readonly format: string;
  readonly url?: string | undefined;
  readonly fallback: string;
}

export function DateText({ seconds, format, url, fallback }: DateProps) {
  const style = useKnowledge().dates();
  const words = formatDate(seconds, format, style);
  if (words === undefined) return <>{fallback}</>;
  const shown = (
    <time
      dateTime={new Date(seconds * 1000).toISOString()}
      title={formatDate(seconds, '{date_long} {time_secs}', style)}
    >
      {words}
    </time>
  );
  return url === undefined ? shown : <Link url={url}>{shown}</Link>;
}
