import { createHash, timingSafeEqual } from 'node:crypto';

/** `pin`: as `ssh-keygen -l` prints it, `SHA256:` and unpadded base64. */
export function isPinned(key: Buffer, pin: string): boolean {
  const seen = Buffer.from(digest(key));
  const wanted = Buffer.from(pin.replace(/^SHA256:/, '').replace(/=+$/, ''));
  return wanted.length === seen.length && timingSafeEqual(seen, wanted);
}

/** Kind and fingerprint of a public key, for whoever compares it by hand. */
export function describeKey(key: Buffer): string {
  const length = key.length >= 4 ? key.readUInt32BE(0) : 0;
  const kind = key.subarray(4, 4 + Math.min(length, 64)).toString('latin1');
  return `${/^[\w.@-]+$/.test(kind) ? kind : 'unknown kind'} SHA256:${digest(key)}`;
}

const digest = (key: Buffer): string => createHash('sha256').update(key).digest('base64').replace(/=+$/, '');
