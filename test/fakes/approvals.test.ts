import { approvalsContract } from '../contract/approvals.ts';
import { createFakeApprovals } from './approvals.ts';
import { createMemory } from './memory.ts';
import { createFakeRequests } from './requests.ts';
import { createFakeRunControl } from './run-control.ts';

approvalsContract('in memory', async () => {
  const memory = createMemory();
  return {
    ...{ approvals: createFakeApprovals(memory), control: createFakeRunControl(memory) },
    requests: createFakeRequests({ memory }),
    async showCard(view) {
      const pressed = { teamId: 'T0HOME', channel: 'C0APPROVE', messageTs: `${view.number}.1` };
      memory.messages.set(view.id, pressed);
      return pressed;
    },
    async freezeApp(app) {
      const by = { person: 'U0BO', teamId: 'T0HOME', userId: 'U0BO', name: 'Bo' };
      memory.freezes.set(app, { app, reason: 'wait', by, at: new Date(0) });
    },
    async activate(policyVersion) {
      memory.activePolicy = policyVersion;
    },
    stop: async () => undefined,
  };
});
