import { describe, expect, it } from 'vitest';
import { renderReply } from '../../src/cli/render-text.ts';
import { sayRefusal } from '../../src/text/refusals.ts';

describe('what a refused person reads', () => {
  it('writes a verb as it is typed', () => {
    const said = renderReply(
      sayRefusal({ code: 'too-many-arguments', verb: 'retry-all', usage: '[queue=]', extra: 'x' }, 'en'),
    );
    expect(said).toContain('/queue retry all [queue=]');
    expect(said).not.toContain('retry-all');
  });

  it('says a pasted page back in short', () => {
    const said = renderReply(sayRefusal({ code: 'unknown-verb', typed: 'x'.repeat(2_900) }, 'zh-CN'));
    expect(said.length).toBeLessThan(300);
    expect(said).toContain('/queue help');
  });

  it('says of a restore why no row can come back, not what artisan could do', () => {
    const refusal = { code: 'nothing-to-do', verb: 'restore', leftOut: 3 } as const;
    expect(renderReply(sayRefusal(refusal, 'en'))).toContain('None of the 3 failed jobs can be put back now');
    expect(renderReply(sayRefusal(refusal, 'zh-CN'))).toContain('3 个失败任务目前都不能恢复');
  });
});
