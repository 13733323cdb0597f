const hidden = '[redacted]';
const secretName =
  'pass(?:word|wd|phrase)?|secret|token|api[_-]?key|apikey|private[_-]?key|access[_-]?key|auth(?:orization)?|credential|bearer|cookie|session|signature|card(?:[_-]?number)?|cvc|cvv|iban|pin|ssn';

/** Whether a key's name says that its value is nobody's business. */
export const isSecretName = (name: string): boolean =>
  new RegExp(`(?:^|[_.\\-\\s]|[a-z](?=[A-Z]))?(?:${secretName})`, 'i').test(name);

interface Rule {
  readonly pattern: RegExp;
  readonly replace: string;
}

/** By key first: JSON, PHP-serialised, query strings and KEY=value; then by shape. */
const rules: readonly Rule[] = [
  {
    pattern: new RegExp(
      `("[^"\\\\]{0,64}(?:${secretName})[^"\\\\]{0,64}"\\s*:\\s*)"(?:[^"\\\\]|\\\\.)*"`,
      'gi',
    ),
    replace: `$1"${hidden}"`,
  },
  {
    pattern: new RegExp(
      `(s:\\d+:\\\\?"[^"]{0,64}(?:${secretName})[^"]{0,64}\\\\?";s:\\d+:)\\\\?"[^"]*"`,
      'gi',
    ),
    replace: `$1"${hidden}"`,
  },
  { pattern: /\b(Bearer|Basic)\s+[A-Za-z0-9._~+/=-]{8,}/g, replace: `$1 ${hidden}` },
  {
    pattern: new RegExp(
      `((?:^|[\\s?&;,({\\['"])[\\w.-]{0,32}(?:${secretName})[\\w.-]{0,32}\\s*[=:]\\s*)(?!["\\[]redacted)(?:"[^"]*"|'[^']*'|[^\\s&;,)}\\]'"]+)`,
      'gi',
    ),
    replace: `$1${hidden}`,
  },
  { pattern: /\b([a-z][a-z0-9+.-]{1,20}:\/\/[^\s:/@]{0,64}):[^\s@/]{1,256}@/gi, replace: `$1:${hidden}@` },
  {
    pattern: /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g,
    replace: hidden,
  },
  { pattern: /\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{4,}/g, replace: hidden },
  {
    pattern: /\b(?:xox[abposr]|xapp|ghp|gho|sk_live|sk_test|rk_live|AKIA|AIza)[-_A-Za-z0-9]{10,}/g,
    replace: hidden,
  },
];
const cardLike = /\b\d(?:[ -]?\d){12,18}\b/g;

/** Takes secrets out of text, by the names that stand beside them and by their own shape. */
export function redact(text: string): string {
  const without = rules.reduce((said, { pattern, replace }) => said.replace(pattern, replace), text);
  return without.replace(cardLike, (digits) => (isCardNumber(digits) ? hidden : digits));
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
