import { proveRetry } from '../../laravel-versions/prove-retry.ts';

// The oldest supported version, with its deprecation lines on stderr; 12 is what all other tests run on.
proveRetry(8, 'database-uuids');
proveRetry(8, 'database');
proveRetry(12, 'database');
