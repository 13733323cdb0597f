/** What forbids a condition that is put into Queuekeeper's own statements. */
export type ConditionProblem =
  | 'empty'
  | 'too-long'
  | 'control-character'
  | 'placeholder'
  | 'quote'
  | 'comment'
  | 'semicolon'
  | 'parenthesis'
  | 'keyword';

const longest = 2_000;
/** A quoted text or name, in which a doubled quote stands for itself. */
const quoted = /'(?:[^']|'')*'|"(?:[^"]|"")*"|`(?:[^`]|``)*`/g;
/** What would add rows from elsewhere, take locks, write files or wait. */
const keywords =
  /\b(?:union|into|lock|procedure|for\s+(?:update|share)|sleep|benchmark|get_lock|load_file|release_lock)\b/i;

/**
 * Judges the operator's own SQL condition (`where`, `good`). The operator is trusted, so this is no defence against an
 * attacker: it keeps a slip from changing what the statement around it means. Undefined: it may be used.
 */
export function findConditionProblem(condition: string): ConditionProblem | undefined {
  if (condition.trim() === '') return 'empty';
  if (condition.length > longest) return 'too-long';
  if (/(?![\n\t])\p{Cc}/u.test(condition)) return 'control-character';
  // mysql2 replaces question marks, also inside quotes when it does so on its own side.
  if (condition.includes('?')) return 'placeholder';
  // Whether a backslash escapes a quote depends on the server's mode; a doubled quote always means the same.
  if (/\\['"`]/.test(condition)) return 'quote';
  const bare = condition.replace(quoted, ' x ');
  if (/['"`]/.test(bare)) return 'quote';
  if (/--|#|\/\*|\*\//.test(bare)) return 'comment';
  if (bare.includes(';')) return 'semicolon';
  if (keywords.test(bare)) return 'keyword';
  return isBalanced(bare) ? undefined : 'parenthesis';
}

function isBalanced(text: string): boolean {
  let open = 0;
  for (const character of text) {
    if (character === '(') open += 1;
    if (character === ')') open -= 1;
    if (open < 0) return false;
  }
  return open === 0;
}
