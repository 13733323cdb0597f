import type { IncomingMessage, ServerResponse } from 'node:http';
import { situations } from '../world/situations/list.ts';
import { end, play } from '../world/situations/play.ts';
import { createBoard } from './board.ts';
import type { BreakParts } from './breaks/break.ts';
import { createBreaks } from './breaks/list.ts';
import { json } from './http.ts';
import { createLive } from './live.ts';
import type { BreakNow, WorldNow } from './model.ts';
import { createObserver, type Groups, type Seen } from './observe/observe.ts';
import { createScene } from './scene.ts';

export interface PanelOptions extends BreakParts {
  /** In the order in which their queues are shown. */
  readonly groups: readonly Groups[];
  readonly isBotReady: () => Promise<boolean>;
  /** Unix milliseconds. */
  readonly now: () => number;
}

/** The world panel's other side: `GET stream`, `POST break/ID`, `POST mend/ID`, `POST play/SITUATION`, `POST end`. */
export interface Panel {
  /** `path` without the place where the panel is mounted. False: there is nothing of this name. */
  handle(path: string, request: IncomingMessage, response: ServerResponse): Promise<boolean>;
  /** What is broken now, for others that watch the world. */
  breaks(): Promise<readonly BreakNow[]>;
  stop(): void;
}

/** With the longest look, a number on the page is less than a second old. */
const everyMs = 400;

const entries = situations.map(({ id, queue, title }) => ({ id, queue, title }));

export function createPanel(options: PanelOptions): Panel {
  const { groups, isBotReady, now } = options;
  const look = createObserver({ world: options.world, groups, isBotReady, now });
  const board = createBoard(createBreaks(options), now, () => live.refresh());
  const scene = createScene(
    situations,
    {
      play: (situation) => play(options.world, situation),
      end: (situation) => end(options.world, situation),
    },
    () => live.refresh(),
  );
  const live = createLive(async (): Promise<WorldNow> => {
    const seen: Seen = await look();
    const played = { situations: entries, scene: scene.now() };
    return { at: now(), ...seen, breaks: board.states(seen), ...played, acts: board.acts() };
  }, everyMs);

  return {
    async handle(path, request, response) {
      const [how, id = ''] = path.split('/');
      if (request.method === 'GET' && path === 'stream') {
        live.watch(response);
        return true;
      }
      if (request.method === 'POST' && (how === 'play' || path === 'end')) {
        const isDone = how === 'play' ? await scene.play(id) : await scene.end();
        json(response, isDone ? 200 : 409, scene.now());
        return true;
      }
      if (request.method !== 'POST' || (how !== 'break' && how !== 'mend') || !board.has(id)) return false;
      const act = await board.press(id, how);
      json(response, act === undefined ? 409 : 200, act ?? { error: 'it is busy with this already' });
      return true;
    },
    breaks: async () => (await live.get()).breaks,
    stop: live.stop,
  };
}
