/** Balancers: which of several instances gets the next call (requirement W2). */
import { assert, unreachable } from '../../harness/core/assert.ts';
import type { NodeId, World } from '../../harness/core/host.ts';

import { type Answer, Learned, type LearningRules, learningRules } from './learned.ts';

/**
 * - `round-robin`: each in its turn. Knows nothing, and needs to know nothing.
 * - `random`: any. No state; the fullest of n gets about ln n / ln ln n times the average.
 * - `two-choices`: the less loaded of two. Hardly worse than the best, and no herd on old figures.
 * - `least-request`: the least loaded of all. Best for one caller; whoever fails quickly looks idle.
 * - `ewma`: of two the one with less load × latency, where latency jumps up and sinks slowly (peak EWMA).
 * - `ant`: by chance, in proportion to the square of trails that quick answers lay and time wears away.
 */
export const balancerPolicies = [
  'round-robin',
  'random',
  'two-choices',
  'least-request',
  'ewma',
  'ant',
] as const;

export type BalancerPolicy = (typeof balancerPolicies)[number];

/** Of the strongest trail, per thousand: the weakest is followed as if it were so strong, to see what has become of it. */
const trailPermilleMin = 50;

/** An instance and the calls that are out to it. */
interface Candidate {
  readonly instance: NodeId;
  readonly load: number;
}

/** What a balancer decides; a mutant overrides it. */
export interface BalancerRules extends LearningRules {
  /** Which of two instances, drawn at random in this order, gets the call? */
  betterOf(a: Candidate, b: Candidate): NodeId;
  /** Which of all (ascending, not empty), looked at from `first` on. */
  leastOf(all: readonly Candidate[], first: number): NodeId;
}

export const balancerRules: BalancerRules = {
  ...learningRules,
  leastOf(all, first) {
    let best = all[first] as Candidate;
    for (const c of all) if (c.load < best.load) best = c;
    return best.instance;
  },
  betterOf: (a, b) => (b.load < a.load ? b.instance : a.instance),
};

/** Remembers what it needs about instances, for all services of one client. */
export class Balancer {
  /** Per service: the instance that was picked last; ids order the round. */
  private readonly last = new Map<string, NodeId>();
  /** Per instance: calls sent and not yet finished. */
  private readonly outstanding = new Map<NodeId, number>();

  private readonly rules: BalancerRules;
  private readonly learned: Learned;

  constructor(rules: BalancerRules = balancerRules) {
    this.rules = rules;
    this.learned = new Learned(rules);
  }

  /** One of `instances` (ascending, not empty). */
  pick(policy: BalancerPolicy, service: string, instances: readonly NodeId[], w: World): NodeId {
    assert(instances.length > 0, 'pick from no instance', { service });
    const picked = this.pickBy(policy, service, instances, w);
    this.last.set(service, picked);
    return picked;
  }

  private pickBy(
    policy: BalancerPolicy,
    service: string,
    instances: readonly NodeId[],
    w: World,
  ): NodeId {
    switch (policy) {
      case 'round-robin':
        return this.nextInRound(service, instances);
      case 'random':
        return instances[w.random(instances.length)] as NodeId;
      case 'two-choices':
        return this.better(instances, w, (i) => this.load(i));
      case 'least-request': {
        const all = instances.map((instance) => ({ instance, load: this.load(instance) }));
        return this.rules.leastOf(all, w.random(all.length));
      }
      case 'ewma':
        return this.better(instances, w, (i) => this.costOf(i, w.nowUs));
      case 'ant':
        return this.byTrail(instances, w);
      default:
        return unreachable(policy);
    }
  }

  /** A call was sent that stands for `count`. */
  began(instance: NodeId, count = 1): void {
    this.outstanding.set(instance, this.load(instance) + count);
  }

  ended(instance: NodeId, count = 1): void {
    assert(this.load(instance) >= count, 'a call ends once', { instance });
    this.outstanding.set(instance, this.load(instance) - count);
  }

  /** An instance answered, or did not in time. */
  heard(instance: NodeId, a: Answer, nowUs: number): void {
    this.learned.heard(instance, a, nowUs);
  }

  /** Calls out to `instance` now. */
  load(instance: NodeId): number {
    return this.outstanding.get(instance) ?? 0;
  }

  /** Goes by id, not by position, so that a change of the list does not skip or repeat anyone. */
  private nextInRound(service: string, instances: readonly NodeId[]): NodeId {
    const last = this.last.get(service) ?? -1;
    return instances.find((i) => i > last) ?? (instances[0] as NodeId);
  }

  /**
   * Two at random, the less loaded of them: exponentially better than one at random, and no herd
   * runs to the best as with "least of all" on old figures (Mitzenmacher 2001).
   */
  private better(instances: readonly NodeId[], w: World, loadOf: (i: NodeId) => number): NodeId {
    const n = instances.length;
    if (n === 1) return instances[0] as NodeId;
    const first = w.random(n);
    const step = 1 + w.random(n - 1);
    const a = instances[first] as NodeId;
    const b = instances[(first + step) % n] as NodeId;
    return this.rules.betterOf({ instance: a, load: loadOf(a) }, { instance: b, load: loadOf(b) });
  }

  /** What one more call to it will take, µs, if those before it are in its way. */
  private costOf(instance: NodeId, nowUs: number): number {
    return this.learned.cost(instance, nowUs) * (this.load(instance) + 1);
  }

  private byTrail(instances: readonly NodeId[], w: World): NodeId {
    const known = instances.map((i) => this.learned.trail(i, w.nowUs));
    const best = Math.max(1e-9, ...known.map((t) => t ?? 0));
    const weights = known.map((t) => {
      // Who is new is taken for as good as the best, until it has answered.
      const trail = Math.max(t ?? best, (best * trailPermilleMin) / 1_000) / best;
      return trail * trail;
    });
    const sum = weights.reduce((a, b) => a + b, 0);
    let left = (w.random(2 ** 32) / 2 ** 32) * sum;
    const at = weights.findIndex((x) => (left -= x) < 0);
    return instances[at < 0 ? instances.length - 1 : at] as NodeId;
  }
}
