import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { describeKey, isPinned } from '../../src/hosts/host-key.ts';

const key = Buffer.concat([Buffer.from([0, 0, 0, 11]), Buffer.from('ssh-ed25519'), Buffer.from('key')]);
const hash = createHash('sha256').update(key).digest('base64').replace(/=+$/, '');

describe('a pinned host key', () => {
  it('is known by its hash, padded or not', () => {
    expect(isPinned(key, `SHA256:${hash}`)).toBe(true);
    expect(isPinned(key, `SHA256:${hash}=`)).toBe(true);
  });

  it.each(['', 'SHA256:', `SHA256:${hash.slice(1)}`, `SHA256:${hash.toLowerCase()}`])('is not %j', (pin) => {
    expect(isPinned(key, pin)).toBe(false);
  });

  it('is described by kind and fingerprint, whatever a server sends as its kind', () => {
    expect(describeKey(key)).toBe(`ssh-ed25519 SHA256:${hash}`);
    expect(describeKey(Buffer.from([0, 0, 0, 3, 60, 33, 62]))).toMatch(/^unknown kind SHA256:/);
    expect(describeKey(Buffer.alloc(0))).toMatch(/^unknown kind SHA256:/);
  });
});
