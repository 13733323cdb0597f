const esc = '\u001b';
/** CSI, OSC (also links, ended by BEL or ST), DCS and its kin, and a lone escape with its final byte. */
const sequences = new RegExp(
  [
    `(?:${esc}\\[|\u009b)[0-?]*[ -/]*[@-~]?`,
    `(?:${esc}\\]|\u009d)[^\u0007\u001b\u009c]*(?:\u0007|${esc}\\\\|\u009c)?`,
    `(?:${esc}[PX^_]|[\u0090\u0098\u009e\u009f])[^\u001b\u009c]*(?:${esc}\\\\|\u009c)?`,
    `${esc}[ -/]*[0-~]?`,
  ].join('|'),
  'g',
);
/** All control and format characters but newline and tab: C0, C1, bidi controls, zero-width ones, byte order mark. */
const controls = /(?![\n\t])[\p{Cc}\p{Cf}]/gu;
/** Halves of characters, which JSON from outside can hold: no UTF-8 can be made of them, and Slack refuses them. */
const halves = /\p{Cs}/gu;

/** Nothing in it that could be taken out. */
const plain = /^[\t\n -~]*$/;

/** Takes out of foreign text what a terminal or a reader's eye would be deceived by. Of a line with `\r` the last part stays. */
export function strip(text: string): string {
  // Most texts are plain, and thousands are read at a time.
  if (plain.test(text)) return text;
  return text
    .replaceAll('\r\n', '\n')
    .replace(sequences, '')
    .replace(/[\u2028\u2029]/g, '\n')
    .replace(/^.*\r(?=[^\n])/gm, '')
    .replace(controls, '')
    .replace(halves, '\ufffd');
}

/** At most so many code points, the last one an ellipsis where something was cut. Never half a character. */
export function capText(text: string, most: number): string {
  if (text.length <= most) return text;
  const points = [...text];
  return points.length <= most ? text : `${points.slice(0, Math.max(0, most - 1)).join('')}…`;
}
