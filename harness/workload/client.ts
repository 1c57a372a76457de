/**
 * The generic client: executes a list of operations against any session, and records each as a
 * history. It is synchronous; the environment supplies the clock, the timers and the session.
 */
import { assert } from '../core/assert.ts';
import type { LoadEvent, OperationEvent } from '../core/history.ts';
import type { Json } from '../core/host.ts';
import type { Operation } from '../core/program.ts';
import type { Outcome } from '../core/system.ts';
import { HarnessError } from '../core/errors.ts';
import { type AnyKind, operationKind } from './families.ts';
import type { Drive, Scheduler } from './drive.ts';
import type { Ended } from './kind.ts';

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
  readonly record: (e: OperationEvent | LoadEvent) => void;
}

export class WorkloadClient {
  private readonly o: WorkloadClientOptions;
  private next = 0;
  private process: number;
  private open: Operation | null = null;
  /** Carries out the open operation, where its family does. */
  private driven: Drive | null = null;
  private isStopped = false;
  /** By memory and key: what `$last` stands for. */
  private readonly memories = new Map<string, Map<string, Json>>();

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
    if (this.open === null) return;
    this.driven?.stop();
    this.abandon(this.open, 'the run ended');
  }

  private scheduleNext(): void {
    const op = this.o.operations[this.next];
    if (op === undefined || this.isStopped) return;
    this.o.scheduler.after(op.afterUs, () => this.invoke(op));
  }

  private invoke(drawn: Operation): void {
    if (this.isStopped) return;
    assert(this.open === null, 'a client has one operation at a time', { op: drawn.id });
    const kind = operationKind(drawn.f);
    const own = this.memory(kind?.memory);
    const op = { ...drawn, value: this.withLast(drawn.value, drawn.key, own) };
    requireInput(kind, op);
    if (kind?.forgetsFirst === true) own.delete(op.key);
    this.next += 1;
    this.open = op;
    this.record('invoke', op, op.value);
    if (kind?.drive !== undefined) return this.drive(kind, op);
    this.o.scheduler.after(this.o.deadlineUs, () => {
      if (this.open === op) this.abandon(op, 'deadline');
    });
    this.o.start(op, (outcome) => {
      if (this.open === op) this.finish(op, outcome);
    });
  }

  /** It is many requests, and its family carries it out: it ends when that says so. */
  private drive(kind: AnyKind, op: Operation): void {
    const { id, f, key } = op;
    const { scheduler, deadlineUs, start, abandon, record } = this.o;
    const process = this.process;
    this.driven =
      kind.drive?.({
        op,
        input: kind.input.parse(op.value),
        scheduler,
        deadlineUs,
        start,
        abandon: (request) => abandon?.(request),
        record: (e) =>
          record({ type: 'load', timeUs: scheduler.nowUs(), process, op: id, f, key, ...e }),
        done: (outcome) => this.finish(op, outcome),
      }) ?? null;
  }

  private abandon(op: Operation, error: string): void {
    if (this.driven === null) this.o.abandon?.(op);
    if (this.open === op) this.finish(op, { type: 'info', error });
  }

  private finish(op: Operation, outcome: Outcome): void {
    this.open = null;
    this.driven = null;
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
    const kind = operationKind(f);
    const ended = kind?.learns === undefined ? null : endedOf(kind, outcome);
    const lesson = ended === null ? null : (kind?.learns?.(ended) ?? null);
    if (lesson !== null) this.memory(kind?.memory).set(key, lesson.last);
  }

  private memory(name = values): Map<string, Json> {
    let memory = this.memories.get(name);
    if (memory === undefined) this.memories.set(name, (memory = new Map<string, Json>()));
    return memory;
  }

  /** Puts what this client last got in place of `$last` and `$last:other`, wherever they stand. */
  private withLast(value: Json, key: string, own: ReadonlyMap<string, Json>): Json {
    if (value === '$last') return own.get(key) ?? null;
    if (typeof value === 'string' && value.startsWith('$last:')) {
      return this.memory().get(value.slice('$last:'.length)) ?? null;
    }
    if (Array.isArray(value)) return value.map((v: Json) => this.withLast(v, key, own));
    if (value === null || typeof value !== 'object') return value;
    const fields = Object.entries(value as Readonly<Record<string, Json>>);
    return Object.fromEntries(fields.map(([name, v]) => [name, this.withLast(v, key, own)]));
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

/** The memory of what has no other. */
const values = 'values';

/** Throws E_CONFIG: what was drawn is no argument of this operation. */
function requireInput(kind: AnyKind | undefined, op: Operation): void {
  const parsed = kind?.input.safeParse(op.value);
  if (parsed === undefined || parsed.success) return;
  const why = parsed.error.issues
    .map((issue) => [...issue.path, issue.message].join(' '))
    .join(', ');
  throw new HarnessError(
    'E_CONFIG',
    `operation ${op.id}, ${op.f} of ${op.key}, has the argument ${JSON.stringify(op.value)}: ${why}. Draw what its schema takes.`,
  );
}

/** Null for a result that the schema does not know: nothing can be learnt from it. */
function endedOf(kind: AnyKind, outcome: Outcome): Ended<unknown> | null {
  if (outcome.type !== 'ok') return { type: outcome.type, error: outcome.error };
  const parsed = kind.output.safeParse(outcome.value);
  return parsed.success ? { type: 'ok', output: parsed.data } : null;
}
