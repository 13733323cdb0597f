import { createHash, timingSafeEqual } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { NodeSSH } from 'node-ssh';
import type { Client } from 'ssh2';
import type { SshHost } from '../core/host-description.ts';
import type { NotStarted } from '../operations/host-port.ts';

/** Why a connection could not be made, in a form that an answer can carry. */
export class NotConnected extends Error {
  override readonly name = 'NotConnected';
  readonly why: NotStarted;

  constructor(why: NotStarted, message: string, options?: ErrorOptions) {
    super(message, options);
    this.why = why;
  }
}

const readyLimitMs = 10_000;

export interface SshConnection {
  readonly client: Client;
  /** False once it is lost or closed. */
  isAlive(): boolean;
  close(): void;
}

/**
 * Connects with the pinned host key, which is compared before any credential is sent. The client keeps an error listener
 * for ever: a reset after ready would end the process otherwise.
 */
export async function connectSsh(host: SshHost, signal: AbortSignal): Promise<SshConnection> {
  const privateKey = await readFile(host.keyFile, 'utf8').catch((error: unknown) => {
    throw new NotConnected('key-file', `the key file of ${host.name} can not be read`, { cause: error });
  });
  const ssh = new NodeSSH();
  let refusedKey = false;
  const connecting = ssh.connect({
    ...{ host: host.address, port: host.port, username: host.user, privateKey, readyTimeout: readyLimitMs },
    ...{ keepaliveInterval: 10_000, keepaliveCountMax: 3, tryKeyboard: false },
    hostVerifier: (key: Buffer) => {
      refusedKey = !isPinned(key, host.hostKey);
      return !refusedKey;
    },
  });
  const onAbort = (): void => ssh.dispose();
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    await connecting;
  } catch (error) {
    ssh.dispose();
    throw notConnected(host, refusedKey, signal, error);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
  const client = ssh.connection;
  if (client === null) throw new NotConnected('unreachable', `${host.name} closed the connection at once`);
  let alive = true;
  const ended = (): void => {
    alive = false;
  };
  client.on('error', ended).on('end', ended).on('close', ended);
  return { client, isAlive: () => alive, close: () => ssh.dispose() };
}

function isPinned(key: Buffer, pin: string): boolean {
  const seen = Buffer.from(createHash('sha256').update(key).digest('base64').replace(/=+$/, ''));
  const wanted = Buffer.from(pin.replace(/^SHA256:/, '').replace(/=+$/, ''));
  return wanted.length === seen.length && timingSafeEqual(seen, wanted);
}

function notConnected(host: SshHost, refusedKey: boolean, signal: AbortSignal, error: unknown): NotConnected {
  const cause = { cause: error };
  if (refusedKey)
    return new NotConnected('host-key', `${host.name} showed another host key than the pinned one`, cause);
  if (signal.aborted) return new NotConnected('timeout', `${host.name} did not answer in time`, cause);
  const level = error instanceof Error && 'level' in error ? error.level : undefined;
  if (level === 'client-authentication') {
    return new NotConnected('authentication', `${host.name} refused the key of ${host.user}`, cause);
  }
  const why = level === 'client-timeout' ? 'timeout' : 'unreachable';
  return new NotConnected(why, `${host.name} can not be reached`, cause);
}
