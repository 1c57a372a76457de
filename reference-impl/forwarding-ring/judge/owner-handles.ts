/** EFFICIENCY: in one ring a key has one owner, and nobody else handles it (W1). */
import { monitored, nameNode, when } from '../../../harness/spec.ts';
import type { Explanation, HistoryEvent, NodeId, Program } from '../../../harness/spec.ts';
import type { Invariant, RunMonitor } from '../../../harness/spec.ts';
import type {} from '../observations.ts';

export function ownerHandles(): Invariant {
  return monitored(
    {
      id: 'owner-handles',
      area: 'EFFICIENCY',
      claim: 'All requests of one key that are handled by the same ring are handled by one member.',
      faultModel: 'any faults',
    },
    (program) => new OwnerMonitor(program),
  );
}

class OwnerMonitor implements RunMonitor {
  private readonly program: Program;
  /** Who handled each key in each ring, and when first. */
  private readonly owners = new Map<string, { readonly node: NodeId; readonly timeUs: number }>();
  private handled = 0;

  constructor(program: Program) {
    this.program = program;
  }

  event(e: HistoryEvent): Explanation | null {
    if (e.type !== 'observe' || e.value.kind !== 'handled') return null;
    const { node, timeUs, value } = e;
    const ring = `${value.checksum} ${value.key}`;
    const first = this.owners.get(ring);
    this.handled += 1;
    if (first === undefined) this.owners.set(ring, { node, timeUs });
    if (first === undefined || first.node === node) return null;
    const name = (n: NodeId): string => nameNode(this.program, n);
    return {
      atUs: timeUs,
      sentences: [
        `${name(first.node)} handled a request of ${value.key} ${when(first.timeUs)}, ${name(node)} one ${when(timeUs)}.`,
        `Both had the ring of checksum ${value.checksum}, in which the key has one owner.`,
      ],
      ops: [],
    };
  }

  end(): ReturnType<RunMonitor['end']> {
    if (this.handled === this.owners.size) return { undecided: 'no key was asked for twice' };
    return `${this.handled} requests of ${this.owners.size} keys and rings`;
  }
}
