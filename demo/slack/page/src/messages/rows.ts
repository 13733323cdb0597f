import type { Message } from '../api/types.ts';
import { isSameDay } from './times.ts';

/** What stands above a message, and how it follows the one before. */
export interface Row {
  readonly message: Message;
  readonly isContinued: boolean;
  readonly startsDay: boolean;
  readonly startsNew: boolean;
}

const togetherSeconds = 300;

/** What was there unread when a channel was opened: what lies behind `after`, up to `until`. */
export interface Unseen {
  readonly after: string;
  readonly until: string;
}

export function rowsOf(messages: readonly Message[], unseen: Unseen | undefined, me: string): readonly Row[] {
  const isUnseen = ({ ts, user, ephemeralFor }: Message): boolean =>
    unseen !== undefined &&
    ts > unseen.after &&
    ts <= unseen.until &&
    user !== me &&
    ephemeralFor === undefined;
  const firstNew = messages.find(isUnseen);
  return messages.map((message, index) => {
    const before = messages[index - 1];
    const startsDay = before === undefined || !isSameDay(before.ts, message.ts);
    const startsNew = message === firstNew && index > 0;
    return {
      message,
      startsDay,
      startsNew,
      isContinued: !startsDay && !startsNew && goesOn(before, message),
    };
  });
}

function goesOn(before: Message, message: Message): boolean {
  return (
    before.user === message.user &&
    before.ephemeralFor === message.ephemeralFor &&
    before.fromSlack === message.fromSlack &&
    message.isBroadcast !== true &&
    Number(message.ts) - Number(before.ts) < togetherSeconds
  );
}
