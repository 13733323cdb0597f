import { describe, expect, it } from 'vitest';
import { createAsk } from '../../../demo/panel/observe/ask.ts';
import { parseProcesses } from '../../../demo/world/ask-supervisor.ts';

describe('a part of the world', () => {
  it('is well when it answers, down when it refuses, silent when it takes too long', async () => {
    expect(await createAsk(async () => 5, 50)()).toEqual({ state: 'well', value: 5 });
    const refuses = createAsk(async () => Promise.reject(new Error('ECONNREFUSED')), 50);
    expect(await refuses()).toEqual({ state: 'down' });
    expect(await createAsk(() => new Promise(() => undefined), 5)()).toEqual({ state: 'silent' });
  });

  it('is not asked again while a question hangs', async () => {
    let asked = 0;
    let answer: (value: string) => void = () => undefined;
    const ask = createAsk(() => {
      asked += 1;
      return new Promise<string>((resolve) => {
        answer = resolve;
      });
    }, 5);
    await ask();
    await ask();
    expect(asked).toBe(1);
    const third = ask();
    answer('late');
    expect(await third).toEqual({ state: 'well', value: 'late' });
    void ask();
    expect(asked).toBe(2);
  });
});

describe('Supervisor’s answer', () => {
  it('tells group, name and state of each process', () => {
    const member = (name: string, value: string): string =>
      `<member>\n<name>${name}</name>\n<value><string>${value}</string></value>\n</member>\n`;
    const struct = (name: string, state: string, pid: number): string =>
      `<value><struct>\n${member('name', name)}${member('group', 'fap-queue-reports')}${member('statename', state)}<member>\n<name>pid</name>\n<value><int>${pid}</int></value>\n</member>\n</struct></value>`;
    expect(
      parseProcesses(
        `<array><data>${struct('fap-queue-reports_00', 'RUNNING', 77)}${struct('fap-queue-reports_01', 'FATAL', 0)}</data></array>`,
      ),
    ).toEqual([
      { group: 'fap-queue-reports', name: 'fap-queue-reports_00', state: 'RUNNING', pid: 77 },
      { group: 'fap-queue-reports', name: 'fap-queue-reports_01', state: 'FATAL', pid: undefined },
    ]);
  });
});
