/** EFFICIENCY: a consumer gives credits back by batches: each grant is a message, and one for each item would cost as much as the items. */
import { monitored, nameNode, when } from '../../../harness/spec.ts';
import type {
  Explanation,
  HistoryEvent,
  Invariant,
  Program,
  RunMonitor,
} from '../../../harness/spec.ts';
import type {} from '../observations.ts';
import { streamNumbers } from './numbers.ts';

export function creditsInBatches(): Invariant {
  return monitored(
    {
      id: 'credits-in-batches',
      area: 'EFFICIENCY',
      claim:
        'A consumer grants no more before a whole batch of credits is free, or the whole window where that is less.',
      faultModel: 'any faults',
    },
    (program) => new BatchMonitor(program),
  );
}

class BatchMonitor implements RunMonitor {
  private readonly program: Program;
  private readonly batch: number;
  /** By consumer, producer and connection: all items before it are granted. */
  private readonly granted = new Map<string, number>();
  private grants = 0;

  constructor(program: Program) {
    this.program = program;
    const numbers = streamNumbers(program);
    this.batch = numbers === null ? 0 : Math.min(numbers.batch, numbers.window);
  }

  event(e: HistoryEvent): Explanation | null {
    if (e.type !== 'observe' || e.value.kind !== 'stream-granted') return null;
    const { from, connection, upTo } = e.value;
    const key = `${e.node} ${from} ${connection}`;
    const before = this.granted.get(key);
    this.granted.set(key, upTo);
    // The first grant of a connection, and one that is only said again.
    if (before === undefined || upTo === before) return null;
    this.grants += 1;
    if (upTo - before >= this.batch) return null;
    return {
      atUs: e.timeUs,
      sentences: [
        `${nameNode(this.program, e.node)} granted ${nameNode(this.program, from)} ${upTo - before} more ${when(e.timeUs)}, up to ${upTo}.`,
        `Credits are given back when ${this.batch} are free.`,
      ],
      ops: [],
    };
  }

  end(): ReturnType<RunMonitor['end']> {
    if (this.grants === 0) return { undecided: 'nobody gave credits back' };
    return `${this.grants} grants`;
  }
}
