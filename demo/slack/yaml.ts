import { isMap, isNode, isPair, LineCounter, parseDocument } from 'yaml';

/** What is wrong, and where: `['users', 0, 'id']`. */
export interface Fault {
  readonly path: readonly (string | number)[];
  readonly said: string;
  /** Where the path does not tell. */
  readonly line?: number;
}

export interface Yaml {
  readonly value: unknown;
  /** What makes it no YAML. */
  readonly faults: readonly Fault[];
  /** The line of a value; of the nearest one around it when there is none. */
  lineOf(path: Fault['path']): number;
}

export function readYaml(text: string): Yaml {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const startOf = (path: Fault['path']): number | undefined => {
    const parent = document.getIn(path.slice(0, -1), true);
    const key = path.at(-1);
    const pair = isMap(parent)
      ? parent.items.find((one) => isPair(one) && isNode(one.key) && String(one.key) === key)
      : undefined;
    const node = pair?.key ?? document.getIn(path, true);
    return isNode(node) ? node.range?.[0] : undefined;
  };
  return {
    value: document.errors.length > 0 ? undefined : document.toJS(),
    faults: document.errors.map(({ message, pos }) => ({
      ...{ path: [], said: message, line: lines.linePos(pos[0]).line },
    })),
    lineOf(path) {
      for (let length = path.length; length > 0; length -= 1) {
        const start = startOf(path.slice(0, length));
        if (start !== undefined) return lines.linePos(start).line;
      }
      return 1;
    },
  };
}
