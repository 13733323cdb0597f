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

/** `readTo`: the last message that was read when the channel was opened. */
export function rowsOf(messages: readonly Message[], readTo: string | undefined, me: string): readonly Row[] {
  const firstNew = messages.find((one) => readTo !== undefined && one.ts > readTo && one.user !== me);
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
    Number(message.ts) - Number(before.ts) < togetherSeconds
  );
}
