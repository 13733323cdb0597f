import { requestsContract } from '../../contract/requests.ts';
import { startStoreServer } from './store-server.ts';
import { storeOn } from './support.ts';

requestsContract('in the store', async () => {
  const server = await startStoreServer();
  const store = storeOn((await server.schema()).url);
  return {
    requests: store.requests,
    stop: async () => {
      await store.stop(1_000);
      await server.stop();
    },
  };
});
