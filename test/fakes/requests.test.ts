import { requestsContract } from '../contract/requests.ts';
import { createFakeRequests } from './requests.ts';

requestsContract('in memory', async () => ({ requests: createFakeRequests(), stop: async () => undefined }));
