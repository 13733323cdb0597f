import { proveRetry } from './prove-retry.ts';

proveRetry(8, 'database-uuids');
proveRetry(8, 'database');
