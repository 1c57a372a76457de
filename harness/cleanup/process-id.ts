/** Which process exactly: numbers are used again, so a process is its number and when it started. */
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import { z } from 'zod';
import { assert } from '../core/assert.ts';

export const processIdSchema = z.strictObject({
  /** Never the first process of a system. */
  pid: z.int().min(2),
  /** When it started, in the system's own words; differs for another process of this number. */
  started: z.string().min(1),
});

export type ProcessId = Readonly<z.infer<typeof processIdSchema>>;

/** Who made something, told so that others can find out whether he still lives. */
export const ownerSchema = processIdSchema.extend({
  pid: z.int().min(1),
  /** Its user's number; -1 on systems without. */
  user: z.int(),
  /** Where the number means this process: machine and, on Linux, namespace of processes. */
  place: z.string(),
});

export type Owner = Readonly<z.infer<typeof ownerSchema>>;

/** This process, as an owner. */
export function thisOwner(): Owner {
  const id = identify(process.pid);
  assert(id !== null, 'this process is alive');
  return { ...id, user: thisUser(), place: thisPlace() };
}

/** Whether an owner lives; `elsewhere` for one that cannot be seen from here. */
export function standingOf(owner: Owner): 'alive' | 'dead' | 'elsewhere' {
  if (owner.place !== thisPlace()) return 'elsewhere';
  if (isAlive(owner)) return 'alive';
  // Systems may hide processes of one user from another.
  return owner.user === thisUser() || thisUser() === 0 ? 'dead' : 'elsewhere';
}

function thisUser(): number {
  return process.getuid?.() ?? -1;
}

function thisPlace(): string {
  const space = process.platform === 'linux' ? ` ${readlinkSync('/proc/self/ns/pid')}` : '';
  return `${hostname()}${space}`;
}

/** The process that has this number now; null when there is none, or only its corpse. */
export function identify(pid: number): ProcessId | null {
  const started = process.platform === 'linux' ? startedLinux(pid) : startedElsewhere(pid);
  return started === null ? null : { pid, started };
}

export function isAlive(id: ProcessId): boolean {
  return identify(id.pid)?.started === id.started;
}

/** Signals this process and no other; false when it is gone. */
export function signalProcess(id: ProcessId, signal: NodeJS.Signals): boolean {
  if (!isAlive(id)) return false;
  try {
    return process.kill(id.pid, signal);
  } catch (e) {
    if ((e as NodeJS.ErrnoException).code === 'ESRCH') return false;
    throw e;
  }
}

/** Set for whatever is started to work in a run's folder; its value is that folder. */
export const folderVariable = 'ANTLION_FOLDER';

/**
 * Processes that were started to work in `folder`, whether or not the harness lived to write them
 * down. None on systems without /proc.
 */
export function processesIn(folder: string): ProcessId[] {
  const marked = `\0${folderVariable}=${folder}\0`;
  return pids().flatMap((pid) => {
    if (!`\0${environmentOf(pid)}`.includes(marked)) return [];
    return identify(pid) ?? [];
  });
}

/**
 * All that a process has started and that has started more, whichever groups they are in. None on systems
 * without /proc.
 */
export function descendantsOf(pid: number): ProcessId[] {
  const children = new Map<number, number[]>();
  for (const child of pids()) {
    const parent = Number(statOf(child)?.[1]);
    children.set(parent, [...(children.get(parent) ?? []), child]);
  }
  const found = [...(children.get(pid) ?? [])];
  for (const one of found) found.push(...(children.get(one) ?? []));
  return found.flatMap((one) => identify(one) ?? []);
}

function pids(): number[] {
  if (process.platform !== 'linux') return [];
  return readdirSync('/proc').flatMap((name) => (/^\d+$/.test(name) ? Number(name) : []));
}

/** Empty for a process that is gone, or somebody else's. */
function environmentOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'latin1');
  } catch {
    return '';
  }
}

/** Start in ticks since boot, and which boot; see proc_pid_stat(5). */
function startedLinux(pid: number): string | null {
  try {
    const rest = statOf(pid) ?? [];
    const [state, ticks] = [rest[0], rest[19]];
    if (ticks === undefined || state === 'Z' || state === 'X') return null;
    return `${readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim()}/${ticks}`;
  } catch {
    return null;
  }
}

/** One letter, see proc_pid_stat(5); null: there is no such process, or this system has no /proc. */
export function stateOf(pid: number): string | null {
  return statOf(pid)?.[0] ?? null;
}

/** From its state on, see proc_pid_stat(5): state, parent, … */
function statOf(pid: number): string[] | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // The second field is the name in brackets, which may hold anything; the rest is plain.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  } catch {
    return null;
  }
}

function startedElsewhere(pid: number): string | null {
  try {
    const args = ['-o', 'state=,lstart=', '-p', String(pid)];
    const line = execFileSync('ps', args, { encoding: 'utf8', stdio: 'pipe' }).trim();
    return line === '' || line.startsWith('Z') ? null : line.replace(/^\S+\s+/, '');
  } catch {
    return null;
  }
}
