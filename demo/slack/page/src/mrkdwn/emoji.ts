/** The character of a Slack emoji name, skin tone included; undefined when there is none. */
export type FindEmoji = (name: string) => string | undefined;

const tone = /^(.+)::skin-tone-([2-6])$/;
const lightestTone = 0x1f3fb;

/** `packed`: names and characters in turn, separated by blanks. */
export function createEmoji(packed: string): FindEmoji {
  const words = packed.split(' ');
  const known = new Map<string, string>();
  for (let at = 0; at + 1 < words.length; at += 2) known.set(words[at] ?? '', words[at + 1] ?? '');
  return (name) => {
    const toned = tone.exec(name);
    if (toned === null) return known.get(name);
    const plain = known.get(toned[1] ?? '');
    return plain === undefined
      ? undefined
      : plain.replace('\ufe0f', '') + String.fromCodePoint(lightestTone + Number(toned[2]) - 2);
  };
}
