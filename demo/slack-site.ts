import { fileURLToPath } from 'node:url';
import { createSlack, type SimulatedSlack, type SlackOptions } from './slack/server.ts';

/** Somebody else listens there, or this user may not. The message says what to do. */
export class PortTaken extends Error {}

/** The simulated Slack on the demo's port, which is taken at once, before anything slow begins. */
export async function openSlack(port: number, options: Omit<SlackOptions, 'port'>): Promise<SimulatedSlack> {
  try {
    return await createSlack({ ...options, port });
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    const other = `Choose another one: DEMO_PORT=${port === 4400 ? 4500 : 4400} npm run demo`;
    if (code === 'EADDRINUSE') throw new PortTaken(`Port ${port} is taken. ${other}`);
    if (code === 'EACCES') throw new PortTaken(`Port ${port} is for root alone. ${other}`);
    throw error;
  }
}

export const pageFolder = fileURLToPath(new URL('slack/page/dist', import.meta.url));
