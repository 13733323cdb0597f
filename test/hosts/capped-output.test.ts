import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createCappedOutput } from '../../src/hosts/capped-output.ts';

describe('the output of a command', () => {
  it('keeps a character that is split between chunks', () => {
    const output = createCappedOutput();
    const bytes = Buffer.from('报告 ready');
    output.push(bytes.subarray(0, 2));
    output.push(bytes.subarray(2));
    expect(output.end().text).toBe('报告 ready');
  });

  it('of a flood keeps the beginning and the end, and counts and hashes all of it', () => {
    const output = createCappedOutput();
    const hash = createHash('sha256');
    for (let index = 0; index < 2_000; index += 1) {
      const chunk = Buffer.alloc(65_536, index % 251);
      hash.update(chunk);
      output.push(chunk);
    }
    output.push(Buffer.from('the end'));
    hash.update('the end');
    const { text, bytes, sha256 } = output.end();
    expect(bytes).toBe(2_000 * 65_536 + 7);
    expect(sha256).toBe(hash.digest('hex'));
    expect(text.length).toBeLessThan(300_000);
    expect(text.endsWith('the end')).toBe(true);
  });

  it('is summed up once, whoever asks again and whatever still arrives', () => {
    const output = createCappedOutput();
    output.push(Buffer.from('one'));
    const first = output.end();
    output.push(Buffer.from('two'));
    expect(output.end()).toBe(first);
  });

  it('has no control sequences left in it', () => {
    const output = createCappedOutput();
    output.push(Buffer.from('\u001b[31mred\u001b[0m \u001b]8;;https://evil\u0007link\u001b]8;;\u0007 a\rb'));
    expect(output.end().text).toBe('b');
  });
});
