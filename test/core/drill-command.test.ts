import { describe, expect, it } from 'vitest';
import { findDangerousWord } from '../../src/core/drill-command.ts';

describe('the command with which a drill makes a failure', () => {
  it.each([
    [['fap:drill', 'reports']],
    [['demo:fail']],
    [['queuekeeper:drill', 't']],
    [['--no-ansi', 'fap:drill', 'reports']],
    [['drill', '--class=GenerateReportJob']],
  ])('may be %j', (words) => {
    expect(findDangerousWord(words)).toBeUndefined();
  });

  it.each<[readonly string[], number]>([
    [['queue:flush'], 0],
    [['QUEUE:Retry', 'all'], 0],
    [['db:wipe'], 0],
    [['migrate'], 0],
    [['migrate:fresh'], 0],
    [['tinker'], 0],
    [['Tinker', '--execute=1'], 0],
    [['schedule:test', '--name=queue:flush'], 1],
    [['fap:drill', 'DB:seed'], 1],
    [['fap:run', 'reports', 'Migrate'], 2],
    [['q:fl'], 0],
    [['que:flush'], 0],
    [['d:w'], 0],
    [['mig'], 0],
    [['m:fresh'], 0],
    [['tink'], 0],
    [['--env', 'local', 'tink'], 2],
    [['-v', 'q:fl'], 1],
  ])('may not be %j, for its word %i', (words, at) => {
    expect(findDangerousWord(words)).toBe(at);
  });
});
