/**
 * What a suite must have come across for its verdicts to mean much, registered before it runs.
 *
 * A promise that holds in a thousand runs in which no leader ever changed says little. One run need
 * not reach all of it; the suite as a whole must, and says what it never reached.
 */
import { isOperation } from '../core/history.ts';
import type { History, OperationEvent } from '../core/history.ts';
import type { NodeId } from '../core/host.ts';
import type { Program } from '../core/program.ts';
import { doesAny } from '../faults/harms.ts';
import type { Harm } from '../faults/kind.ts';
import { operation } from '../invariants/patterns.ts';
import { sometimes } from '../invariants/temporal.ts';
import type { Sometimes } from '../core/invariant.ts';

const hasFault = (p: Program, ...harms: Harm[]): boolean =>
  p.faults.some((f) => doesAny(f.kind, ...harms));
const uses = (p: Program, ...fs: string[]): boolean =>
  p.clients.some((ops) => ops.some((op) => fs.includes(op.f)));

/** What any suite should reach, where its programs could at all. A system adds its own (`System.sometimes`). */
export const usualSometimes: readonly Sometimes[] = [
  {
    id: 'leader-changed',
    claim: 'another node became leader',
    applies: (p) => p.faults.length > 0 && p.shape.nodes.length > 1,
    reached: leaderChanged,
  },
  {
    id: 'partition-overlapped-write',
    claim: 'a write was under way while a partition was in force',
    applies: (p) => hasFault(p, 'cuts-links') && uses(p, 'write', 'cas'),
    reached: partitionOverlappedWrite,
  },
  sometimes(
    {
      id: 'request-timed-out',
      claim: 'an operation ended without anybody knowing whether it happened',
      applies: (p) => hasFault(p, 'cuts-links', 'ends-nodes', 'stops-nodes', 'loses-messages'),
    },
    operation('info'),
  ),
  {
    id: 'stale-read-served',
    claim: 'a read that may be stale returned an older value than one already acknowledged',
    applies: (p) => uses(p, 'read-stale'),
    reached: staleReadServed,
  },
  sometimes(
    {
      id: 'late-write-refused',
      claim: 'a write was refused because another had got the lock since',
      applies: (p) => uses(p, 'write-fenced') && hasFault(p, 'cuts-links'),
    },
    operation('fail', (e) => e.f === 'write-fenced' && e.error === 'fenced'),
  ),
];

/** By id. */
export interface ReachedState {
  readonly possible: readonly string[];
  readonly reached: readonly string[];
}

/** Which of those registered the runs so far have reached. */
export class SometimesCoverage {
  private readonly missing: Set<Sometimes>;
  /** Those that some program could have reached. */
  private readonly possible = new Set<Sometimes>();
  private runs = 0;

  constructor(registered: readonly Sometimes[]) {
    this.missing = new Set(registered);
  }

  /**
   * Costs a pass over the history for each that was not reached yet, and nothing once all were. Gives
   * those that this run was the first to reach.
   */
  add(history: History, program: Program): readonly Sometimes[] {
    this.runs += 1;
    const reached: Sometimes[] = [];
    for (const s of this.missing) {
      if (!s.applies(program)) continue;
      this.possible.add(s);
      if (!s.reached(history, program)) continue;
      this.missing.delete(s);
      reached.push(s);
    }
    return reached;
  }

  /** By id: what could be reached, and what was. */
  get state(): ReachedState {
    const possible = [...this.possible];
    return {
      possible: possible.map((s) => s.id),
      reached: possible.filter((s) => !this.missing.has(s)).map((s) => s.id),
    };
  }

  /** Takes in what another, of the same registered, has come to in `runs` runs. */
  merge({ possible, reached }: ReachedState, runs: number): void {
    this.runs += runs;
    for (const s of [...this.missing]) {
      if (!possible.includes(s.id)) continue;
      this.possible.add(s);
      if (reached.includes(s.id)) this.missing.delete(s);
    }
  }

  /** What was registered, could be reached, and never was. */
  get never(): readonly Sometimes[] {
    return [...this.missing].filter((s) => this.possible.has(s));
  }

  /** One line for each of `never`. */
  lines(): string[] {
    return this.never.map((s) => `never in ${this.runs} runs: ${s.claim} (${s.id})`);
  }
}

function leaderChanged(history: History): boolean {
  let leader: NodeId | null = null;
  for (const e of history.events) {
    if (e.type !== 'observe' || e.value.kind !== 'role' || e.value.role !== 'leader') continue;
    if (leader !== null && leader !== e.node) return true;
    leader = e.node;
  }
  return false;
}

function partitionOverlappedWrite(history: History): boolean {
  const isWrite = (e: OperationEvent): boolean => e.f === 'write' || e.f === 'cas';
  let partitions = 0;
  const open = new Set<number>();
  for (const e of history.events) {
    if (e.type === 'fault' && doesAny(e.kind, 'cuts-links')) {
      if (e.phase === 'begin') partitions += 1;
      if (e.phase === 'end') partitions -= 1;
    } else if (isOperation(e) && isWrite(e)) {
      if (e.type === 'invoke') open.add(e.op);
      else open.delete(e.op);
    }
    if (partitions > 0 && open.size > 0) return true;
  }
  return false;
}

/** By versions, which the store gives with every answer. */
function staleReadServed(history: History): boolean {
  /** The newest version of each key that was acknowledged; and what it was when a read began. */
  const newest = new Map<string, number>();
  const atInvoke = new Map<number, number>();
  for (const e of history.events) {
    if (!isOperation(e)) continue;
    if (e.type === 'invoke') {
      if (e.f === 'read-stale') atInvoke.set(e.op, newest.get(e.key) ?? 0);
    } else if (e.type === 'ok' && e.version !== undefined) {
      if (e.f === 'read-stale' && e.version < (atInvoke.get(e.op) ?? 0)) return true;
      // A key that is gone has no version: nothing older than that can be read.
      const before = e.f === 'delete' ? 0 : (newest.get(e.key) ?? 0);
      newest.set(e.key, e.f === 'delete' ? 0 : Math.max(before, e.version));
    }
  }
  return false;
}
