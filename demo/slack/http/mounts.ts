import type { IncomingMessage, ServerResponse } from 'node:http';

/** Answers everything below a path. The request's `url` is whole. */
export type MountHandler = (request: IncomingMessage, response: ServerResponse) => void | Promise<void>;

/** What whoever embeds this Slack serves under its origin. */
export interface Mounts {
  /** `/world` takes `/world`, `/world/` and all below. Throws for a path of Slack's own or one that is taken. */
  mount(path: string, handler: MountHandler): void;
  find(pathname: string): MountHandler | undefined;
}

const own = new Set(['', 'api', 'assets', 'control', 'files', 'response', 'socket', 'upload']);

export function createMounts(): Mounts {
  const handlers = new Map<string, MountHandler>();
  return {
    mount(path, handler) {
      const [, first = ''] = path.split('/');
      const place = path.replace(/\/+$/, '');
      if (!path.startsWith('/') || own.has(first)) throw new Error(`nothing can be mounted at ${path}`);
      if (handlers.has(place)) throw new Error(`something is mounted at ${place} already`);
      handlers.set(place, handler);
    },
    find(pathname) {
      const parts = pathname.split('/');
      for (let length = parts.length; length > 1; length -= 1) {
        const handler = handlers.get(parts.slice(0, length).join('/'));
        if (handler !== undefined) return handler;
      }
      return undefined;
    },
  };
}
