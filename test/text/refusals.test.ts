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
});
