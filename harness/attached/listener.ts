/** Which process listens on a TCP port of this machine, from /proc; a member's, after its restart. */
import { readFileSync, readdirSync, readlinkSync } from 'node:fs';
import { identify } from '../cleanup/process-id.ts';
import type { ProcessId } from '../cleanup/process-id.ts';

/** Null when nobody does, when it is another user's, and on systems without /proc. */
export function listenerOf(port: number): ProcessId | null {
  const sockets = new Set(['tcp', 'tcp6'].flatMap((file) => listening(file, port)));
  if (sockets.size === 0) return null;
  const pid = entries('/proc').find((name) => /^\d+$/.test(name) && holds(name, sockets));
  return pid === undefined ? null : identify(Number(pid));
}

/** Inodes of listening sockets; see proc_pid_net(5). */
function listening(file: string, port: number): string[] {
  const listenState = '0A';
  const wanted = port.toString(16).toUpperCase().padStart(4, '0');
  return read(`/proc/net/${file}`)
    .split('\n')
    .slice(1)
    .flatMap((line) => {
      const [, local = '', , state, , , , , , inode] = line.trim().split(/\s+/);
      return state === listenState && local.endsWith(`:${wanted}`) ? [`socket:[${inode}]`] : [];
    });
}

function holds(pid: string, sockets: ReadonlySet<string>): boolean {
  const folder = `/proc/${pid}/fd`;
  return entries(folder).some((fd) => sockets.has(linkOf(`${folder}/${fd}`)));
}

function linkOf(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return '';
  }
}

function entries(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
