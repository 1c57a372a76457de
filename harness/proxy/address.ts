/** Addresses as Go's net package reads them, with its error messages. */
import { lookup } from 'node:dns/promises';
import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';

/** A host and a port. Of a listen address the host is an IP address, or empty for all of them. */
export interface Address {
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
export async function resolveListen(text: string): Promise<Address> {
  if (text === '') return { host: '', port: 0 };
  const address = splitHostPort(text);
  if (address === null) throw new Error(`address ${text}: ${whySplitFails(text)}`);
  const port = portOf(address.port);
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

/** What `connect` wants to reach `text`. Throws when it names no port; a host is left to `connect`. */
export function resolveUpstream(text: string): Address {
  const address = splitHostPort(text);
  if (address === null) throw new Error(`address ${text}: ${whySplitFails(text)}`);
  const host = address.host === '' ? '127.0.0.1' : address.host;
  return { host, port: portOf(address.port) };
}

/** A number, or the name of a TCP service. Throws an Error in Go's words. */
function portOf(text: string): number {
  if (/^\d*$/.test(text)) {
    if (Number(text) > 65_535) throw new Error(`address ${text}: invalid port`);
    return Number(text);
  }
  const port = services().get(text.toLowerCase());
  if (port === undefined) throw new Error(`lookup tcp/${text}: unknown port`);
  return port;
}

/** The names that Go knows without a file, and those of /etc/services. */
function services(): ReadonlyMap<string, number> {
  const found = new Map<string, number>([
    ['domain', 53],
    ['ftp', 21],
    ['ftps', 990],
    ['http', 80],
    ['https', 443],
    ['imap2', 143],
    ['imaps', 993],
    ['pop3', 110],
    ['pop3s', 995],
    ['smtp', 25],
    ['ssh', 22],
    ['telnet', 23],
  ]);
  for (const line of servicesFile().split('\n')) {
    const [name, port = '', ...aliases] = line.replace(/#.*/, '').trim().split(/\s+/);
    if (name === undefined || !port.endsWith('/tcp')) continue;
    for (const n of [name, ...aliases]) found.set(n.toLowerCase(), Number.parseInt(port, 10));
  }
  return found;
}

function servicesFile(): string {
  try {
    return readFileSync('/etc/services', 'utf8');
  } catch {
    // A slim image has none.
    return '';
  }
}

function whySplitFails(text: string): string {
  if (!text.includes(':') || text.endsWith(']')) return 'missing port in address';
  return 'too many colons in address';
}
