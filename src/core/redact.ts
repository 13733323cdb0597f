const hidden = '[redacted]';

/** Words of a name, any of which tells that its value is a secret. */
const secretWords = new Set([
  ...[
    'password',
    'passwd',
    'pwd',
    'passphrase',
    'passcode',
    'secret',
    'secrets',
    'token',
    'apikey',
    'bearer',
  ],
  ...['auth', 'authorization', 'credential', 'credentials', 'cookie', 'cookies', 'session', 'signature'],
  ...['card', 'cardnumber', 'cvc', 'cvv', 'iban', 'pin', 'ssn'],
]);
/** Two words that only together tell it. */
const secretPairs = new Set(['api key', 'private key', 'access key', 'secret key', 'signing key', 'app key']);
/** Written together with the word before, as in `dbpassword`. */
const secretEnding = /(?:password|passwd|passphrase|secret|token|apikey|privatekey|accesskey)$/;

/** Whether a key's name says that its value is nobody's business: by its words, so that `shipping` has no `pin`. */
export function isSecretName(name: string): boolean {
  // `TokenMismatchException: CSRF mismatch` is a class and its message.
  if (name.endsWith('Exception')) return false;
  const words = name
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replace(/([A-Z])([A-Z][a-z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z0-9]+/);
  return words.some(
    (word, index) =>
      secretWords.has(word) ||
      secretEnding.test(word) ||
      secretPairs.has(`${word} ${words[index + 1] ?? ''}`),
  );
}

/**
 * Name and value side by side: what stands before the name, the name, what stands between, the value. A value may be cut
 * off by the end of the text, since heads of long texts are read.
 */
const named: readonly RegExp[] = [
  // JSON.
  /(")((?:[^"\\]|\\.){1,200})("\s*:\s*)("(?:[^"\\]|\\.)*(?:"|\\?$)|-?\d[\d.]*)/g,
  // JSON inside a JSON text.
  /(\\+")([^"\\]{1,200})(\\+"\s*:\s*)(\\+"[\s\S]{0,20000}?(?:\\+"(?=\s*[,}\]])|$)|-?\d[\d.]*)/g,
  // PHP's serialize(), also inside JSON.
  /(s:\d{1,9}:\\*")([^"]{1,300}?)(\\*";[sid]:(?:\d{1,9}:)?)(\\*"[\s\S]{0,20000}?(?:\\*"(?=;)|$)|-?\d[\d.]*)/g,
  // Query strings, KEY=value, headers.
  /((?:^|[\s?&;,({['"]))([\w.-]{1,64})(\s?[=:]\s?)(?!\[redacted\])("[^"\n]*(?:"|$)|'[^'\n]*(?:'|$)|(?:(?:Bearer|Basic)\s+)?[^\s&;,)}\]'"]+)/gim,
];

interface Rule {
  readonly pattern: RegExp;
  readonly replace: string;
}

/** Secrets that are known by their own shape. */
const shapes: readonly Rule[] = [
  { pattern: /\b(Bearer|Basic)\s+[A-Za-z0-9._~+/=-]{8,}/gi, replace: `$1 ${hidden}` },
  { pattern: /\b([a-z][a-z0-9+.-]{1,20}:\/\/[^\s:/@]{0,64}):[^\s/]{1,256}@/gi, replace: `$1:${hidden}@` },
  {
    pattern: /-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]{0,40}PRIVATE KEY-----|$)/g,
    replace: hidden,
  },
  { pattern: /\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{4,}/g, replace: hidden },
  {
    pattern:
      /\b(?:xox[abeposr]|xapp|gh[opsu]|github_pat|[srp]k_(?:live|test)|whsec|AKIA|AIza|base64:)[-_A-Za-z0-9+/=]{10,}/g,
    replace: hidden,
  },
];
const cardLike = /\b\d(?:[ -]?\d){12,18}\b/g;

/** Takes secrets out of text, by the names that stand beside them and by their own shape. */
export function redact(text: string): string {
  const byShape = shapes.reduce((said, { pattern, replace }) => said.replace(pattern, replace), text);
  const byName = named.reduce(hideNamed, byShape);
  return byName.replace(cardLike, (digits) => (isCardNumber(digits) ? hidden : digits));
}

/** What is the value of a harmless name may itself be a name with its value: `Error: DB_PASSWORD=…`. */
function hideNamed(text: string, pattern: RegExp): string {
  return text.replace(pattern, (_, before: string, name: string, between: string, value: string) =>
    isSecretName(name)
      ? `${before}${name}${between}${inPlaceOf(value)}`
      : `${before}${name}${between}${hideNamed(value, pattern)}`,
  );
}

/** Keeps the quotes, so that JSON stays JSON. */
function inPlaceOf(value: string): string {
  const quote = /^\\*["']/.exec(value)?.[0];
  return quote === undefined ? hidden : `${quote}${hidden}${quote}`;
}

/** Luhn's sum; tells card numbers from other long numbers. */
function isCardNumber(text: string): boolean {
  const digits = [...text.replace(/\D/g, '')].reverse().map(Number);
  if (digits.length < 13 || digits.length > 19) return false;
  const sum = digits.reduce((total, digit, index) => {
    const doubled = index % 2 === 1 ? digit * 2 : digit;
    return total + (doubled > 9 ? doubled - 9 : doubled);
  }, 0);
  return sum % 10 === 0 && new Set(digits).size > 1;
}
