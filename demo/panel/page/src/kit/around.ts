/** The page that this one is a panel of; itself when it was opened alone. */
const around = (): Window => window.parent;

/** Who acts in the page around: it says so in its address, and when it made this frame. */
export function personAround(): string | undefined {
  const inAddress = new URLSearchParams(around().location.search).get('who');
  return inAddress ?? new URLSearchParams(location.search).get('who') ?? undefined;
}

/** The channel that is open in the page around. */
export const channelAround = (): string | undefined =>
  new URLSearchParams(around().location.search).get('channel') ?? undefined;

/** The address of the page around, somewhere else in it. */
export function elsewhere(change: Readonly<Record<string, string>>): string {
  const query = new URLSearchParams(around() === window ? '' : around().location.search);
  query.delete('thread');
  for (const [name, value] of Object.entries(change)) query.set(name, value);
  return `/?${query}`;
}

/** Puts words into the message box of the page around, for the person to send. */
export const offerWords = (channel: string, text: string): void =>
  around().postMessage({ kind: 'type', channel, text }, location.origin);

export const isAlone = (): boolean => around() === window;
