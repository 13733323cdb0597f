import { type Document, isAlias, isMap, isScalar, isSeq, LineCounter, parseAllDocuments } from 'yaml';
import type { Substituted } from './environment.ts';
import { type Came, type ConfigFault, type ConfigPath, pathText } from './fault.ts';

/** The configuration file as plain data, with the place and the written form of every value. */
export interface Tree {
  /** Objects, lists, texts, numbers, booleans and null; variables are replaced. */
  readonly value: unknown;
  readonly faults: readonly ConfigFault[];
  /** Line of the value or key at this path, or of the nearest thing around it. */
  lineOf(path: ConfigPath): number | undefined;
  /** What the file says at this path before variables were replaced; undefined where that is no single value. */
  writtenAt(path: ConfigPath): string | undefined;
}

const deepest = 30;
const mostNodes = 100_000;

/**
 * Reads YAML 1.2, with anchors, aliases and merge keys, and replaces variables in its texts. The parser's own messages
 * quote the file, secrets included, so none of them is passed on.
 */
export function parseTree(text: string, replace: (text: string) => Substituted): Tree {
  const lines = new LineCounter();
  // Keys that stand there twice are found below, where their path is known.
  const documents = parseAllDocuments(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: false });
  const document = Array.isArray(documents) ? documents[0] : undefined;
  const walk = new Walk(lines, replace);
  const second = Array.isArray(documents) ? documents[1] : undefined;
  if (second !== undefined) {
    const { line } = lines.linePos(second.range[0]);
    walk.faults.push({ path: [], line, expected: 'one-document', came: { kind: 'list' } });
  }
  // The first error is the cause; those after it are mostly its echoes.
  const error = document?.errors[0];
  if (error !== undefined) {
    const { line } = lines.linePos(error.pos[0]);
    const text = error.code.toLowerCase().replaceAll('_', ' ');
    walk.faults.push({ path: [], line, expected: 'yaml', came: { kind: 'value', text } });
  }
  // What a broken file seems to say would only bring faults that are none.
  const readable = document !== undefined && walk.faults.length === 0;
  const value = readable ? walk.read(document, document.contents, [], 0) : undefined;
  return {
    value,
    faults: walk.faults,
    lineOf: (path) => walk.lineOf(path),
    writtenAt: (path) => walk.written.get(pathText(path)),
  };
}

class Walk {
  readonly faults: ConfigFault[] = [];
  readonly written = new Map<string, string>();
  readonly #lineAt = new Map<string, number>();
  readonly #lines: LineCounter;
  readonly #replace: (text: string) => Substituted;
  #nodes = 0;

  constructor(lines: LineCounter, replace: (text: string) => Substituted) {
    this.#lines = lines;
    this.#replace = replace;
  }

  fault(path: ConfigPath, expected: ConfigFault['expected'], came: Came, names?: readonly string[]): void {
    const line = this.lineOf(path);
    this.faults.push({
      ...{ path, expected, came },
      ...(line === undefined ? {} : { line }),
      ...(names === undefined ? {} : { names }),
    });
  }

  lineOf(path: ConfigPath): number | undefined {
    for (let length = path.length; length > 0; length -= 1) {
      const line = this.#lineAt.get(pathText(path.slice(0, length)));
      if (line !== undefined) return line;
    }
    return undefined;
  }

  read(document: Document, node: unknown, path: ConfigPath, depth: number): unknown {
    this.#nodes += 1;
    // Aliases of aliases can make a small file endless.
    if (depth > deepest || this.#nodes > mostNodes) {
      if (this.faults.every((fault) => fault.expected !== 'shallow')) {
        this.fault(path.slice(0, 3), 'shallow', { kind: 'mapping' });
      }
      return undefined;
    }
    if (isAlias(node)) return this.read(document, node.resolve(document), path, depth + 1);
    if (isMap(node)) return this.#readMap(document, node.items, path, depth);
    if (isSeq(node)) {
      return node.items.map((item, index) => {
        this.#note([...path, index], item);
        return this.read(document, item, [...path, index], depth + 1);
      });
    }
    return isScalar(node) ? this.#readScalar(node.value, path) : undefined;
  }

  #readMap(
    document: Document,
    pairs: readonly { readonly key: unknown; readonly value: unknown }[],
    path: ConfigPath,
    depth: number,
  ): Record<string, unknown> {
    // Without a prototype, so that no key can mean anything but itself.
    const result: Record<string, unknown> = Object.create(null);
    const merged: Record<string, unknown> = Object.create(null);
    for (const { key, value } of pairs) {
      const name = String(isScalar(key) ? key.value : key);
      const at = [...path, name];
      if (name === '<<') {
        const parts = this.read(document, value, path, depth + 1);
        for (const part of Array.isArray(parts) ? [...parts].reverse() : [parts]) Object.assign(merged, part);
        continue;
      }
      if (name === '__proto__') {
        this.#note(at, key);
        this.fault(at, 'known-key', { kind: 'key' });
        continue;
      }
      if (name in result) {
        this.#note(at, key);
        this.fault(at, 'key-once', { kind: 'twice' });
        continue;
      }
      this.#note(at, key);
      result[name] = this.read(document, value, at, depth + 1);
    }
    return Object.assign(Object.create(null), merged, result);
  }

  #readScalar(value: unknown, path: ConfigPath): unknown {
    if (typeof value !== 'string') {
      this.written.set(pathText(path), String(value));
      return value;
    }
    this.written.set(pathText(path), value);
    const replaced = this.#replace(value);
    if (replaced.ok) return replaced.text;
    if (replaced.problem === 'syntax') {
      this.fault(path, 'variable-syntax', { kind: 'hidden' });
      return undefined;
    }
    const { name, variable } = replaced;
    if (variable.kind === 'both') {
      this.fault(path, 'inline-or-file', { kind: 'both' }, [name, `${name}_FILE`]);
    } else if (variable.kind === 'missing' || variable.kind === 'empty' || variable.kind === 'set') {
      this.fault(path, 'variable-set', { kind: variable.kind === 'empty' ? 'empty' : 'missing' }, [name]);
    } else {
      this.fault(path, 'secret', { kind: 'hidden', problem: variable.kind }, [`${name}_FILE`]);
    }
    return undefined;
  }

  #note(path: ConfigPath, node: unknown): void {
    const range = isScalar(node) || isMap(node) || isSeq(node) || isAlias(node) ? node.range : undefined;
    const offset = range?.[0];
    const text = pathText(path);
    if (typeof offset === 'number') this.#lineAt.set(text, this.#lines.linePos(offset).line);
  }
}
