/**
 * The generic client: executes a list of operations against any session, and records each as a
 * history. It is synchronous; the environment supplies the clock, the timers and the session.
 */
import { assert } from '../core/assert.ts';
import type { OperationEvent } from '../core/history.ts';
import type { Json } from '../core/host.ts';
import type { Operation } from '../core/program.ts';
import type { Outcome } from '../core/system.ts';
import { toldUpTo } from '../core/watch.ts';
import type { WatchResult } from '../core/watch.ts';

/** True time and timers of the environment, outside any node's skewed clock. */
export interface Scheduler {
  nowUs(): number;
  after(delayUs: number, f: () => void): void;
}

export interface WorkloadClientOptions {
  /** 0…clients-1. */
  readonly client: number;
  /** Number of clients of the program: a new process number is the old one plus this. */
  readonly clients: number;
  readonly operations: readonly Operation[];
  /** An operation that has not ended after this is `info`. */
  readonly deadlineUs: number;
  readonly scheduler: Scheduler;
  /** Starts one operation; `done` may be called late or never, and at most once counts. */
  readonly start: (op: Operation, done: (outcome: Outcome) => void) => void;
  /** Nobody waits for the outcome of `op` any more. */
  readonly abandon?: (op: Operation) => void;
  readonly record: (e: OperationEvent) => void;
}

export class WorkloadClient {
  private readonly o: WorkloadClientOptions;
  private next = 0;
  private process: number;
  private open: Operation | null = null;
  private isStopped = false;
  /** What was last read from a key; and where the last watch of a prefix ended. */
  /** By key: what it got by reads and acquires, and where its watches ended. */
  private readonly last = { got: new Map<string, Json>(), watched: new Map<string, Json>() };

  constructor(options: WorkloadClientOptions) {
    this.o = options;
    this.process = options.client;
  }

  get isFinished(): boolean {
    return this.open === null && (this.isStopped || this.next >= this.o.operations.length);
  }

  begin(): void {
    this.scheduleNext();
  }

  /** Starts nothing more; an open operation becomes `info`. */
  stop(): void {
    this.isStopped = true;
    if (this.open !== null) {
      this.abandon(this.open, 'the run ended');
    }
  }

  private scheduleNext(): void {
    const op = this.o.operations[this.next];
    if (op === undefined || this.isStopped) return;
    this.o.scheduler.after(op.afterUs, () => this.invoke(op));
  }

  private invoke(drawn: Operation): void {
    if (this.isStopped) return;
    assert(this.open === null, 'a client has one operation at a time', { op: drawn.id });
    const op = { ...drawn, value: this.withLast(drawn.value, drawn) };
    // The token of an earlier grant is no excuse for one that was refused.
    if (op.f === 'acquire') this.last.got.delete(op.key);
    this.next += 1;
    this.open = op;
    this.record('invoke', op, op.value);
    this.o.scheduler.after(this.o.deadlineUs, () => {
      if (this.open === op) this.abandon(op, 'deadline');
    });
    this.o.start(op, (outcome) => {
      if (this.open === op) this.finish(op, outcome);
    });
  }

  private abandon(op: Operation, error: string): void {
    this.o.abandon?.(op);
    if (this.open === op) this.finish(op, { type: 'info', error });
  }

  private finish(op: Operation, outcome: Outcome): void {
    this.open = null;
    this.learn(op, outcome);
    if (outcome.type === 'ok') {
      this.record('ok', op, outcome.value, outcome);
    } else {
      this.record(outcome.type, op, op.value, outcome);
      // Whatever this process asked may still happen: what follows is another process (Jepsen).
      if (outcome.type === 'info') this.process += this.o.clients;
    }
    this.scheduleNext();
  }

  private learn({ f, key }: Operation, outcome: Outcome): void {
    const { got, watched } = this.last;
    if (outcome.type !== 'ok') {
      // What it watched from is gone for good: it has to begin anew, as real clients do.
      if (f === 'watch' && outcome.error === 'compacted') watched.delete(key);
    } else if (f === 'read' || f === 'acquire') got.set(key, outcome.value);
    else if (f === 'watch') watched.set(key, toldUpTo(outcome.value as unknown as WatchResult));
  }

  /** Puts what this client last got in place of `$last` and `$last:other`, wherever they stand. */
  private withLast(value: Json, op: Operation): Json {
    const { got, watched } = this.last;
    if (value === '$last') return (op.f === 'watch' ? watched : got).get(op.key) ?? null;
    if (typeof value === 'string' && value.startsWith('$last:')) {
      return got.get(value.slice('$last:'.length)) ?? null;
    }
    if (Array.isArray(value)) return value.map((v: Json) => this.withLast(v, op));
    if (value === null || typeof value !== 'object') return value;
    const fields = Object.entries(value as Readonly<Record<string, Json>>);
    return Object.fromEntries(fields.map(([name, v]) => [name, this.withLast(v, op)]));
  }

  private record(
    type: OperationEvent['type'],
    op: Operation,
    value: Json,
    outcome?: Outcome,
  ): void {
    this.o.record({
      type,
      timeUs: this.o.scheduler.nowUs(),
      process: this.process,
      op: op.id,
      f: op.f,
      key: op.key,
      value,
      ...(outcome !== undefined && outcome.type !== 'ok' && { error: outcome.error }),
      ...(outcome?.node !== undefined && { node: outcome.node }),
      ...(outcome?.type === 'ok' && outcome.version !== undefined && { version: outcome.version }),
    });
  }
}
