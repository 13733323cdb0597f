import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import ssh2, { type AuthContext, type Connection, type ServerChannel } from 'ssh2';
import type { SshHost } from '../../src/core/host-description.ts';
import { clockLine } from '../../src/hosts/command-line.ts';

const { Server, utils } = ssh2;

/** What a command does on the fault server: it has its channel, and the connection to break. */
export type Act = (channel: ServerChannel, socket: Socket, line: string) => void;

/** An SSH server that fails as it is told. What is left out goes well; `act` is each command but the clock's. */
export interface Faults {
  /** TCP is there; without `greet` nobody speaks. */
  connected?(socket: Socket, greet: () => void): void;
  authenticate?(context: AuthContext, socket: Socket): void;
  channel?(accept: () => void, reject: () => void, socket: Socket): void;
  /** The line has arrived; `start` says so to the client. */
  exec?(start: () => ServerChannel, refuse: () => void, socket: Socket, line: string): void;
  act?: Act;
  /** Unix seconds that the host believes in. */
  clock?(): number;
}

export interface FaultServer {
  readonly host: SshHost;
  faults: Faults;
  /** Open now, and ever. */
  open(): number;
  readonly seen: { connections: number; authentications: number; readonly lines: string[]; channels: number };
  /** Most channels that were open at once on one connection. */
  mostChannels(): number;
  sockets(): readonly Socket[];
  stop(): Promise<void>;
}

/** Exits with a code after some output, as a command does that goes well. */
export const exits =
  (code: number, stdout = '', stderr = ''): Act =>
  (channel) => {
    if (stdout !== '') channel.write(stdout);
    if (stderr !== '') channel.stderr.write(stderr);
    channel.exit(code);
    channel.end();
  };

export async function startFaultServer(faults: Faults = {}): Promise<FaultServer> {
  const folder = await mkdtemp(join(tmpdir(), 'queuekeeper-ssh-'));
  const keyFile = join(folder, 'key');
  const hostKey = makeKey();
  await writeFile(keyFile, makeKey().private, { mode: 0o600 });
  const sockets = new Set<Socket>();
  const seen = { connections: 0, authentications: 0, lines: [] as string[], channels: 0 };
  const channels = new Map<Socket, number>();
  let most = 0;
  const ssh = new Server({ hostKeys: [hostKey.private] });

  const serve = (client: Connection, socket: Socket): void => {
    client.on('error', () => undefined);
    client.on('authentication', (context) => {
      seen.authentications += 1;
      if (server.faults.authenticate === undefined) context.accept();
      else server.faults.authenticate(context, socket);
    });
    client.on('session', (accept, reject) => {
      const open = (): void => {
        const session = accept();
        const now = (channels.get(socket) ?? 0) + 1;
        channels.set(socket, now);
        seen.channels += 1;
        most = Math.max(most, now);
        session.on('close', () => channels.set(socket, (channels.get(socket) ?? 1) - 1));
        session.on('exec', (start, refuse, { command }) => onExec(start, refuse, socket, command));
      };
      if (server.faults.channel === undefined) open();
      else server.faults.channel(open, reject, socket);
    });
  };
  const onExec = (start: () => ServerChannel, refuse: () => void, socket: Socket, line: string): void => {
    if (line === clockLine) {
      const now = server.faults.clock?.() ?? Math.floor(Date.now() / 1000);
      exits(0, `motd of the day\nqueuekeeper: the time is ${now}\n`)(start(), socket, line);
      return;
    }
    seen.lines.push(line);
    if (server.faults.exec !== undefined) server.faults.exec(start, refuse, socket, line);
    else (server.faults.act ?? exits(0))(start(), socket, line);
  };
  // ssh2 tells of a client after its first words, and not which socket is its.
  const greeted: Socket[] = [];
  ssh.on('connection', (client) => {
    const socket = greeted.shift();
    if (socket !== undefined) serve(client, socket);
  });
  const tcp = createServer({ noDelay: true }, (socket) => {
    seen.connections += 1;
    sockets.add(socket);
    socket.on('error', () => undefined).on('close', () => sockets.delete(socket));
    const greet = (): void => {
      greeted.push(socket);
      ssh.injectSocket(socket);
    };
    if (server.faults.connected === undefined) greet();
    else server.faults.connected(socket, greet);
  });
  await new Promise<void>((resolve) => void tcp.listen(0, '127.0.0.1', resolve));
  const { port } = tcp.address() as AddressInfo; // it listens on TCP
  const server: FaultServer = {
    host: {
      ...{ kind: 'ssh', name: 'api-1', address: '127.0.0.1', port, user: 'deploy', keyFile, runner: false },
      hostKey: fingerprint(hostKey.public),
    },
    ...{ faults, seen, open: () => sockets.size, mostChannels: () => most, sockets: () => [...sockets] },
    async stop() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => tcp.close(resolve));
      await rm(folder, { recursive: true });
    },
  };
  return server;
}

/** ssh2 makes one in about 400 that nobody can read. */
function makeKey(): { readonly private: string; readonly public: string } {
  const pair = utils.generateKeyPairSync('ed25519');
  return utils.parseKey(pair.private) instanceof Error ? makeKey() : pair;
}

function fingerprint(publicKey: string): string {
  const key = utils.parseKey(publicKey);
  if (key instanceof Error) throw key;
  const digest = createHash('sha256').update(key.getPublicSSH()).digest('base64');
  return `SHA256:${digest.replace(/=+$/, '')}`;
}
