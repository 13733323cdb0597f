const fullWidth = /[\uff01-\uff5e]/g;
const offset = 0xfee0;

/**
 * Letters, digits and signs that a Chinese or Japanese keyboard wrote at full width (`１２`, `ｓｔｅｐ＝４`, `＃７`), as the ones
 * that are meant. For what is read as a name, a number or a time; a person's own sentences stay as they are.
 */
export const narrow = (text: string): string =>
  text.replaceAll(fullWidth, (sign) => String.fromCharCode(sign.charCodeAt(0) - offset));
