/** Balancers: which of several instances gets the next call (requirement W2). */
import { assert } from '../../harness/core/assert.ts';
import type { NodeId, World } from '../../harness/core/host.ts';

export type BalancerPolicy = 'round-robin' | 'two-choices';

/** An instance and the calls that are out to it. */
interface Candidate {
  readonly instance: NodeId;
  readonly load: number;
}

/** What a balancer decides; a mutant overrides it. */
export interface BalancerRules {
  /** Which of two instances, drawn at random in this order, gets the call? */
  betterOf(a: Candidate, b: Candidate): NodeId;
}

export const balancerRules: BalancerRules = {
  betterOf: (a, b) => (b.load < a.load ? b.instance : a.instance),
};

/** Remembers what it needs about instances, for all services of one client. */
export class Balancer {
  /** Per service: the instance that was picked last; ids order the round. */
  private readonly last = new Map<string, NodeId>();
  /** Per instance: calls sent and not yet finished. */
  private readonly outstanding = new Map<NodeId, number>();

  private readonly rules: BalancerRules;

  constructor(rules: BalancerRules = balancerRules) {
    this.rules = rules;
  }

  /** One of `instances` (ascending, not empty). */
  pick(policy: BalancerPolicy, service: string, instances: readonly NodeId[], w: World): NodeId {
    assert(instances.length > 0, 'pick from no instance', { service });
    const picked =
      policy === 'round-robin' ? this.nextInRound(service, instances) : this.better(instances, w);
    this.last.set(service, picked);
    return picked;
  }

  /** A call was sent that stands for `count`. */
  began(instance: NodeId, count = 1): void {
    this.outstanding.set(instance, this.load(instance) + count);
  }

  ended(instance: NodeId, count = 1): void {
    assert(this.load(instance) >= count, 'a call ends once', { instance });
    this.outstanding.set(instance, this.load(instance) - count);
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
  private better(instances: readonly NodeId[], w: World): NodeId {
    const n = instances.length;
    if (n === 1) return instances[0] as NodeId;
    const first = w.random(n);
    const step = 1 + w.random(n - 1);
    const a = instances[first] as NodeId;
    const b = instances[(first + step) % n] as NodeId;
    return this.rules.betterOf(
      { instance: a, load: this.load(a) },
      { instance: b, load: this.load(b) },
    );
  }
}
