/** Addresses of members, of any scheme, and the same by way of a proxy. */
import { HarnessError } from './errors.ts';
import type { Endpoint } from './system.ts';

const usualPorts: Readonly<Record<string, string>> = { 'http:': '80', 'https:': '443' };

/** `host:port` of an endpoint. Throws E_ENDPOINT for one that has no port. */
export function hostOf({ name, url }: Endpoint): string {
  const parsed = URL.canParse(url) ? new URL(url) : null;
  const port = parsed === null ? undefined : parsed.port || usualPorts[parsed.protocol];
  if (parsed !== null && parsed.hostname !== '' && port !== undefined) {
    return `${parsed.hostname}:${port}`;
  }
  throw new HarnessError(
    'E_ENDPOINT',
    `the endpoint ${name} is "${url}", wanted scheme://host:port. Pass --endpoint ${name}=http://127.0.0.1:2379.`,
  );
}

/** The endpoint as it is reached at `address`, `host:port`; its certificate still names its own host. */
export function throughProxy(endpoint: Endpoint, address: string): Endpoint {
  const { protocol, hostname, pathname } = new URL(endpoint.url);
  // By hand: `origin` is the text "null" for schemes that the web does not know.
  const url = `${protocol}//${address}${pathname.replace(/\/+$/, '')}`;
  const serverName = endpoint.serverName ?? hostname;
  return { ...endpoint, url, serverName, direct: endpoint.direct ?? endpoint.url };
}
