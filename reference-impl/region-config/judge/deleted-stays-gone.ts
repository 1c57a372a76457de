/** CONSISTENCY: a key that was deleted does not come back by what others still hold (C4). */
import { monitored, nameNode, secondsUs, when } from '../../../harness/spec.ts';
import type {
  Explanation,
  HistoryEvent,
  Invariant,
  NodeId,
  Program,
  RunMonitor,
} from '../../../harness/spec.ts';
import { outweighs, textOf } from './writes.ts';
import type { Version } from './writes.ts';

export function deletedStaysGone(): Invariant {
  return monitored(
    {
      id: 'deleted-stays-gone',
      area: 'CONSISTENCY',
      claim:
        'A copy of which a key is gone gets it back by a change that outweighs the deletion alone, also after a restart.',
      faultModel: 'any faults, but a disk that loses what it had confirmed',
    },
    (program) => new GoneMonitor(program),
  );
}

class GoneMonitor implements RunMonitor {
  private readonly program: Program;
  /** By node and key: the deletion that it has heard of, the weightiest. */
  private readonly gone = new Map<NodeId, Map<string, Version & { readonly atUs: number }>>();
  private deletions = 0;
  private returns = 0;

  constructor(program: Program) {
    this.program = program;
  }

  event(e: HistoryEvent): Explanation | null {
    if (e.type === 'node') this.forget(e.node, e.timeUs);
    if (e.type !== 'observe' || e.value.kind !== 'regional') return null;
    const { key, stamp, writer, isDeleted } = e.value;
    const version = { stamp, writer };
    const of = this.gone.get(e.node) ?? new Map<string, Version & { readonly atUs: number }>();
    this.gone.set(e.node, of);
    const by = of.get(key);
    if (isDeleted) {
      this.deletions += 1;
      if (by === undefined || outweighs(version, by)) of.set(key, { ...version, atUs: e.timeUs });
      return null;
    }
    if (by === undefined) return null;
    if (outweighs(version, by)) {
      this.returns += 1;
      of.delete(key);
      return null;
    }
    const sentences = [
      `${nameNode(this.program, e.node)} knew ${when(by.atUs)} that ${key} had been deleted by version ${textOf(by)}.`,
      `It had the key again ${when(e.timeUs)}, by version ${textOf(version)}.`,
    ];
    return { atUs: e.timeUs, sentences, ops: [] };
  }

  end(): ReturnType<RunMonitor['end']> {
    if (this.deletions === 0) return { undecided: 'no copy heard of a deletion' };
    return `${this.deletions} times a copy heard of a deletion, ${this.returns} times a later change brought the key back`;
  }

  /** What it heard of just before it died may not have been on its disk. */
  private forget(node: NodeId, timeUs: number): void {
    for (const [key, { atUs }] of this.gone.get(node) ?? []) {
      if (atUs > timeUs - secondsUs(1)) this.gone.get(node)?.delete(key);
    }
  }
}
