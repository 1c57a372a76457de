/** What a caller has learned of instances by their answers: costs, and trails as ants lay them. */
import type { NodeId } from '../../harness/core/host.ts';

/** How a call ended. */
export interface Answer {
  readonly tookUs: number;
  readonly isOk: boolean;
}

/** What decides how much is learned, and how soon it is forgotten. */
export interface LearningRules {
  /** The cost of an instance, µs, after an answer; `cost` is what it was until now. */
  cost(cost: number, a: Answer): number;
  /** The trail to an instance after an answer: strong where answers are quick. */
  trail(trail: number, a: Answer): number;
  /** What is left of a cost or a trail that was not renewed for so long. */
  faded(value: number, agoUs: number): number;
}

/** Without news half of what was learned is gone after this, µs. More: longer memories, and a late second look. */
const halfUs = 10_000_000;
/** Answers that failed are as bad as slow ones, µs. */
const failedUs = 1_000_000;

export const learningRules: LearningRules = {
  // Up at once, down slowly: one slow answer says more than a quick one (peak EWMA, as Finagle's).
  cost(cost, { tookUs, isOk }) {
    const us = isOk ? tookUs : Math.max(tookUs, failedUs);
    return us > cost ? us : cost + (us - cost) / 4;
  },
  // Reinforced fast: a trail is what the last answers were worth, in answers a second.
  trail: (trail, { tookUs, isOk }) => trail + ((isOk ? 1e6 / (tookUs + 1_000) : 0) - trail) / 4,
  faded: (value, agoUs) => (value * halfUs) / (halfUs + agoUs),
};

interface Known {
  value: number;
  atUs: number;
}

export class Learned {
  private readonly rules: LearningRules;
  private readonly costs = new Map<NodeId, Known>();
  private readonly trails = new Map<NodeId, Known>();

  constructor(rules: LearningRules) {
    this.rules = rules;
  }

  heard(instance: NodeId, a: Answer, nowUs: number): void {
    this.costs.set(instance, {
      value: this.rules.cost(this.cost(instance, nowUs), a),
      atUs: nowUs,
    });
    const trail = this.trail(instance, nowUs) ?? 0;
    this.trails.set(instance, { value: this.rules.trail(trail, a), atUs: nowUs });
  }

  /** µs; 0 of one that never answered: it is looked at. */
  cost(instance: NodeId, nowUs: number): number {
    const known = this.costs.get(instance);
    return known === undefined ? 0 : this.rules.faded(known.value, nowUs - known.atUs);
  }

  /** Null of one that never answered. */
  trail(instance: NodeId, nowUs: number): number | null {
    const known = this.trails.get(instance);
    return known === undefined ? null : this.rules.faded(known.value, nowUs - known.atUs);
  }
}
