/** The far end of links that carry connections to any port of a member: the first line says which. */
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { join, track } from './socks-server.ts';

export interface LinkEnd extends AsyncDisposable {
  /** `host:port`. */
  readonly address: string;
}

/** A line is `host:port`. */
const lineBytesMax = 128;

export async function startLinkEnd(host: string): Promise<LinkEnd> {
  const open = new Set<Socket>();
  const server = createServer((from) => {
    track(open, from);
    let bytes: Buffer = Buffer.alloc(0);
    const read = (more: Buffer): void => {
      bytes = Buffer.concat([bytes, more]);
      const end = bytes.indexOf('\n');
      if (end < 0 && bytes.length > lineBytesMax) from.destroy();
      if (end < 0) return;
      from.off('data', read);
      from.pause();
      const [to = '', port = ''] = bytes.toString('utf8', 0, end).split(':');
      const onward = connect({ host: to, port: Number(port) });
      track(open, onward);
      onward.write(bytes.subarray(end + 1));
      join(from, onward);
    };
    from.on('data', read);
  });
  server.listen(0, host);
  await once(server, 'listening');
  return {
    address: `${host}:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      const closed = once(server, 'close');
      server.close();
      for (const socket of open) socket.destroy();
      await closed;
    },
  };
}
