import { proveRetry } from './prove-retry.ts';

proveRetry(11, 'database-uuids');
