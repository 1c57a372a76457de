/**
 * The fault proxy as a library: `antlion/proxy`. It speaks Toxiproxy 2.12.0's API; what it knows
 * besides is in docs/guides/proxy.md.
 */
export { startProxy } from './proxy/server.ts';
export type { ProxyOptions, ProxyServer } from './proxy/server.ts';
