import { proveRetry } from './prove-retry.ts';

proveRetry(9, 'database-uuids');
