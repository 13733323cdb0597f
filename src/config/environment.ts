/** Reads a text file whole, or throws. */
export type ReadFile = (path: string) => string;

/** Variables by name, as `process.env` has them. */
export type Environment = Readonly<Record<string, string | undefined>>;

export type Variable =
  | { readonly kind: 'set'; readonly value: string }
  | { readonly kind: 'missing' }
  | { readonly kind: 'empty' }
  /** Both `NAME` and `NAME_FILE` are set: nobody can tell which one is meant. */
  | { readonly kind: 'both' }
  | { readonly kind: FileProblem };

/** What is wrong with a secret's file. */
export type FileProblem = `file-${Unread}` | 'file-empty';

/** Why a file was not read, as far as people can do something about it. */
export type Unread = 'missing' | 'forbidden' | 'directory' | 'unreadable';

/** By the code of the system's own error; its words name the path, which a secret may have been written into. */
export function whyUnread(error: unknown): Unread {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'ENOENT' || code === 'ENOTDIR') return 'missing';
  if (code === 'EACCES' || code === 'EPERM') return 'forbidden';
  return code === 'EISDIR' ? 'directory' : 'unreadable';
}

/** Finds a variable by its name, or the content of the file that `NAME_FILE` names, without the newline at its end. */
export function findVariable(name: string, env: Environment, readFile: ReadFile): Variable {
  const inline = env[name];
  const file = env[`${name}_FILE`];
  if (file === undefined || file === '') {
    if (inline === undefined) return { kind: 'missing' };
    return inline === '' ? { kind: 'empty' } : { kind: 'set', value: inline };
  }
  if (inline !== undefined && inline !== '') return { kind: 'both' };
  return readSecretFile(file, readFile);
}

/** The content of a secret's file, without the newline that editors put at its end. */
export function readSecretFile(
  path: string,
  readFile: ReadFile,
): Extract<Variable, { kind: 'set' | FileProblem }> {
  try {
    const value = readFile(path).replace(/[\r\n]+$/, '');
    return value === '' ? { kind: 'file-empty' } : { kind: 'set', value };
  } catch (error) {
    return { kind: `file-${whyUnread(error)}` };
  }
}

export type Substituted =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly problem: 'syntax' }
  | { readonly ok: false; readonly problem: 'variable'; readonly name: string; readonly variable: Variable };

const reference = /\$\$\{|\$\{([^}]*)\}|\$\{/g;
const inner = /^([A-Za-z_][A-Za-z0-9_]*)(?::-(.*))?$/s;

/**
 * Replaces `${NAME}` by the variable and `${NAME:-x}` by the variable or, where it is missing or empty, by `x`.
 * `$${` stands for `${` itself. A variable's own text is taken as it is: nothing in it is replaced again.
 */
export function substitute(text: string, find: (name: string) => Variable): Substituted {
  let problem: Extract<Substituted, { ok: false }> | undefined;
  const replaced = text.replace(reference, (whole, content: string | undefined) => {
    if (whole === '$${') return '${';
    const match = inner.exec(content ?? '');
    const name = match?.[1];
    if (name === undefined) {
      problem ??= { ok: false, problem: 'syntax' };
      return '';
    }
    const variable = find(name);
    if (variable.kind === 'set') return variable.value;
    const fallback = match?.[2];
    if (fallback !== undefined && (variable.kind === 'missing' || variable.kind === 'empty')) return fallback;
    problem ??= { ok: false, problem: 'variable', name, variable };
    return '';
  });
  return problem ?? { ok: true, text: replaced };
}
