/** DISCOVERY: a region that was withdrawn counts again after a hold-down, not before and not much later (D9). */
import { formatDuration, monitored, nameNode, nodeCount, when } from '../../../harness/spec.ts';
import type {
  Explanation,
  HistoryEvent,
  Invariant,
  NodeId,
  Program,
  RunMonitor,
} from '../../../harness/spec.ts';
import type {} from '../observations.ts';
import { Truth } from './truth.ts';

export function returnsSettled(): Invariant {
  return monitored(
    {
      id: 'returns-settled',
      area: 'DISCOVERY',
      claim:
        'A registry that has withdrawn a region announces it again no sooner than when it has been well for the hold-down, and not much later.',
      faultModel: "any faults; clocks within the plan's drift",
    },
    (program) => new ReturnMonitor(program),
  );
}

class ReturnMonitor implements RunMonitor {
  private readonly program: Program;
  private readonly truth: Truth;
  /** By registry and region: since when it is withdrawn. */
  private readonly withdrawn = new Map<NodeId, Map<number, number>>();
  private withdrawals = 0;
  private returns = 0;

  constructor(program: Program) {
    this.program = program;
    this.truth = new Truth(program);
  }

  event(e: HistoryEvent): Explanation | null {
    this.truth.take(e);
    if (e.type === 'node') this.withdrawn.delete(e.node);
    if (e.type !== 'observe' || e.value.kind !== 'federated-region') return null;
    const { region, isAnnounced } = e.value;
    const of = this.withdrawn.get(e.node) ?? new Map<number, number>();
    this.withdrawn.set(e.node, of);
    if (!isAnnounced) {
      this.withdrawals += 1;
      of.set(region, e.timeUs);
      return null;
    }
    const sinceUs = of.get(region);
    of.delete(region);
    if (sinceUs === undefined) return null;
    this.returns += 1;
    const { holdDownUs } = this.truth.numbers;
    const lossUs = Math.max(sinceUs, this.truth.lastLossUs(e.node, region));
    if (e.timeUs - lossUs + 1 >= holdDownUs) return null;
    const sentence =
      lossUs === Infinity
        ? `It announced it again ${when(e.timeUs)}, when that region was still lost.`
        : `It announced it again ${when(e.timeUs)}, less than the hold-down of ${formatDuration(holdDownUs)} after what was wrong there ended ${when(lossUs)}.`;
    return this.broken(e.node, region, sinceUs, e.timeUs, [sentence]);
  }

  end({ endUs }: Parameters<RunMonitor['end']>[0]): ReturnType<RunMonitor['end']> {
    const { farUs, holdDownUs, lanUs } = this.truth.numbers;
    const wellUs = endUs - farUs - 2 * holdDownUs - 2 * lanUs;
    for (const [node, of] of this.withdrawn) {
      for (const [region, sinceUs] of of) {
        if (!this.isWell(region, node, wellUs)) continue;
        return this.broken(node, region, sinceUs, endUs, [
          `All there has been well since ${when(wellUs)} at the latest, and it has not announced it again.`,
        ]);
      }
    }
    if (this.withdrawals === 0) return { undecided: 'no region was withdrawn' };
    return `${this.withdrawals} withdrawals, ${this.returns} returns`;
  }

  private isWell(region: number, at: NodeId, sinceUs: number): boolean {
    return Array.from({ length: nodeCount(this.program.shape) }, (_, n) => n)
      .filter((n) => this.truth.region(n) === region)
      .every((n) => (this.truth.togetherSince(n, at) ?? Infinity) <= sinceUs);
  }

  private broken(
    node: NodeId,
    region: number,
    sinceUs: number,
    atUs: number,
    why: readonly string[],
  ): Explanation {
    const first = `${nameNode(this.program, node)} withdrew region-${region} ${when(sinceUs)}.`;
    return { atUs, sentences: [first, ...why], ops: [] };
  }
}
