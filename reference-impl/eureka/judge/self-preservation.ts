/** DISCOVERY: a peer that misses more than 15 % of the renewals evicts nobody (D6). */
import { driftFactor, formatDuration, monitored, nameNode, when } from '../../../harness/spec.ts';
import type { Explanation, HistoryEvent, Invariant } from '../../../harness/spec.ts';
import type { Program, RunMonitor } from '../../../harness/spec.ts';
import { Peers } from './held.ts';

export function selfPreservation(): Invariant {
  return monitored(
    {
      id: 'self-preservation',
      area: 'DISCOVERY',
      claim: 'No peer evicts an instance while it gets less than 85 % of the renewals it expects.',
      faultModel: "any faults; clocks within the plan's drift",
    },
    (program) => new PreservationMonitor(program),
  );
}

class PreservationMonitor implements RunMonitor {
  private readonly program: Program;
  private readonly peers: Peers;
  private preserved = 0;
  private evicted = 0;

  constructor(program: Program) {
    this.program = program;
    this.peers = new Peers(program);
  }

  event(e: HistoryEvent): Explanation | null {
    let wrong: Explanation | null = null;
    if (e.type === 'observe' && e.value.kind === 'eureka-turn' && e.value.isPreserving) {
      this.preserved += 1;
    }
    if (e.type === 'observe' && e.value.kind === 'eureka-lease' && e.value.change === 'evicted') {
      this.evicted += 1;
      wrong = this.judge(e.node, e.value.instance, e.timeUs);
    }
    this.peers.take(e);
    return wrong;
  }

  end(): ReturnType<RunMonitor['end']> {
    if (this.preserved === 0 && this.evicted === 0) return { undecided: 'no peer evicted anybody' };
    return `${this.evicted} evictions; ${this.preserved} turns without, for want of renewals`;
  }

  private judge(node: number, instance: string, timeUs: number): Explanation | null {
    const { sharePermille, windowUs } = this.peers.numbers;
    // A clock of its own, and one renewal that came in the same instant.
    const longestUs = Math.ceil(windowUs * driftFactor(this.program)) + 1;
    const got = this.peers.renewedPermille(node, timeUs, longestUs);
    const { size } = this.peers.peer(node).seenUs;
    const oneMore = (1_000 * this.peers.numbers.renewUs) / (size * windowUs);
    if (got + oneMore >= sharePermille / driftFactor(this.program)) return null;
    const name = nameNode(this.program, node);
    return {
      atUs: timeUs,
      sentences: [
        `${name} evicted ${instance} ${when(timeUs)}.`,
        `It had got ${Math.floor(got / 10)} % of the renewals of ${formatDuration(windowUs)} that the ${size} it held make; below ${sharePermille / 10} % the network is to blame.`,
      ],
      ops: [],
    };
  }
}
