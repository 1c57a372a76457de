/** A wire to a member that can lose what it answers: what was asked still happens. */
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { hostOf, throughProxy } from '../../../harness/core/address.ts';
import type { Endpoint } from '../../../harness/core/system.ts';

export interface Relay extends AsyncDisposable {
  readonly endpoint: Endpoint;
  /** From now on the first answer on each connection is lost, and the connection with it. */
  loseAnswers(): void;
  /** Answers arrive again. */
  heal(): void;
  /** Requests that got through since `loseAnswers`: pieces of bytes from clients, on any connection. */
  readonly asked: number;
}

export async function openRelay(to: Endpoint): Promise<Relay> {
  const [host = '', port = ''] = hostOf(to).split(':');
  const open = new Set<Socket>();
  let isLosing = false;
  let asked = 0;
  const server = createServer((client) => {
    const member = connect({ host, port: Number(port) });
    const end = (): void => {
      for (const socket of [client, member]) socket.destroy();
    };
    for (const socket of [client, member]) {
      open.add(socket);
      socket.on('error', end).on('close', () => {
        open.delete(socket);
        end();
      });
    }
    client.on('data', (bytes) => {
      if (isLosing) asked += 1;
      member.write(bytes);
    });
    member.on('data', (bytes) => (isLosing ? end() : client.write(bytes)));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    endpoint: throughProxy(to, `127.0.0.1:${(server.address() as AddressInfo).port}`),
    loseAnswers() {
      isLosing = true;
      asked = 0;
    },
    heal() {
      isLosing = false;
    },
    get asked() {
      return asked;
    },
    async [Symbol.asyncDispose]() {
      const closed = once(server, 'close');
      server.close();
      for (const socket of open) socket.destroy();
      await closed;
    },
  };
}
