/** The process that a user names for a member, and whether it may be touched: it must be that member's. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { hostname, networkInterfaces } from 'node:os';
import { hostOf } from '../core/address.ts';
import { HarnessError } from '../core/errors.ts';
import type { Endpoint } from '../core/system.ts';
import { identify } from '../cleanup/process-id.ts';
import type { ProcessId } from '../cleanup/process-id.ts';
import { listenerOf } from './listener.ts';

/** What this machine says; a test has one of its own. */
export interface Machine {
  /** Of antlion itself. */
  readonly pid: number;
  identify(pid: number): ProcessId | null;
  /** The words it was started with; empty: they cannot be read. */
  commandOf(pid: number): string;
  listenerOf(port: number): ProcessId | null;
  isHere(host: string): boolean;
}

export const thisMachine: Machine = {
  pid: process.pid,
  identify,
  commandOf: commandLine,
  listenerOf,
  isHere,
};

/**
 * `text` is `PID` or `PID@FINGERPRINT`. A bare number must be the process that listens where the member
 * answers. With its fingerprint (`fingerprintOf`, printed before anything is done) the user vouches for it: a
 * number that was given away anew has another. Never this process, and never the first of the system. Throws
 * E_REFUSED_TARGET.
 */
export function namedProcess(member: Endpoint, text: string, machine: Machine): ProcessId {
  const [pidText = '', wanted] = text.split('@');
  const pid = Number(pidText);
  const found = pid > 1 && pid !== machine.pid ? machine.identify(pid) : null;
  const named = `${member.name}=${text}`;
  if (found === null) {
    throw refused(
      `"${named}" names no running process that may be killed, wanted the pid of a member. Look it up: pgrep etcd.`,
    );
  }
  const fingerprint = fingerprintOf(found, machine);
  const sure = `${member.name}=${pid}@${fingerprint}`;
  if (wanted !== undefined) {
    if (wanted === fingerprint) return found;
    throw refused(
      `"${named}" names another process by now: ${pid} is ${commandFor(pid, machine)}. If it is meant all the same, pass ${sure}.`,
    );
  }
  const why = whyNotOf(member, found, machine);
  if (why === null) return found;
  throw refused(
    `"${named}" (${commandFor(pid, machine)}) is not known to be ${member.name}: ${why}. Correct the number; if it is meant all the same, pass ${sure}.`,
  );
}

/** Eight letters: its number, when it started, and the words it was started with. */
export function fingerprintOf(id: ProcessId, machine: Machine): string {
  const words = [String(id.pid), id.started, machine.commandOf(id.pid)];
  return createHash('sha256').update(words.join('\0')).digest('hex').slice(0, 8);
}

function whyNotOf(member: Endpoint, found: ProcessId, machine: Machine): string | null {
  const address = hostOf(member);
  const at = address.lastIndexOf(':');
  if (!machine.isHere(address.slice(0, at))) return `${address} is not known to be this machine`;
  const listener = machine.listenerOf(Number(address.slice(at + 1)));
  if (listener === null) return `nobody is seen to listen at ${address}`;
  if (listener.pid === found.pid && listener.started === found.started) return null;
  return `process ${listener.pid} (${commandFor(listener.pid, machine)}) listens at ${address}`;
}

function commandFor(pid: number, machine: Machine): string {
  const [program = 'unknown'] = machine.commandOf(pid).split(' ');
  return program.split('/').at(-1) || 'unknown';
}

function refused(message: string): HarnessError {
  return new HarnessError('E_REFUSED_TARGET', message);
}

function commandLine(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
  } catch {
    return '';
  }
}

function isHere(host: string): boolean {
  const bare = host.replace(/^\[|\]$/g, '');
  if (['localhost', '::1', hostname()].includes(bare) || bare.startsWith('127.')) return true;
  return Object.values(networkInterfaces()).some((all) => all?.some((a) => a.address === bare));
}
