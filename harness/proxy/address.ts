/** Addresses as Go's net package reads them, with its error messages. */
import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';

/** A listen address whose host is an IP address, or empty for all of them. */
export interface ListenAddress {
  readonly host: string;
  readonly port: number;
}

/** `host:port`, `[v6]:port` or `:port`; null without a port. */
export function splitHostPort(text: string): { host: string; port: string } | null {
  const m = /^(?:\[([^\]]*)\]|([^:[\]]*)):([^:]*)$/.exec(text);
  return m === null ? null : { host: m[1] ?? m[2] ?? '', port: m[3] ?? '' };
}

export function joinHostPort(host: string, port: number): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

/**
 * The address that `text` means; names are looked up, IPv4 first. Throws an Error in Go's words,
 * without the `listen tcp: ` that Go puts before it when it listens.
 */
export async function resolveListen(text: string): Promise<ListenAddress> {
  if (text === '') return { host: '', port: 0 };
  const address = splitHostPort(text);
  if (address === null) throw new Error(`address ${text}: ${whySplitFails(text)}`);
  const port = address.port === '' ? 0 : Number(address.port);
  if (!/^\d*$/.test(address.port)) throw new Error(`lookup tcp/${address.port}: unknown port`);
  if (port > 65_535) throw new Error(`address ${address.port}: invalid port`);
  if (address.host === '' || isIP(address.host) !== 0) return { host: address.host, port };
  try {
    const found = await lookup(address.host, { all: true });
    const best = found.find((a) => a.family === 4) ?? found[0];
    if (best !== undefined) return { host: best.address, port };
  } catch {
    // Falls through: a failed look-up and an empty one are the same to the caller.
  }
  throw new Error(`lookup ${address.host}: no such host`);
}

function whySplitFails(text: string): string {
  if (!text.includes(':') || text.endsWith(']')) return 'missing port in address';
  return 'too many colons in address';
}
