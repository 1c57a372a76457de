/** Programs for the conformance suite, written as a timetable, and questions to their histories. */
import assert from 'node:assert/strict';
import { isOperation } from '../../harness/core/history.ts';
import type { Fault } from '../../harness/core/fault.ts';
import type { History, OperationEvent } from '../../harness/core/history.ts';
import type { Json, NodeId } from '../../harness/core/host.ts';
import type { Operation, Program } from '../../harness/core/program.ts';
import { echoKeys } from './echo-system.ts';

/** One operation of the timetable: when (ms), by which client, what. */
export type Line = readonly [atMs: number, client: number, f: string, key: string, value: Json];

/** Three echo nodes; an operation begins at its time if the client's previous one ended by then. */
export function timetable(options: {
  readonly name: string;
  readonly durationMs: number;
  readonly deadlineMs: number;
  readonly lines: readonly Line[];
  readonly faults: readonly Fault[];
}): Program {
  const clients: Operation[][] = [[], [], []];
  const plannedMs = [0, 0, 0];
  options.lines.forEach(([atMs, client, f, key, value], id) => {
    const afterUs = (atMs - (plannedMs[client] ?? 0)) * 1_000;
    plannedMs[client] = atMs;
    clients[client]?.push({ id, afterUs, f, key, value });
  });
  return {
    scenario: options.name,
    shape: {
      nodes: [0, 1, 2].map((i) => ({ name: `echo-${i}`, role: 'server', zone: 'a' })),
      clients: clients.length,
    },
    faults: options.faults,
    clients,
    durationUs: options.durationMs * 1_000,
    noiseSeed: 1,
    settings: {
      policyDivisor: 1,
      deadlineUs: options.deadlineMs * 1_000,
      mutant: null,
      extra: {},
    },
  };
}

/** Asks one history about the operations and letters of a timetable, by their values. */
export class Reading {
  private readonly history: History;
  private readonly planned: readonly Fault[];

  constructor(history: History, planned: readonly Fault[] = []) {
    this.history = history;
    this.planned = planned;
  }

  /** The event of this type of the n-th operation `f` on `key`, counted from 0. */
  operation(type: OperationEvent['type'], f: string, key: string, n = 0): OperationEvent {
    const invoked = this.operations().filter(
      (e) => e.type === 'invoke' && e.f === f && e.key === key,
    );
    const op = invoked[n]?.op;
    const found = this.operations().find((e) => e.type === type && e.op === op && op !== undefined);
    assert.ok(found, `operation ${n} ${f} ${key} has ${type}: ${this.tell(op)}`);
    return found;
  }

  /** Times at which node `at` observed the arrival of the letter `tag`. */
  arrivals(tag: string, at: NodeId): number[] {
    return this.history.events.flatMap((e) =>
      e.type === 'observe' &&
      e.node === at &&
      e.value.kind === 'echo' &&
      e.value.key === echoKeys.mail &&
      e.value.value === tag
        ? [e.timeUs]
        : [],
    );
  }

  /** The time of the first arrival; fails when there is none. */
  arrival(tag: string, at: NodeId): number {
    const [first] = this.arrivals(tag, at);
    assert.ok(first !== undefined, `letter ${tag} arrived at node ${at}`);
    return first;
  }

  /** When the letter was asked to be posted. */
  posted(tag: string): number {
    const e = this.operations().find(
      (o) => o.type === 'invoke' && o.f === 'post' && o.value === tag,
    );
    assert.ok(e, `letter ${tag} was posted`);
    return e.timeUs;
  }

  fault(fault: number, phase: 'begin' | 'effective' | 'end'): number {
    const e = this.history.events.find(
      (x) => x.type === 'fault' && x.fault === fault && x.phase === phase,
    );
    assert.ok(e, `fault ${fault} has ${phase}`);
    return e.timeUs;
  }

  /**
   * When its heal was due. The end is recorded when the work of it is done and shown, which takes a busy
   * machine long: what it lets go may have arrived by then.
   */
  healedFrom(fault: number): number {
    const planned = this.planned[fault];
    assert.ok(planned !== undefined, `fault ${fault} is planned`);
    return this.history.readyUs + planned.untilUs;
  }

  private operations(): OperationEvent[] {
    return this.history.events.filter(isOperation);
  }

  private tell(op: number | undefined): string {
    return JSON.stringify(this.operations().filter((e) => e.op === op));
  }
}
