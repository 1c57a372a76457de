/**
 * What one member's SOCKS proxy leads to: each connection to a peer, at whichever of its ports, goes by the
 * link to that peer. Programs on a Java machine dial so when told by `socksProxyHost` (RFC 1928, CONNECT
 * without authentication). What is no peer's address is dialled as it is.
 */
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';

export interface SocksServer extends AsyncDisposable {
  readonly host: string;
  readonly port: number;
}

/** `links` are the addresses of links, `host:port`, by what a peer is known by, `host:port` of any port. */
export async function startSocksServer(
  host: string,
  links: ReadonlyMap<string, string>,
): Promise<SocksServer> {
  const open = new Set<Socket>();
  const server = createServer((client) => {
    track(open, client);
    serve(client, links, open);
  });
  server.listen(0, host);
  await once(server, 'listening');
  return {
    host,
    port: (server.address() as AddressInfo).port,
    async [Symbol.asyncDispose]() {
      const closed = once(server, 'close');
      server.close();
      for (const socket of open) socket.destroy();
      await closed;
    },
  };
}

/** Errors of either side end both. */
export function track(open: Set<Socket>, socket: Socket): void {
  open.add(socket);
  socket.setNoDelay(true);
  socket.on('error', () => socket.destroy()).on('close', () => open.delete(socket));
}

export function join(a: Socket, b: Socket): void {
  a.pipe(b);
  b.pipe(a);
  a.once('close', () => b.destroy());
  b.once('close', () => a.destroy());
}

const version = 5;
const succeeded = Buffer.from([version, 0, 0, 1, 0, 0, 0, 0, 0, 0]);

function serve(client: Socket, links: ReadonlyMap<string, string>, open: Set<Socket>): void {
  let bytes: Buffer = Buffer.alloc(0);
  let isGreeted = false;
  const read = (more: Buffer): void => {
    bytes = Buffer.concat([bytes, more]);
    if (!isGreeted) {
      // Version, how many methods, and these: none of them is asked for more than its name.
      const length = 2 + (bytes[1] ?? Infinity);
      if (bytes.length < length) return;
      bytes = bytes.subarray(length);
      isGreeted = true;
      client.write(Buffer.from([version, 0]));
    }
    const asked = targetOf(bytes);
    if (asked === null) return;
    client.off('data', read);
    client.pause();
    const rest = bytes.subarray(asked.length);
    const link = links.get(asked.target);
    const [host = '', port = ''] = (link ?? asked.target).split(':');
    const onward = connect({ host, port: Number(port) });
    track(open, onward);
    onward.once('connect', () => {
      client.write(succeeded);
      // The far end of a link asks which port was meant.
      if (link !== undefined) onward.write(`${asked.target}\n`);
      onward.write(rest);
      join(client, onward);
    });
    onward.once('close', () => client.destroy());
    client.once('close', () => onward.destroy());
  };
  client.on('data', read);
}

/** Null: it is not all there yet, or it is none that is understood, and then nothing ever comes of it. */
function targetOf(bytes: Buffer): { readonly target: string; readonly length: number } | null {
  const kind = bytes[3];
  const hostLength = kind === 1 ? 4 : kind === 3 ? 1 + (bytes[4] ?? Infinity) : Infinity;
  const length = 4 + hostLength + 2;
  if (bytes.length < length) return null;
  const host =
    kind === 1 ? [...bytes.subarray(4, 8)].join('.') : bytes.toString('utf8', 5, length - 2);
  return { target: `${host}:${bytes.readUInt16BE(length - 2)}`, length };
}
