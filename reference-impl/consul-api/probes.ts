/** Checks that ask: by HTTP, and by a connection. Never reject. */
import { connect } from 'node:net';
import type { Status } from './check-state.ts';

/** 2xx passes, 429 warns, everything else fails, as Consul has it. */
export async function probeHttp(url: string, method: string, timeoutMs: number): Promise<Status> {
  try {
    const r = await fetch(url, {
      method,
      signal: AbortSignal.timeout(timeoutMs),
      redirect: 'manual',
    });
    await r.body?.cancel();
    return r.ok ? 'passing' : r.status === 429 ? 'warning' : 'critical';
  } catch {
    return 'critical';
  }
}

export function probeTcp(host: string, port: number, timeoutMs: number): Promise<Status> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: timeoutMs });
    const end = (status: Status): void => {
      socket.destroy();
      resolve(status);
    };
    socket.once('connect', () => end('passing'));
    socket.once('timeout', () => end('critical'));
    socket.once('error', () => end('critical'));
  });
}
