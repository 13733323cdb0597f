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
  | 'assignment'
  | 'clause'
  | 'keyword';

const longest = 2_000;
/** A quoted text or name, in which a doubled quote stands for itself; with the parenthesis of a call behind it. */
const quoted = /('(?:[^']|'')*'|"(?:[^"]|"")*"|`(?:[^`]|``)*`)(\s*\()?/g;
/** A keyword may follow a number without a space: `1e0UNION`. */
const before = '(?<![\\p{L}_$@])';
/** What would add rows from elsewhere, take locks, write files or a sequence, or wait. */
const keywords = new RegExp(
  `${before}(?:${[
    ...['union', 'into', 'lock', 'procedure', 'for\\s+(?:update|share)', '(?:next|previous)\\s+value'],
    ...['sleep', 'benchmark', 'load_file', 'get_lock', 'release_lock', 'release_all_locks', 'is_used_lock'],
    ...['nextval', 'setval', 'lastval', 'master_pos_wait', 'source_pos_wait', 'master_gtid_wait'],
    ...['wait_for_executed_gtid_set', 'wait_until_sql_thread_after_gtids'],
  ].join('|')})(?![\\p{L}\\p{N}_$])`,
  'iu',
);
/** What ends the condition itself, where it stands in no parentheses of its own. `t.order` is a column. */
const clauses =
  /(?<![\p{L}_$@.])(?:select|from|where|group|having|order|limit|window|intersect|except)(?![\p{L}\p{N}_$])/iu;

/**
 * Judges the operator's own SQL condition (`where`, `good`). The operator is trusted, so this is no defence against an
 * attacker: it keeps a slip from changing what the statement around it means, from locking and from waiting. A subquery
 * in parentheses is allowed: it runs on the same read-only account and within the same time. Undefined: it may be used.
 */
export function findConditionProblem(condition: string): ConditionProblem | undefined {
  if (condition.trim() === '') return 'empty';
  if (condition.length > longest) return 'too-long';
  if (/(?![\n\t])\p{Cc}/u.test(condition)) return 'control-character';
  // mysql2 replaces question marks, also inside quotes when it does so on its own side.
  if (condition.includes('?')) return 'placeholder';
  // Whether a backslash escapes a quote depends on the server's mode; a doubled quote always means the same.
  if (/\\['"`]/.test(condition)) return 'quote';
  const bare = condition.replace(quoted, replaceQuoted);
  if (/['"`]/.test(bare)) return 'quote';
  if (/--|#|\/\*|\*\//.test(bare)) return 'comment';
  if (bare.includes(';')) return 'semicolon';
  if (bare.includes(':=')) return 'assignment';
  if (keywords.test(bare)) return 'keyword';
  if (!isBalanced(bare)) return 'parenthesis';
  return clauses.test(outside(bare)) ? 'clause' : undefined;
}

/** A name in quotes can be called as well as a bare one, so its name stays to be judged. */
function replaceQuoted(all: string, text: string, call: string | undefined): string {
  if (call === undefined) return ' x ';
  return text.startsWith("'") ? ' x (' : ` ${all.replace(/["'`]/g, '')}`;
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

/** What stands in no parentheses, of a text whose parentheses are balanced. */
function outside(text: string): string {
  let open = 0;
  let said = '';
  for (const character of text) {
    if (character === ')') open -= 1;
    if (open === 0) said += character === '(' || character === ')' ? ' ' : character;
    if (character === '(') open += 1;
  }
  return said;
}
