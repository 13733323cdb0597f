import { mkdtemp, readFile, realpath } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLeash, type Leash } from '../../../demo/world/leash.ts';
import { startProxy, type TcpProxy } from '../../../demo/world/proxy.ts';
import { type SshServer, startSshd } from '../../../demo/world/sshd.ts';
import type { SshHost } from '../../../src/core/host-description.ts';
import type { SshLimits } from '../../../src/hosts/ssh-limits.ts';
import type { HostLimits } from '../../../src/operations/host-port.ts';

/** A real sshd behind a wire that can be cut, in a folder of its own. */
export interface RealHost {
  readonly folder: string;
  readonly sshd: SshServer;
  readonly proxy: TcpProxy;
  readonly host: SshHost;
  readonly leash: Leash;
  stop(): Promise<void>;
}

export async function startRealHost(): Promise<RealHost> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'queuekeeper-host-')));
  const leash = createLeash();
  leash.folder(folder);
  try {
    const sshd = await startSshd(folder, leash);
    const proxy = await startProxy(sshd.port, leash);
    const { user, keyFile, hostKey } = sshd;
    const host: SshHost = {
      ...{ kind: 'ssh', name: 'api-1', address: '127.0.0.1', port: proxy.port, runner: false },
      ...{ user, keyFile, hostKey },
    };
    return { folder, sshd, proxy, host, leash, stop: () => leash.release() };
  } catch (error) {
    await leash.release();
    throw error;
  }
}

export const within = (timeoutSeconds: number, change: Partial<HostLimits> = {}): HostLimits => ({
  ...{ timeoutSeconds, signal: new AbortController().signal },
  ...change,
});

/** Far beyond what any of it needs: where time is no subject a busy machine only takes longer. */
export const patienceSeconds = 90;
export const patiently = (change: Partial<HostLimits> = {}): HostLimits => within(patienceSeconds, change);
export const patientSsh: Partial<SshLimits> = {
  ...{ readyMs: patienceSeconds * 1_000, openMs: patienceSeconds * 1_000, clockMs: patienceSeconds * 1_000 },
  beyondHostMs: patienceSeconds * 1_000,
};

/** What a file says; undefined while there is none. */
export const textOf = (file: string): Promise<string | undefined> =>
  readFile(file, 'utf8').catch(() => undefined);

/** A zombie has ended; in a container there may be nobody to bury it. */
export const isRunning = async (pid: string | undefined): Promise<boolean> => {
  const status = await textOf(`/proc/${pid?.trim()}/status`);
  return status !== undefined && !/^State:\s+Z/m.test(status);
};
