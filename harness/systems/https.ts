/** Members that are spoken to by HTTP, with TLS where their address says so. */
import { isIP } from 'node:net';
import { checkServerIdentity } from 'node:tls';
import { Agent, type Dispatcher } from 'undici';
import type { Endpoint } from '../core/system.ts';
import type { Door } from './door.ts';

/** Speaks TLS with these certificates, whoever's proxy is on the way; undefined: the address is none of TLS. */
export function dispatcherOf({ url, serverName }: Endpoint, { tls }: Door): Dispatcher | undefined {
  if (!url.startsWith('https:')) return undefined;
  const name = serverName ?? new URL(url).hostname;
  const connect = {
    ...tls,
    // An address is no name to ask for, but it may well be what the certificate is about.
    ...(isIP(name) === 0 && { servername: name }),
    checkServerIdentity: (_: string, cert: Parameters<typeof checkServerIdentity>[1]) =>
      checkServerIdentity(name, cert),
  };
  return new Agent({ connect });
}
