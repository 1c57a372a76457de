/** Links among members of a private network whose packets pass through a switch of ours while a fault is on them. */
import { assert } from '../core/assert.ts';
import type { LinkEffect } from '../faults/ports.ts';
import type { Effect, LinkDirection } from '../links/links.ts';
import type { Pairs } from './pairs.ts';
import { hasActed, noPackets, packetRuleOf } from './packet-rule.ts';
import type { PacketCounts, Steered } from './packet-rule.ts';

/** What a network that can steer does and tells. */
export interface Steering {
  /** What is in force from now on, all of it. */
  steer(all: readonly Steered[]): Promise<void>;
  steered(): Promise<SteeredNow>;
}

export interface SteeredNow {
  /** Pairs that are led through the switch. */
  readonly pairs: readonly string[];
  /** By fault, of those in force. */
  readonly counts: Readonly<Record<string, PacketCounts>>;
}

interface Shaped {
  readonly steered: Steered;
  /** As they were when it ended; null: it has not. */
  ended: PacketCounts | null;
  state: 'active' | 'stuck' | 'healed';
}

export class PacketLinks {
  private readonly network: Steering;
  private readonly pairs: Pairs;
  private readonly faults = new Map<string, Shaped>();

  constructor(network: Steering, pairs: Pairs) {
    this.network = network;
    this.pairs = pairs;
  }

  has(fault: string): boolean {
    return this.faults.has(fault);
  }

  async inject(fault: string, on: readonly LinkDirection[], effect: LinkEffect): Promise<void> {
    const known = this.faults.get(fault)?.state ?? 'healed';
    assert(known === 'healed', 'a fault ends before it begins again', { fault, known });
    const rule = packetRuleOf(effect);
    assert(rule !== null, 'a switch does this to packets', { effect });
    const steered = { fault, pairs: this.pairs.of(on), rule };
    this.faults.set(fault, { steered, ended: null, state: 'active' });
    await this.network.steer(this.active());
  }

  async heal(fault: string): Promise<void> {
    const shaped = this.faults.get(fault);
    if (shaped === undefined || shaped.state === 'healed') return;
    try {
      shaped.ended ??= (await this.network.steered()).counts[fault] ?? noPackets;
      shaped.state = 'stuck';
      await this.network.steer(this.active());
      shaped.state = 'healed';
    } catch {
      // `verify` tells what is left.
      shaped.state = 'stuck';
    }
  }

  async healAll(): Promise<void> {
    for (const fault of this.faults.keys()) await this.heal(fault);
  }

  async verify(): Promise<string[]> {
    if (this.faults.size === 0) return [];
    const { pairs } = await this.network.steered();
    return pairs.map((pair) => `packets of link ${this.pairs.nameOf(pair)} are disturbed`);
  }

  async effect(fault: string): Promise<Effect> {
    const shaped = this.faults.get(fault);
    assert(shaped !== undefined, 'effect is asked of a fault that began', { fault });
    const counts = shaped.ended ?? (await this.network.steered()).counts[fault] ?? noPackets;
    return hasActed(shaped.steered.rule, counts) ? 'yes' : 'no';
  }

  private active(): readonly Steered[] {
    const all = [...this.faults.values()];
    return all.filter(({ state }) => state === 'active').map(({ steered }) => steered);
  }
}
