/** Where this window is, as its address says it, so that a reload and a copied address lead there again. */
export interface WindowPlace {
  readonly who: string | undefined;
  readonly channel: string | undefined;
  readonly thread: string | undefined;
  readonly side: string | undefined;
  readonly tab: string | undefined;
}

const fields = ['who', 'channel', 'thread', 'side', 'tab'] as const;

export function readPlace(search: string): WindowPlace {
  const query = new URLSearchParams(search);
  const [who, channel, thread, side, tab] = fields.map((field) => query.get(field) ?? undefined);
  return { who, channel, thread, side, tab };
}

export function writePlace(place: WindowPlace): string {
  const known = fields.flatMap((field) => (place[field] === undefined ? [] : [[field, place[field]]]));
  return `?${new URLSearchParams(known as [string, string][])}`; // undefined ones are left out above
}
