/** Who may answer at an address where a product was expected. */
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';

export interface Stranger extends AsyncDisposable {
  readonly port: number;
}

/** What each does with a connection. */
const manners: Readonly<Record<string, (socket: Socket) => void>> = {
  'one that says nothing': () => undefined,
  'one that hangs up': (socket) => void socket.end(),
  'a web server': (socket) => {
    const page =
      'HTTP/1.1 400 Bad Request\r\ncontent-type: text/html\r\ncontent-length: 4\r\n\r\nno!\n';
    socket.once('data', () => socket.end(page));
  },
  'a Redis that wants a password': (socket) => {
    socket.on('data', () => socket.write('-NOAUTH Authentication required.\r\n'));
  },
  'a PostgreSQL that wants a password': (socket) => {
    socket.once('data', () => socket.write(Buffer.from('R\0\0\0\x08\0\0\0\x0a', 'latin1')));
  },
  'a NATS that wants a password': (socket) => {
    socket.write('INFO {"server_name":"n0","auth_required":true}\r\n');
    socket.once('data', () => socket.end("-ERR 'Authorization Violation'\r\n"));
  },
  'one that never comes to an end': (socket) => {
    const drip = setInterval(() => socket.write('+'), 100);
    socket.on('close', () => clearInterval(drip));
  },
  'one that speaks of other things': (socket) => {
    socket.write(Buffer.alloc(1 << 20, 'the quick brown fox '));
  },
};

export const strangers: readonly string[] = [
  'nobody',
  'one that speaks TLS',
  ...Object.keys(manners),
];

export async function openStranger(name: string): Promise<Stranger> {
  const open = new Set<Socket>();
  const greet = (socket: Socket): void => {
    open.add(socket);
    socket.on('error', () => socket.destroy()).on('close', () => open.delete(socket));
    manners[name]?.(socket);
  };
  const server: Server = name === 'one that speaks TLS' ? createTlsServer() : createServer(greet);
  server.on('tlsClientError', () => undefined);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  if (name === 'nobody') await close(server, open);
  return { port, [Symbol.asyncDispose]: () => close(server, open) };
}

async function close(server: Server, open: ReadonlySet<Socket>): Promise<void> {
  if (!server.listening) return;
  const closed = once(server, 'close');
  server.close();
  for (const socket of open) socket.destroy();
  await closed;
}
