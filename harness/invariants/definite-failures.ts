/**
 * SAFETY: an operation that failed for sure has changed nothing. Who answers `fail` where nobody can know
 * yet (a leader that steps down, a queue that overflows) invites the client to try again.
 */
import { isOperation } from '../core/history.ts';
import type { HistoryEvent, OperationEvent } from '../core/history.ts';
import type { Invariant } from '../core/invariant.ts';
import type { Program } from '../core/program.ts';
import type { Explanation } from '../core/verdict.ts';
import { describeWho, when } from './describe.ts';
import { monitored } from './monitored.ts';
import type { RunMonitor } from './monitored.ts';
import { nameOf, textOf, toldBy, writesOf } from './values.ts';

const id = 'definite-failures';
const claim = 'What an operation that failed would have written is never seen by anybody.';

/** Judges values that one operation of the program writes: others prove nothing. */
export function definiteFailures(): Invariant {
  const promised = { id, area: 'SAFETY', claim, faultModel: 'any faults' } as const;
  return monitored(promised, (program) => new FailureBook(program));
}

class FailureBook implements RunMonitor {
  private readonly program: Program;
  /** By key and value: how many operations ask for it. */
  private readonly writers = new Map<string, number>();
  private readonly failed = new Map<string, OperationEvent>();
  /** By key and value: who was the first to be told of it. */
  private readonly seen = new Map<string, HistoryEvent>();

  constructor(program: Program) {
    this.program = program;
    for (const op of program.clients.flat()) {
      for (const [key, value] of writesOf(op)) {
        const name = nameOf(key, value);
        this.writers.set(name, (this.writers.get(name) ?? 0) + 1);
      }
    }
  }

  end(): ReturnType<RunMonitor['end']> {
    if (this.failed.size === 0) return { undecided: 'no operation that writes failed for sure' };
    if (this.seen.size === 0) return { undecided: 'nobody was told of any value' };
    return `${this.failed.size} failed writes, ${this.seen.size} values seen`;
  }

  event(e: HistoryEvent): Explanation | null {
    if (e.type === 'fail') return this.failure(e);
    for (const { key, value } of toldBy(e)) {
      const name = nameOf(key, value);
      if (!this.seen.has(name)) this.seen.set(name, e);
      const failed = this.failed.get(name);
      if (failed !== undefined) return this.explain(failed, e, key, textOf(value));
    }
    return null;
  }

  private failure(e: OperationEvent): Explanation | null {
    for (const [key, value] of writesOf(e)) {
      const name = nameOf(key, value);
      if (this.writers.get(name) !== 1) continue;
      this.failed.set(name, e);
      const seen = this.seen.get(name);
      if (seen !== undefined) return this.explain(e, seen, key, textOf(value));
    }
    return null;
  }

  private explain(
    failed: OperationEvent,
    seen: HistoryEvent,
    key: string,
    value: string,
  ): Explanation {
    return {
      atUs: Math.max(failed.timeUs, seen.timeUs),
      sentences: [
        `Process ${failed.process}'s ${failed.f} of ${value} to ${key} failed ${when(failed.timeUs)}: ${failed.error ?? 'no reason given'}.`,
        `${describeWho(this.program, seen)} was told of ${value} in ${key} ${when(seen.timeUs)}, which nothing else writes.`,
      ],
      ops: isOperation(seen) ? [failed.op, seen.op] : [failed.op],
    };
  }
}
