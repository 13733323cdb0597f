import { readFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { NodeSSH } from 'node-ssh';
// Named imports of this CommonJS module exist for TypeScript, not for Node.
import ssh2, { type Client } from 'ssh2';
import type { SshHost } from '../core/host-description.ts';
import type { NotStarted } from '../operations/host-port.ts';
import { describeKey, isPinned } from './host-key.ts';
import type { SshLimits } from './ssh-limits.ts';

/** Why a connection could not be made, in a form that an answer can carry. */
export class NotConnected extends Error {
  override readonly name = 'NotConnected';
  readonly why: NotStarted;

  constructor(why: NotStarted, message: string, options?: ErrorOptions) {
    super(message, options);
    this.why = why;
  }
}

export interface SshConnection {
  readonly client: Client;
  /** False once it is lost or closed. */
  isAlive(): boolean;
  close(): void;
}

/**
 * Connects with the pinned host key, which is compared before any credential is sent. Throws `NotConnected`. The socket is
 * our own: ssh2 waits for the other side's goodbye, which a dead network never brings.
 */
export async function connectSsh(
  host: SshHost,
  limits: SshLimits,
  signal: AbortSignal,
): Promise<SshConnection> {
  const privateKey = await readKey(host, signal);
  let shown: Buffer | undefined;
  // Small words to and fro, each of which would wait for the answer to the one before: 200 ms a login.
  const socket = connect({ host: host.address, port: host.port, noDelay: true });
  socket.on('error', () => undefined);
  const ssh = new NodeSSH();
  const ready = ssh.connect({
    ...{ sock: socket, username: host.user, privateKey, readyTimeout: limits.readyMs, tryKeyboard: false },
    ...{ keepaliveInterval: limits.keepaliveMs, keepaliveCountMax: 3 },
    hostVerifier: (key: Buffer) => {
      shown = key;
      return isPinned(key, host.hostKey);
    },
  });
  const client = ssh.connection;
  let alive = true;
  const ended = (): void => {
    alive = false;
  };
  // At once and for ever: node-ssh takes its own listener away, and an error without one would end the process.
  client?.on('error', ended).on('end', ended).on('close', ended);
  const onAbort = (): void => void socket.destroy();
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    await ready;
  } catch (error) {
    socket.destroy();
    if (shown !== undefined && !isPinned(shown, host.hostKey)) throw wrongKey(host, shown, error);
    throw notConnected(host, signal, error);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
  if (client === null || !alive)
    throw new NotConnected('unreachable', `${host.name} closed the connection at once`);
  const close = (): void => {
    // The other side's goodbye takes as long as the way there and back: nobody is to get this connection meanwhile.
    ended();
    client.end();
    const timer = setTimeout(() => socket.destroy(), limits.goodbyeMs);
    socket.once('close', () => clearTimeout(timer));
  };
  return { client, isAlive: () => alive, close };
}

async function readKey(host: SshHost, signal: AbortSignal): Promise<string> {
  const privateKey = await readFile(host.keyFile, { encoding: 'utf8', signal }).catch((error: unknown) => {
    if (signal.aborted) throw notConnected(host, signal, error);
    throw new NotConnected('key-file', `the key file of ${host.name} can not be read`, { cause: error });
  });
  const parsed = ssh2.utils.parseKey(privateKey);
  if (parsed instanceof Error || !parsed.isPrivateKey())
    throw new NotConnected('key-file', `the key file of ${host.name} holds no usable private key`);
  return privateKey;
}

const wrongKey = (host: SshHost, shown: Buffer, cause: unknown): NotConnected =>
  new NotConnected(
    'host-key',
    `${host.name} showed another host key than the pinned one: ${describeKey(shown)}`,
    {
      cause,
    },
  );

function notConnected(host: SshHost, signal: AbortSignal, cause: unknown): NotConnected {
  const level = cause instanceof Error && 'level' in cause ? cause.level : undefined;
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  if (level === 'client-authentication')
    return new NotConnected('authentication', `${host.name} refused the key of ${host.user}`, { cause });
  if (signal.aborted || level === 'client-timeout')
    return new NotConnected('timeout', `${host.name} did not answer in time`, { cause });
  const word = level === 'client-socket' && typeof code === 'string' ? ` (${code})` : '';
  return new NotConnected('unreachable', `${host.name} can not be reached${word}`, { cause });
}
