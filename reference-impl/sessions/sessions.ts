/**
 * Sessions that stay where they are (W2): while the node is Degraded, calls of one key go to the instance that the last
 * one went to, unless that has twice its share of all of them. Whoever serves a session need not fetch it from a store
 * that may be in trouble.
 *
 * Known from when the mode began: before, nobody has to stay anywhere.
 */
import type { NodeId } from '../../harness/core/host.ts';
import type { Part } from '../agent/part.ts';
import type { CallAbout } from '../agent/wire.ts';
import type { Mode } from '../mode/matrix.ts';
import type { ModeBehaviours } from '../mode/member.ts';
import type { Chooser } from '../service-client/chooser.ts';
import type { SessionsConfig } from './config.ts';
import type { SessionRules } from './rules.ts';

/** Sessions of one service since the mode began. */
interface Towards {
  readonly last: Map<string, NodeId>;
  readonly sent: Map<NodeId, number>;
  total: number;
}

export class Sessions implements Part, Chooser {
  private readonly config: SessionsConfig | null;
  private readonly rules: SessionRules;
  private readonly services = new Map<string, Towards>();
  private isSticky = false;

  constructor(config: SessionsConfig | null, rules: SessionRules) {
    this.config = config;
    this.rules = rules;
  }

  get isOn(): boolean {
    return this.config !== null;
  }

  setMode(_mode: Mode, { sessions }: ModeBehaviours): void {
    this.isSticky = sessions.isSticky;
    this.services.clear();
  }

  /** Those that have room for one more call of a session. */
  choose(
    service: string,
    instances: readonly NodeId[],
    { affinity }: CallAbout,
  ): readonly NodeId[] {
    const { config, rules } = this;
    if (config === null || !this.isSticky || affinity === undefined) return instances;
    const { sent, total } = this.towards(service);
    const n = instances.length;
    const free = instances.filter((i) => rules.hasRoom(sent.get(i) ?? 0, total, n, config));
    return free.length > 0 ? free : instances;
  }

  insists(service: string, willing: readonly NodeId[], { affinity }: CallAbout): NodeId | null {
    if (!this.isSticky || affinity === undefined) return null;
    return this.rules.stays(this.towards(service).last.get(affinity), willing);
  }

  began(service: string, instance: NodeId, _count: number, { affinity }: CallAbout): void {
    const { config } = this;
    if (config === null || !this.isSticky || affinity === undefined) return;
    const t = this.towards(service);
    // Who has been quiet for longest is forgotten first.
    t.last.delete(affinity);
    t.last.set(affinity, instance);
    const [quiet] = t.last.keys();
    if (t.last.size > config.sessionsMax && quiet !== undefined) t.last.delete(quiet);
    t.sent.set(instance, (t.sent.get(instance) ?? 0) + 1);
    t.total += 1;
  }

  private towards(service: string): Towards {
    let t = this.services.get(service);
    if (t === undefined) {
      t = { last: new Map(), sent: new Map(), total: 0 };
      this.services.set(service, t);
    }
    return t;
  }
}
