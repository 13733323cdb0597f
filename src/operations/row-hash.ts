import { createHash } from 'node:crypto';

/** As the database's SHA2(…, 256) says it: lower-case hex. */
export const sha256Of = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');
