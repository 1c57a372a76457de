/** DISCOVERY: a peer that gets its renewals evicts who makes none, so many a turn as it may (D6). */
import { driftFactor, monitored, nameNode, when } from '../../../harness/spec.ts';
import type { Explanation, HistoryEvent, Invariant, NodeId } from '../../../harness/spec.ts';
import type { Program, RunMonitor } from '../../../harness/spec.ts';
import { Peers } from './held.ts';

export function ghostsEvicted(): Invariant {
  return monitored(
    {
      id: 'ghosts-evicted',
      area: 'DISCOVERY',
      claim:
        'A peer that gets the renewals it expects evicts in its turn whose lease has ended, up to 15 % of all.',
      faultModel: "any faults; clocks within the plan's drift",
    },
    (program) => new GhostMonitor(program),
  );
}

/** What a turn owes. */
interface Turn {
  readonly atUs: number;
  readonly ghosts: readonly string[];
  readonly owed: number;
  evicted: number;
}

class GhostMonitor implements RunMonitor {
  private readonly program: Program;
  private readonly peers: Peers;
  private readonly turns = new Map<NodeId, Turn>();
  private evicted = 0;

  constructor(program: Program) {
    this.program = program;
    this.peers = new Peers(program);
  }

  event(e: HistoryEvent): Explanation | null {
    this.peers.take(e);
    if (e.type === 'node') this.turns.delete(e.node);
    if (e.type !== 'observe') return null;
    if (e.value.kind === 'eureka-lease' && e.value.change === 'evicted') {
      const turn = this.turns.get(e.node);
      if (turn !== undefined) turn.evicted += 1;
      this.evicted += 1;
    }
    return e.value.kind === 'eureka-turn' ? this.turn(e.node, e.timeUs) : null;
  }

  end(): ReturnType<RunMonitor['end']> {
    if (this.evicted === 0) return { undecided: 'nobody was evicted' };
    return `${this.evicted} evictions, each turn as many as were due`;
  }

  private turn(node: NodeId, timeUs: number): Explanation | null {
    const before = this.turns.get(node);
    const { leaseUs, sharePermille, windowUs } = this.peers.numbers;
    const { seenUs } = this.peers.peer(node);
    const drift = driftFactor(this.program);
    const ghosts = [...seenUs].filter(([, us]) => timeUs - us > leaseUs * drift);
    const shortestUs = windowUs / drift;
    // Whole ones, and one that may have come in the same instant.
    const isServed =
      this.peers.renewedPermille(node, timeUs, shortestUs) >= sharePermille * drift + 20;
    const most = seenUs.size - Math.floor((seenUs.size * sharePermille) / 1_000);
    const owed = isServed ? Math.min(ghosts.length, most) : 0;
    this.turns.set(node, { atUs: timeUs, ghosts: ghosts.map(([i]) => i), owed, evicted: 0 });
    if (before === undefined || before.evicted >= before.owed) return null;
    const name = nameNode(this.program, node);
    return {
      atUs: timeUs,
      sentences: [
        `${name} had its turn ${when(before.atUs)}: ${before.ghosts.slice(0, 3).join(', ')} had not renewed for the time of a lease, and enough others had.`,
        `Until its next turn it evicted ${before.evicted}, where ${before.owed} were due.`,
      ],
      ops: [],
    };
  }
}
