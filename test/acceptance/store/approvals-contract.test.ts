import { approvalsContract } from '../../contract/approvals.ts';
import { startStoreServer } from './store-server.ts';
import { bo, shownCard, storeOn } from './support.ts';

approvalsContract('in the store', async () => {
  const server = await startStoreServer();
  const store = storeOn((await server.schema()).url);
  return {
    ...{ approvals: store.approvals, control: store.control, requests: store.requests },
    showCard: (view) => shownCard(store, view),
    async freezeApp(app) {
      await store.switches.freeze(app, 'wait', bo);
    },
    activate: (policyVersion) => store.policy.activate(policyVersion, {}),
    stop: async () => {
      await store.stop(1_000);
      await server.stop();
    },
  };
});
