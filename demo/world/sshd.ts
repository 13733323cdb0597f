import { execFile } from 'node:child_process';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { userInfo } from 'node:os';
import { promisify } from 'node:util';
import type { Leash } from './leash.ts';
import { freePort, type Server, startServer, until } from './server.ts';

const run = promisify(execFile);

export interface SshServer {
  readonly port: number;
  readonly user: string;
  readonly keyFile: string;
  /** `SHA256:…`, of the host's ed25519 key. */
  readonly hostKey: string;
  readonly server: Server;
  restart(): Promise<void>;
}

/** A real sshd with keys made for the occasion; the login is the user who runs the world. */
export async function startSshd(folder: string, leash: Leash): Promise<SshServer> {
  const own = `${folder}/ssh`;
  await mkdir(own, { mode: 0o700 });
  const makeKey = (name: string): Promise<unknown> =>
    run('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', name, '-f', `${own}/${name}`]);
  await Promise.all([makeKey('host'), makeKey('queuekeeper')]);
  const { stdout } = await run('ssh-keygen', ['-lf', `${own}/host.pub`, '-E', 'sha256']);
  const hostKey = /SHA256:\S+/.exec(stdout)?.[0];
  if (hostKey === undefined) throw new Error('ssh-keygen did not say the fingerprint');
  const port = await freePort();
  await run('cp', [`${own}/queuekeeper.pub`, `${own}/authorized_keys`]);
  await chmod(`${own}/authorized_keys`, 0o600);
  await writeFile(
    `${own}/sshd_config`,
    [
      ...[`Port ${port}`, 'ListenAddress 127.0.0.1', `HostKey ${own}/host`, `PidFile ${own}/sshd.pid`],
      ...[
        `AuthorizedKeysFile ${own}/authorized_keys`,
        'StrictModes no',
        'UsePAM no',
        'PasswordAuthentication no',
      ],
      ...[
        'PermitRootLogin prohibit-password',
        'KbdInteractiveAuthentication no',
        'PrintMotd no',
        'LogLevel ERROR',
      ],
      ...['PerSourcePenalties no', 'MaxStartups 100:30:200'].slice(1),
    ].join('\n'),
  );
  // sshd wants its empty folder for privilege separation.
  if (process.getuid?.() === 0) await mkdir('/run/sshd', { recursive: true, mode: 0o755 });
  const begin = (): Server =>
    startServer({
      command: '/usr/sbin/sshd',
      args: ['-D', '-e', '-f', `${own}/sshd_config`],
      logFile: `${folder}/sshd.log`,
      leash,
    });
  let server = begin();
  await until('sshd', () => greets(port));
  return {
    ...{ port, hostKey, user: userInfo().username, keyFile: `${own}/queuekeeper` },
    get server() {
      return server;
    },
    async restart() {
      await server.stop();
      server = begin();
      await until('sshd', () => greets(port));
    },
  };
}

function greets(port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1');
    socket.setTimeout(1_000, () => socket.destroy(new Error('silent')));
    socket.once('data', () => {
      socket.destroy();
      resolve();
    });
    socket.once('error', reject);
  });
}
