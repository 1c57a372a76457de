/**
 * Members of a user's own cluster that may be killed and paused, by name and process.
 *
 * Never more than a minority at once unless the user asked for it, and none that nobody would start again, unless the user said
 * that it may stay down. Before a member is killed, a shell waits at the end of a pipe to start it
 * again: so it does even when this process is killed meanwhile.
 */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import type { Journal } from '../cleanup/journal.ts';
import { isAlive, signalProcess } from '../cleanup/process-id.ts';
import type { ProcessId } from '../cleanup/process-id.ts';
import type { ProcessState } from '../faults/overlap.ts';
import { standingOfProcess } from '../realtime/standing.ts';
import type { NodeId } from '../core/host.ts';
import type { MemberAccess } from './access.ts';

export interface AllowedMember {
  readonly process: ProcessId;
  /** A command for the shell that starts the member again, and may or may not stay; null: none. */
  readonly restart: string | null;
}

export interface AllowedMembersOptions {
  /** Of all members, in the order of their endpoints. */
  readonly names: readonly string[];
  readonly allowed: ReadonlyMap<NodeId, AllowedMember>;
  readonly journal: Journal;
  /** Does this member answer? */
  readonly isUp: (node: NodeId) => Promise<boolean>;
  /** The process that is this member now; null when it cannot be told. */
  readonly find: (node: NodeId) => ProcessId | null;
  /** May members without a restart command be killed for good? */
  readonly mayStayDown: boolean;
  /** May more than a minority be down or paused at once? */
  readonly mayLoseQuorum: boolean;
  /** Absent: the machine is asked. */
  readonly isAlive?: (process: ProcessId) => boolean;
  /** How long a member may take to come back; default 30 s. */
  readonly backWithinMs?: number;
}

const pollMs = 200;
/** A signalled process is gone after this, or it never will be. */
const goneMsMax = 10_000;

export class AllowedMembers implements MemberAccess {
  readonly members: ReadonlySet<NodeId>;
  private readonly o: AllowedMembersOptions;
  /** The present process; null: not known since its restart. */
  private readonly processes = new Map<NodeId, ProcessId | null>();
  /** How many faults hold a member. */
  private readonly held = new Map<NodeId, number>();
  private readonly down = new Map<NodeId, string>();
  /** Shells that start killed members again. */
  private readonly starters = new Map<NodeId, ChildProcess>();
  /** Entries of stopped members in the journal. */
  private readonly stopped = new Map<NodeId, number>();

  constructor(options: AllowedMembersOptions) {
    this.o = options;
    this.members = new Set(options.allowed.keys());
    for (const [node, { process }] of options.allowed) this.processes.set(node, process);
  }

  reserve(kind: 'crash' | 'pause', nodes: readonly NodeId[]): string | (() => void) {
    const why = nodes.map((node) => this.refusal(kind, node)).find((w) => w !== null);
    if (why !== undefined && why !== null) return why;
    const hit = new Set([...this.down.keys(), ...this.gone(), ...this.held.keys(), ...nodes]);
    const most = (this.o.names.length - 1) >> 1;
    if (hit.size > most && !this.o.mayLoseQuorum) {
      const all = [...hit].map((n) => this.name(n)).join(', ');
      return `${all} down or paused at once would leave no majority of ${this.o.names.length}; to have that, pass --lose-quorum`;
    }
    for (const node of nodes) this.held.set(node, (this.held.get(node) ?? 0) + 1);
    return () => {
      for (const node of nodes) {
        const left = (this.held.get(node) ?? 1) - 1;
        if (left > 0) this.held.set(node, left);
        else this.held.delete(node);
      }
    };
  }

  async crash(node: NodeId): Promise<void> {
    const process = this.processes.get(node);
    if (process === undefined || process === null) return;
    const restart = this.o.allowed.get(node)?.restart ?? null;
    if (restart !== null) this.starters.set(node, await waitingShell(restart));
    this.down.set(node, 'it was killed, and nobody starts it again');
    signalProcess(process, 'SIGKILL');
    const endMs = performance.now() + goneMsMax;
    while (isAlive(process) && performance.now() < endMs) await pause();
    this.letGo(node);
  }

  async restart(node: NodeId): Promise<boolean> {
    const restart = this.o.allowed.get(node)?.restart ?? null;
    if (restart === null) return false;
    this.starters.get(node)?.stdin?.end();
    this.starters.delete(node);
    const endMs = performance.now() + (this.o.backWithinMs ?? 30_000);
    while (!(await this.o.isUp(node))) {
      if (performance.now() > endMs) {
        this.down.set(node, `it does not answer after: ${restart}`);
        return false;
      }
      await pause();
    }
    this.down.delete(node);
    this.processes.set(node, this.o.find(node));
    return true;
  }

  pause(node: NodeId): Promise<void> {
    const process = this.processes.get(node);
    if (process === undefined || process === null) return Promise.resolve();
    // Written down first: a member that nobody lets go on would stand still for good.
    this.stopped.set(node, this.o.journal.begin({ kind: 'resume', process }));
    signalProcess(process, 'SIGSTOP');
    return Promise.resolve();
  }

  resume(node: NodeId): Promise<void> {
    const process = this.processes.get(node);
    if (process === undefined || process === null) return Promise.resolve();
    signalProcess(process, 'SIGCONT');
    this.letGo(node);
    return Promise.resolve();
  }

  standing(node: NodeId): ProcessState | null {
    const process = this.processes.get(node) ?? null;
    if (process === null) return null;
    return isAlive(process) ? standingOfProcess(process.pid) : 'down';
  }

  leftBehind(): readonly string[] {
    return [...this.down].map(([node, why]) => `${this.name(node)} is down: ${why}`);
  }

  private refusal(kind: 'crash' | 'pause', node: NodeId): string | null {
    const name = this.name(node);
    const member = this.o.allowed.get(node);
    if (member === undefined)
      return `${name} may not be touched: allow it by --allow-crash ${name}=PID`;
    const why = this.down.get(node);
    if (why !== undefined) return `${name} is down already: ${why}`;
    const process = this.processes.get(node) ?? null;
    if (process === null) return `${name} runs again, in a process that is not known`;
    if (!this.runs(process)) return `${name} does not run any more`;
    if (kind === 'pause' || member.restart !== null || this.o.mayStayDown) return null;
    return `nobody would start ${name} again: pass --restart ${name}='COMMAND', or --leave-down`;
  }

  /** Those that ended without us. */
  private gone(): NodeId[] {
    return [...this.processes].flatMap(([node, p]) => (p !== null && !this.runs(p) ? [node] : []));
  }

  private runs(process: ProcessId): boolean {
    return (this.o.isAlive ?? isAlive)(process);
  }

  private letGo(node: NodeId): void {
    const entry = this.stopped.get(node);
    if (entry !== undefined) this.o.journal.done(entry);
    this.stopped.delete(node);
  }

  private name(node: NodeId): string {
    return this.o.names[node] ?? String(node);
  }
}

/** Runs `command` when the other end of its pipe is closed, by hand or by the end of this process. */
async function waitingShell(command: string): Promise<ChildProcess> {
  const child = spawn('/bin/sh', ['-c', 'read -r _; exec /bin/sh -c "$0"', command], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  await once(child, 'spawn');
  child.unref();
  (child.stdin as Socket).unref();
  return child;
}

function pause(): Promise<void> {
  return new Promise((wake) => setTimeout(wake, pollMs));
}
