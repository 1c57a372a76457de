/** Finds instances by what is needed of them: whoever has shown it, and whom gossip does not doubt (D11). */
import type { NodeId } from '../../harness/core/host.ts';
import type { HandlerContext } from '../agent/handler-context.ts';
import type { Part } from '../agent/part.ts';
import type { CallResult } from '../agent/wire.ts';
import type { Belief, MemberStatus } from '../membership/observations.ts';
import type { Chooser } from '../service-client/chooser.ts';
import type { IntentConfig } from './config.ts';
import type { MatchedObservation } from './observations.ts';
import type { IntentRules, Shown } from './rules.ts';

interface Evidence extends Shown {
  readonly atUs: number;
}

export interface IntentOptions {
  readonly config: IntentConfig | null;
  readonly rules: IntentRules;
  /** Is an instance in this node's zone? */
  readonly isNear: (service: string, instance: NodeId) => boolean;
}

export class Intents implements Part, Chooser {
  private readonly io: HandlerContext;
  private readonly o: IntentOptions;
  /** By service and instance, as this caller has seen it. */
  private readonly shown = new Map<string, Evidence>();
  /** When one without evidence was last sent a call. */
  private readonly triedUs = new Map<string, number>();
  private readonly members = new Map<NodeId, MemberStatus>();
  private readonly levels = new Map<string, MatchedObservation['level']>();

  constructor(io: HandlerContext, options: IntentOptions) {
    this.io = io;
    this.o = options;
  }

  get isOn(): boolean {
    return this.o.config !== null;
  }

  /** Gossip has news. */
  gossiped(news: readonly Belief[]): void {
    if (this.o.config === null) return;
    for (const { member, status } of news) this.members.set(member, status);
  }

  choose(service: string, instances: readonly NodeId[]): readonly NodeId[] {
    const { config, rules } = this.o;
    if (config === null) return instances;
    const alive = instances.filter((i) => !rules.isDoubted(this.members.get(i)));
    const matching = alive.filter((i) => this.mayMeet(service, i, config));
    if (matching.length > 0) {
      this.tell(service, 'met');
      return this.near(service, matching, config);
    }
    this.tell(service, alive.length > 0 ? 'relaxed' : 'blind');
    return alive.length > 0 ? alive : instances;
  }

  began(service: string, instance: NodeId): void {
    const { config } = this.o;
    if (config === null || this.fresh(service, instance, config) !== null) return;
    this.triedUs.set(`${service} ${instance}`, this.io.nowUs);
  }

  ended(service: string, instance: NodeId, outcome: CallResult['outcome'], tookUs: number): void {
    if (this.o.config === null) return;
    const evidence = { isOk: outcome === 'ok', tookUs, atUs: this.io.nowUs };
    this.shown.set(`${service} ${instance}`, evidence);
  }

  /** It has shown what is wanted; or nothing of late, and nobody is trying it. */
  private mayMeet(service: string, instance: NodeId, config: IntentConfig): boolean {
    const evidence = this.fresh(service, instance, config);
    if (evidence !== null) return this.o.rules.meets(evidence, config.latencyUs);
    const triedUs = this.triedUs.get(`${service} ${instance}`);
    return triedUs === undefined || this.io.nowUs - triedUs >= config.sightUs;
  }

  private fresh(service: string, instance: NodeId, { sightUs }: IntentConfig): Evidence | null {
    const e = this.shown.get(`${service} ${instance}`);
    return e === undefined || this.io.nowUs - e.atUs >= sightUs ? null : e;
  }

  private near(service: string, matching: readonly NodeId[], c: IntentConfig): readonly NodeId[] {
    if (!c.isNear) return matching;
    const near = matching.filter((i) => this.o.isNear(service, i));
    return near.length > 0 ? near : matching;
  }

  private tell(service: string, level: MatchedObservation['level']): void {
    if (this.levels.get(service) === level) return;
    this.levels.set(service, level);
    this.io.observe({ kind: 'matched', service, level });
  }
}
