import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/** A line to a server of this machine that can be cut and mended. */
export interface Relay {
  readonly origin: string;
  cut(): Promise<void>;
  mend(): Promise<void>;
}

export async function openRelay(to: number): Promise<Relay> {
  const sockets = new Set<Socket>();
  let server: Server | undefined;
  const open = async (port: number): Promise<number> => {
    const made = createServer((here) => {
      const there = connect(to, '127.0.0.1');
      for (const socket of [here, there]) {
        sockets.add(socket);
        socket.on('close', () => sockets.delete(socket)).on('error', () => undefined);
      }
      here.pipe(there).pipe(here);
    });
    server = made;
    await new Promise<void>((resolve) => made.listen(port, '127.0.0.1', resolve));
    return (made.address() as AddressInfo).port; // it listens on a port
  };
  const port = await open(0);
  return {
    origin: `http://127.0.0.1:${port}`,
    async cut() {
      const closed = new Promise((resolve) => server?.close(resolve));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
    async mend() {
      await open(port);
    },
  };
}
