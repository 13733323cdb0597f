import type { WorkerProcess } from '../operations/ports.ts';

const states = [
  'STOPPED',
  'STARTING',
  'RUNNING',
  'BACKOFF',
  'STOPPING',
  'EXITED',
  'FATAL',
  'UNKNOWN',
] as const;
const line = new RegExp(`^(\\S+)\\s+(${states.join('|')})\\b\\s*(.*)$`);
const runningWords = /^pid (\d+), uptime (?:(\d+) days?, )?(\d+):(\d{2}):(\d{2})/;

/** The lines of `supervisorctl status`: `group:name   STATE   description`. Other lines are left out. */
export function parseSupervisorStatus(text: string, host: string): readonly WorkerProcess[] {
  return text.split('\n').flatMap((one): readonly WorkerProcess[] => {
    const [, name, state, description = ''] = line.exec(one.trim()) ?? [];
    const known = states.find((candidate) => candidate === state);
    if (name === undefined || known === undefined) return [];
    const words = runningWords.exec(description);
    const [days = 0, hours = 0, minutes = 0, seconds = 0] = (words?.slice(2) ?? []).map((part) =>
      Number(part ?? 0),
    );
    return [
      {
        ...{ host, name, state: known, description: description.trim() },
        pid: words === null ? undefined : Number(words[1]),
        uptimeSeconds: words === null ? undefined : days * 86_400 + hours * 3600 + minutes * 60 + seconds,
      },
    ];
  });
}
