import { execFile } from 'node:child_process';
import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { userInfo } from 'node:os';
import { promisify } from 'node:util';
import { createFileWriter } from '../write-whole.ts';
import type { Leash } from './leash.ts';
import { onFreePort } from './port.ts';
import { findProgram, programEnvironment } from './programs.ts';
import { type Server, startServer } from './server.ts';

const run = promisify(execFile);

export interface SshServer {
  readonly port: number;
  readonly user: string;
  readonly keyFile: string;
  /** `SHA256:…`, of the host's ed25519 key. */
  readonly hostKey: string;
  readonly server: Server;
  restart(signal?: NodeJS.Signals): Promise<void>;
  /** What may log in and how, in the form of `authorized_keys`; e.g. to bind the key to a command. */
  authorize(options: string): Promise<void>;
}

/** A real sshd with keys made for the occasion; the login is the user who runs the world. */
export async function startSshd(folder: string, leash: Leash): Promise<SshServer> {
  const own = `${folder}/ssh`;
  await mkdir(`${own}/home`, { recursive: true, mode: 0o700 });
  // One after the other: where the first can't be made, no second one is still being made.
  const hostKey = await makeKey(`${own}/host`, leash);
  await makeKey(`${own}/queuekeeper`, leash);
  await copyFile(`${own}/queuekeeper.pub`, `${own}/authorized_keys`);
  // sshd wants its empty folder for the separation of privileges.
  if (process.getuid?.() === 0) await mkdir('/run/sshd', { recursive: true, mode: 0o755 });
  const { port, server } = await onFreePort(async (at) => {
    await writeFile(`${own}/sshd_config`, configuration(own, at, leash));
    const started = await startServer({
      name: 'sshd',
      // It insists on being called by its whole path.
      command: findProgram('sshd'),
      args: ['-D', '-e', '-f', `${own}/sshd_config`],
      logFile: `${folder}/sshd.log`,
      leash,
      async probe(pid) {
        // Written by this very one when it listens.
        const listens = Number(await readFile(`${own}/sshd.pid`, 'utf8'));
        if (listens !== pid) throw new Error('it does not listen yet');
        await greets(at);
      },
    });
    return { port: at, server: started };
  });
  // Whoever logs in meanwhile must not find half of it.
  const writeKeys = createFileWriter(`${own}/authorized_keys`);
  return {
    ...{ port, server, hostKey, user: userInfo().username, keyFile: `${own}/queuekeeper` },
    restart: (signal) => server.restart(signal),
    async authorize(options) {
      const key = await readFile(`${own}/queuekeeper.pub`, 'utf8');
      await writeKeys(`${options} ${key}`.trimStart());
    },
  };
}

const configuration = (own: string, port: number, { mark }: Leash): string =>
  [
    `Port ${port}`,
    'ListenAddress 127.0.0.1',
    `HostKey ${own}/host`,
    `PidFile ${own}/sshd.pid`,
    `AuthorizedKeysFile ${own}/authorized_keys`,
    // The folder lies in /tmp, which others may write.
    'StrictModes no',
    'UsePAM no',
    'PasswordAuthentication no',
    'KbdInteractiveAuthentication no',
    'PermitRootLogin prohibit-password',
    'PrintMotd no',
    'MaxSessions 10',
    // Tests connect often and at once.
    'MaxStartups 100:30:200',
    // A home of its own: what the user's shell reads at login is slow, takes locks, and differs between machines.
    `SetEnv HOME=${own}/home ${Object.entries(mark)
      .map(([name, value]) => `${name}=${value}`)
      .join(' ')}`,
    'LogLevel ERROR',
    '',
  ].join('\n');

/** Makes a key without passphrase; its fingerprint. */
async function makeKey(file: string, { mark, check }: Leash): Promise<string> {
  const keygen = (...words: readonly string[]): Promise<{ readonly stdout: string }> => {
    check();
    return run('ssh-keygen', words, { env: { ...programEnvironment(), ...mark } });
  };
  await keygen('-q', '-t', 'ed25519', '-N', '', '-C', 'queuekeeper-world', '-f', file);
  const { stdout } = await keygen('-lf', `${file}.pub`, '-E', 'sha256');
  const fingerprint = /SHA256:\S+/.exec(stdout)?.[0];
  if (fingerprint === undefined) throw new Error('ssh-keygen did not say the fingerprint');
  return fingerprint;
}

/** Resolves when a server on the port says something first, as SSH does. */
function greets(port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1');
    socket.setTimeout(1_000, () => socket.destroy(new Error('silent')));
    socket.once('data', () => {
      socket.destroy();
      resolve();
    });
    socket.once('error', reject);
    // A server that ends right after it took the connection says neither.
    socket.once('close', () => reject(new Error('closed')));
  });
}
