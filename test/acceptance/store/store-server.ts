import { mkdtemp } from 'node:fs/promises';
import { type AddressInfo, createConnection as connectTcp, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Connection, createConnection } from 'mysql2/promise';
import { createLeash } from '../../../demo/world/leash.ts';
import { startMariaDb } from '../../../demo/world/mariadb.ts';
import { Secret } from '../../../src/core/secret.ts';
import { migrateStore } from '../../../src/store/migrate.ts';

/** A MariaDB of its own in a temporary folder, for tests that stop, cut off and forge what others rely on. */
export interface StoreServer {
  /** A fresh schema, migrated, with a running account that has only the rights that our docs ask for. */
  schema(): Promise<StoreSchema>;
  stop(): Promise<void>;
}

export interface StoreSchema {
  /** As the administrator, who may do everything. */
  readonly adminUrl: Secret;
  /** As Queuekeeper runs. */
  readonly url: Secret;
  /** The same through a wire that can be cut. */
  readonly wire: Wire;
  readonly wireUrl: Secret;
  /** The administrator's connection, for tampering. */
  readonly admin: Connection;
}

/** A TCP proxy. `hang`: bytes go nowhere, in both ways, without a goodbye. */
export interface Wire {
  readonly port: number;
  pass(): void;
  hang(): void;
  isHanging(): boolean;
  /** The next COMMIT is done by the server; its connection breaks in place of the answer. */
  loseNextCommit(): void;
  /** Of what the client says from now on, the so-manieth statement never arrives: its connection breaks instead. */
  breakAt(statement: number): void;
  /** Breaks what is connected now. */
  cut(): void;
  close(): void;
}

const account = "'queuekeeper'@'127.0.0.1'";

export async function startStoreServer(): Promise<StoreServer> {
  const folder = await mkdtemp(join(tmpdir(), 'queuekeeper-store-'));
  const leash = createLeash();
  leash.folder(folder);
  const { root, port } = await startMariaDb({ folder, leash, bufferPool: '64M' });
  await root.query("CREATE USER 'admin'@'127.0.0.1' IDENTIFIED BY 'admin'");
  await root.query("GRANT ALL ON *.* TO 'admin'@'127.0.0.1' WITH GRANT OPTION");
  await root.query(`CREATE USER ${account} IDENTIFIED BY 'queuekeeper'`);
  const opened: { readonly admin: Connection; readonly wire: Wire }[] = [];
  return {
    async schema() {
      const name = `queuekeeper_${opened.length}`;
      await root.query(`CREATE DATABASE ${name}`);
      const as = (who: string, through: number) =>
        new Secret(`mysql://${who}:${who}@127.0.0.1:${through}/${name}`);
      const [adminUrl, url] = [as('admin', port), as('queuekeeper', port)];
      await migrateStore(adminUrl, url);
      const admin = await createConnection({ uri: adminUrl.reveal(), dateStrings: true });
      const wire = await openWire(port);
      opened.push({ admin, wire });
      return { adminUrl, url, wire, wireUrl: as('queuekeeper', wire.port), admin };
    },
    async stop() {
      for (const { admin, wire } of opened) {
        admin.destroy();
        wire.close();
      }
      await root.end();
      await leash.release();
    },
  };
}

function openWire(target: number): Promise<Wire> {
  const pairs = new Set<{ readonly near: Socket; readonly far: Socket }>();
  let hanging = false;
  let losing = false;
  let left = Number.POSITIVE_INFINITY;
  const server = createServer((near) => {
    const far = connectTcp(target, '127.0.0.1');
    const pair = { near, far };
    let isLost = false;
    pairs.add(pair);
    near.on('data', (bytes) => {
      if (hanging) return;
      left -= 1;
      if (left === 0) {
        near.destroy();
        far.destroy();
        return;
      }
      if (losing && bytes.toString('latin1').endsWith('COMMIT')) {
        losing = false;
        isLost = true;
      }
      far.write(bytes);
    });
    far.on('data', (bytes) => {
      // Whoever answers has done it: no time limit of a test decides whether it was.
      if (isLost) near.destroy();
      else if (!hanging) near.write(bytes);
    });
    for (const socket of [near, far]) socket.on('error', () => undefined);
    near.on('close', () => {
      pairs.delete(pair);
      far.destroy();
    });
    far.on('close', () => {
      if (!hanging) near.destroy();
    });
  });
  const cut = (): void => {
    for (const { near, far } of pairs) {
      near.destroy();
      far.destroy();
    }
  };
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      resolve({
        port: (server.address() as AddressInfo).port, // it listens on TCP
        pass: () => {
          hanging = false;
        },
        hang: () => {
          hanging = true;
        },
        isHanging: () => hanging,
        loseNextCommit: () => {
          losing = true;
        },
        breakAt: (statement) => {
          left = statement;
        },
        cut,
        close: () => {
          cut();
          server.close();
        },
      });
    });
  });
}
