/** Sockets for tests: a server that keeps what it is sent, and clients that wait for events. */
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** Something whose state changes by events. */
interface Watched {
  /** All that was received. */
  readonly text: () => string;
  /** Resolves once `condition` holds; it is looked at after every event. */
  until(condition: () => boolean): Promise<void>;
}

/** A server: accepts connections, answers nothing by itself. */
export interface Sink extends Watched, AsyncDisposable {
  /** `host:port`. */
  readonly address: string;
  readonly accepted: readonly Socket[];
  /** `end`, or the code of an error, for each connection that is over. */
  readonly over: readonly string[];
}

export async function openSink(): Promise<Sink> {
  const accepted: Socket[] = [];
  const over: string[] = [];
  const watch = watched();
  const server = createServer((socket) => {
    accepted.push(socket);
    let reason = 'end';
    socket.on('data', watch.received);
    socket.on('error', (e: NodeJS.ErrnoException) => {
      reason = e.code ?? e.message;
    });
    socket.on('close', () => {
      over.push(reason);
      watch.look();
    });
    watch.look();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    ...watch,
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    accepted,
    over,
    async [Symbol.asyncDispose]() {
      for (const socket of accepted) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

export interface Client extends Watched {
  readonly socket: Socket;
  /** `end`, or the code of an error, once the connection is over. */
  readonly over: Promise<string>;
}

/** Connects to `host:port`; rejects when that is refused. */
export async function dial(address: string): Promise<Client> {
  const colon = address.lastIndexOf(':');
  const host = address.slice(0, colon).replace(/[[\]]/g, '');
  const socket = connect({ host, port: Number(address.slice(colon + 1)), noDelay: true });
  await once(socket, 'connect');
  const watch = watched();
  let reason = 'end';
  socket.on('data', watch.received);
  socket.on('error', (e: NodeJS.ErrnoException) => {
    reason = e.code ?? e.message;
  });
  return {
    ...watch,
    socket,
    over: new Promise((resolve) => {
      socket.on('close', () => resolve(reason));
    }),
  };
}

function watched(): Watched & { received: (chunk: Buffer) => void; look: () => void } {
  let text = '';
  let look = () => {};
  return {
    text: () => text,
    until: (condition) =>
      new Promise((resolve) => {
        look = () => {
          if (condition()) resolve();
        };
        look();
      }),
    received(chunk) {
      text += chunk.toString();
      look();
    },
    look: () => look(),
  };
}
