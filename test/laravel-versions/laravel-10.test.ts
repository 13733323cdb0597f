import { proveRetry } from './prove-retry.ts';

proveRetry(10, 'database-uuids');
