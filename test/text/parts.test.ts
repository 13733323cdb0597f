import { describe, expect, it } from 'vitest';
import type { MissingPart } from '../../src/core/reading.ts';
import { missingNotes } from '../../src/text/parts.ts';

describe('what could not be looked at', () => {
  it.each<[MissingPart, string]>([
    [{ part: 'host', name: 'api-1', why: 'unreachable' }, '未能查看：主机 api-1 无法连接。'],
    [{ part: 'database', name: 'fap', why: 'timeout' }, '未能查看：fap 的数据库未在时限内响应。'],
  ])('has a blank in Chinese only beside a name in Latin letters: %o', (missing, said) => {
    expect(missingNotes([missing], 'zh-CN')).toEqual([said]);
  });
});
