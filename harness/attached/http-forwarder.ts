/**
 * What one member's `HTTP_PROXY` leads to: forwards each request to the link of the member whose
 * address it names. So links between members can be told apart though all know the same addresses.
 */
import { createServer, request as send } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';

export interface HttpForwarder extends AsyncDisposable {
  /** `http://127.0.0.1:4711`. */
  readonly url: string;
}

/** `links` are the addresses, `host:port`, by the authority that requests name. */
export async function startHttpForwarder(
  host: string,
  links: ReadonlyMap<string, string>,
): Promise<HttpForwarder> {
  const server = createServer((request, response) => forward(links, request, response));
  // Streams between members are idle for as long as they like.
  server.requestTimeout = 0;
  server.timeout = 0;
  server.listen(0, host);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://${host}:${port}`,
    async [Symbol.asyncDispose]() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

function forward(
  links: ReadonlyMap<string, string>,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  const url = URL.canParse(request.url ?? '') ? new URL(request.url ?? '') : null;
  const link = links.get(url?.host ?? '');
  if (url === null || link === undefined) {
    response.writeHead(502).end('no such member\n');
    return;
  }
  const [hostname, port] = link.split(':');
  const path = `${url.pathname}${url.search}`;
  const { method, headers } = request;
  // A connection a request: what a fault does to one is nothing to the next.
  const onward = send({ hostname, port, method, path, headers, agent: false }, (answer) => {
    response.writeHead(answer.statusCode ?? 502, answer.headers);
    response.flushHeaders();
    answer.on('error', () => response.destroy());
    answer.on('aborted', () => response.destroy());
    answer.pipe(response);
  });
  onward.on('error', () => response.destroy());
  request.on('error', () => onward.destroy());
  response.on('close', () => onward.destroy());
  request.pipe(onward);
}
