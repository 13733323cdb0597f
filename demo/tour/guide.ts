import { readFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { json } from '../panel/http.ts';
import { createLive } from '../panel/live.ts';
import { createFileWriter } from '../write-whole.ts';
import type { Evidence } from './evidence.ts';
import type { StepId, TourNow } from './model.ts';
import { type Beginning, type EvidenceSources, readBeginning, readEvidence } from './read-evidence.ts';
import { steps } from './steps.ts';
import { noProgress, type Progress, possibleSteps, showTour, tick } from './tour.ts';

export interface GuideOptions {
  readonly sources: EvidenceSources;
  /** The verbs that the bot has, as they are typed. */
  readonly askVerbs: () => Promise<ReadonlySet<string>>;
  /** A person's or a channel's name. */
  readonly nameOf: (id: string) => string;
  /** Where it is remembered how far it came; left out: with this process. */
  readonly file?: string;
}

/** The tour's other side: `GET stream`, `POST skip/STEP` (or `skip/all`), `POST again`. */
export interface Guide {
  /** `path` without the place where the tour is mounted. False: there is nothing of this name. */
  handle(path: string, request: IncomingMessage, response: ServerResponse): Promise<boolean>;
  /** What is done from now on counts; where an earlier tour was kept, it goes on. Rejects when the store does not answer. */
  begin(): Promise<void>;
  stop(): void;
}

interface Notebook {
  readonly since: Beginning;
  readonly progress: Progress;
}

const everyMs = 450;
const nothingSeen: Evidence = { broken: new Set(), reads: [], requests: [], failedReports: [] };

export function createGuide({ sources, askVerbs, nameOf, file }: GuideOptions): Guide {
  let notebook: Notebook | undefined;
  let verbs: ReadonlySet<string> | undefined;
  let seen = nothingSeen;

  const save = file === undefined ? undefined : createFileWriter(file);
  const write = async (next: Notebook): Promise<Notebook> => {
    notebook = next;
    await save?.(JSON.stringify(next));
    return next;
  };
  const begin = async (): Promise<Notebook> =>
    write({ since: await readBeginning(sources.store), progress: noProgress });
  const open = async (): Promise<Notebook> => notebook ?? (await kept(file)) ?? begin();

  const show = (isBlind: boolean): TourNow => ({
    isBlind,
    steps:
      verbs === undefined
        ? undefined
        : showTour(possibleSteps(steps, verbs), notebook?.progress ?? noProgress, seen, nameOf),
  });
  const watch = async (): Promise<TourNow> => {
    try {
      verbs ??= await askVerbs();
      const { since } = await open();
      seen = await readEvidence(sources, since);
      // What was skipped while it looked is not forgotten.
      const now = await open();
      const progress = tick(possibleSteps(steps, verbs), now.progress, seen);
      if (progress !== now.progress && now.since === since) await write({ since, progress });
      return show(false);
    } catch {
      // A dead database is a normal day here.
      return show(true);
    }
  };
  const live = createLive(watch, everyMs);

  const skip = async (id: string): Promise<boolean> => {
    const chosen = steps.filter((step) => id === 'all' || step.id === id).map((step) => step.id);
    const { since, progress } = await open();
    await write({ since, progress: chosen.reduce(withSkip, progress) });
    return chosen.length > 0;
  };
  const act = async (how: string, id: string): Promise<boolean> => {
    const isKnown = how === 'again' ? await begin().then(() => true) : how === 'skip' && (await skip(id));
    if (isKnown) live.refresh();
    return isKnown;
  };
  return {
    async handle(path, request, response) {
      const [how = '', id = ''] = path.split('/');
      if (request.method === 'GET' && path === 'stream') live.watch(response);
      else if (request.method !== 'POST') return false;
      else if (await act(how, id)) json(response, 200, {});
      else return false;
      return true;
    },
    async begin() {
      notebook = await open();
    },
    stop: live.stop,
  };
}

const withSkip = (progress: Progress, step: StepId): Progress =>
  progress.skipped.includes(step) ? progress : { ...progress, skipped: [...progress.skipped, step] };

async function kept(file: string | undefined): Promise<Notebook | undefined> {
  if (file === undefined) return undefined;
  const text = await readFile(file, 'utf8').catch(() => undefined);
  return text === undefined ? undefined : JSON.parse(text);
}
