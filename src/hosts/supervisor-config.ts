import type { ProgramSettings } from '../operations/ports.ts';
import { defaultStopWaitSeconds } from '../operations/program-settings.ts';
import { parseWorkerCommand } from './worker-command.ts';

/** The lines that are wanted of Supervisor's files; `environment=` and passwords never leave the host. */
export const wantedLines =
  '^(\\[|(command|numprocs|autostart|autorestart|startsecs|stopwaitsecs|user|files) *[=:])';

type Section = ReadonlyMap<string, string>;

/** The programs of Supervisor's configuration: its files' wanted lines, one file after the other. */
export function parseSupervisorConfig(text: string): ReadonlyMap<string, ProgramSettings> {
  return new Map(
    sectionsOf(text).flatMap(([title, keys]): [string, ProgramSettings][] => {
      const name = /^program:(.+)$/.exec(title)?.[1];
      return name === undefined ? [] : [[name, settingsOf(keys)]];
    }),
  );
}

/** What `[include]` names: paths and patterns, as they stand there. */
export const includesOf = (text: string): readonly string[] =>
  sectionsOf(text)
    .flatMap(([title, keys]) => (title === 'include' ? (keys.get('files') ?? '').split(/\s+/) : []))
    .filter((path) => path !== '');

function sectionsOf(text: string): readonly (readonly [string, Section])[] {
  const sections: [string, Map<string, string>][] = [];
  for (const line of text.split('\n')) {
    const title = /^\[([^\]]+)\]/.exec(line)?.[1];
    if (title !== undefined) sections.push([title.trim(), new Map()]);
    const [, key, value] = /^(\w+) *[=:] *(.*)$/.exec(line) ?? [];
    // As Supervisor reads it: what follows a blank and a semicolon is a remark.
    if (key !== undefined && value !== undefined)
      sections.at(-1)?.[1].set(key, value.replace(/\s;.*$/, '').trim());
  }
  return sections;
}

function settingsOf(keys: Section): ProgramSettings {
  const number = (key: string, otherwise: number): number => {
    const value = keys.get(key) ?? '';
    return /^\d{1,9}$/.test(value) ? Number(value) : otherwise;
  };
  return {
    command: parseWorkerCommand(keys.get('command') ?? ''),
    processes: number('numprocs', 1),
    autostart: isTrue(keys.get('autostart') ?? 'true'),
    autorestart: autorestartOf(keys.get('autorestart')),
    startSeconds: number('startsecs', 1),
    stopWaitSeconds: number('stopwaitsecs', defaultStopWaitSeconds),
    user: keys.get('user'),
  };
}

const isTrue = (value: string): boolean => /^(yes|true|on|1)$/i.test(value);

function autorestartOf(value: string | undefined): ProgramSettings['autorestart'] {
  if (value === undefined || /^unexpected$/i.test(value)) return 'unexpected';
  return isTrue(value) ? 'always' : 'never';
}
