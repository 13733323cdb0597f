import { proveRetry } from './prove-retry.ts';

proveRetry(12, 'database-uuids');
proveRetry(12, 'database');
