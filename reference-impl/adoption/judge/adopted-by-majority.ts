/**
 * CONSISTENCY: no node turns to another value but for a majority of its neighbours, weighed by age (C4).
 *
 * The sum is done anew, from what the node says that it heard; and of each word its neighbour must have held that value.
 */
import {
  formatDuration,
  monitored,
  nameNode,
  nodeCount,
  secondsUs,
  when,
} from '../../../harness/spec.ts';
import type {
  Explanation,
  HistoryEvent,
  Invariant,
  NodeId,
  Program,
  RunMonitor,
} from '../../../harness/spec.ts';
import type { AdoptionObservation } from '../observations.ts';

export interface MajorityParameters {
  /** Neighbours on each side, in the ring by number. */
  readonly reach: number;
  /** A word counts half as much with each such age of its value, µs. */
  readonly halfLifeUs: number;
}

const id = 'adopted-by-majority';
const claim =
  'A node takes over a value only where more than half of the weight of its neighbours’ words is for it, and each of these neighbours has held what it is said to hold.';

export function adoptedByMajority(
  parameters: MajorityParameters = { reach: 2, halfLifeUs: secondsUs(10) },
): Invariant {
  const promised = { id, area: 'CONSISTENCY', claim, faultModel: 'any faults' } as const;
  return monitored(promised, (program) => new Majorities(program, parameters));
}

class Majorities implements RunMonitor {
  private readonly program: Program;
  private readonly p: MajorityParameters;
  /** `node key value` of all that was ever held. */
  private readonly wasHeld = new Set<string>();
  private readonly deposits = new Map<string, string>();
  private checks = 0;

  constructor(program: Program, parameters: MajorityParameters) {
    this.program = program;
    this.p = parameters;
  }

  event(e: HistoryEvent): Explanation | null {
    if (e.type !== 'observe') return null;
    const { value: said, node, timeUs } = e;
    if (said.kind === 'deposit')
      this.deposits.set(`${node} ${said.key}`, JSON.stringify(said.value));
    if (said.kind !== 'adoption' || said.value === null) return null;
    this.wasHeld.add(`${node} ${said.key} ${JSON.stringify(said.value)}`);
    // Who deposits a value holds it by that.
    if (this.deposits.get(`${node} ${said.key}`) === JSON.stringify(said.value)) return null;
    this.checks += 1;
    const reason = this.problemWith(node, said);
    if (reason === null) return null;
    const what = `${nameNode(this.program, node)} took over ${JSON.stringify(said.value)} of ${said.key} ${when(timeUs)}.`;
    return { atUs: timeUs, sentences: [what, reason], ops: [] };
  }

  end(): ReturnType<RunMonitor['end']> {
    if (this.checks === 0) return { undecided: 'nobody took anything over' };
    return `${this.checks} values taken over, each from a majority`;
  }

  private problemWith(node: NodeId, { key, value, heard }: AdoptionObservation): string | null {
    let [own, total] = [0, 0];
    for (const [from, held, ageUs] of heard) {
      const name = nameNode(this.program, from);
      if (!this.areNeighbours(node, from)) return `${name}, of which it heard, is no neighbour.`;
      if (!this.wasHeld.has(`${from} ${key} ${JSON.stringify(held)}`)) {
        return `It heard ${JSON.stringify(held)} from ${name}, which has never held that.`;
      }
      const weight = 0.5 ** Math.floor(ageUs / this.p.halfLifeUs);
      total += weight;
      if (JSON.stringify(held) === JSON.stringify(value)) own += weight;
    }
    if (2 * own > total) return null;
    const words = heard
      .map(([, held, ageUs]) => `${JSON.stringify(held)}, ${formatDuration(ageUs)} old`)
      .join('; ');
    return `Its neighbours said: ${words}. That is ${own} of ${total} for it, no majority.`;
  }

  private areNeighbours(a: NodeId, b: NodeId): boolean {
    const size = nodeCount(this.program.shape);
    const apart = (a - b + size) % size;
    return a !== b && Math.min(apart, size - apart) <= this.p.reach;
  }
}
