/** All that can be done to links among members of a private network: cut by the bridge, disturbed by a switch. */
import type { LinkEffect } from '../faults/ports.ts';
import type { Effect, LinkCounters, LinkDirection } from '../links/links.ts';
import { BridgeLinks } from './bridge-links.ts';
import type { Bridge, LaidLinks } from './bridge-links.ts';
import { PacketLinks } from './packet-links.ts';
import type { Steering } from './packet-links.ts';
import { packetRuleOf } from './packet-rule.ts';
import { Pairs } from './pairs.ts';

export class MemberLinks implements LaidLinks {
  private readonly cuts: BridgeLinks;
  private readonly packets: PacketLinks;
  private readonly whyNoSwitch: () => string | null;

  /** Of members called `names`, by their places. `whyNoSwitch` is asked before packets are disturbed. */
  constructor(
    network: Bridge & Steering,
    names: readonly string[],
    whyNoSwitch: () => string | null,
  ) {
    this.cuts = new BridgeLinks(network, names);
    this.packets = new PacketLinks(network, new Pairs(names));
    this.whyNoSwitch = whyNoSwitch;
  }

  has(name: string): boolean {
    return this.cuts.has(name);
  }

  whyNot(on: readonly LinkDirection[], effect: LinkEffect): string | null {
    if (this.cuts.whyNot(on, effect) === null) return null;
    if (packetRuleOf(effect) === null) return 'packets among members have no connection to break';
    return this.whyNoSwitch();
  }

  inject(fault: string, on: readonly LinkDirection[], effect: LinkEffect): Promise<void> {
    const isCut = this.cuts.whyNot(on, effect) === null;
    return (isCut ? this.cuts : this.packets).inject(fault, on, effect);
  }

  heal(fault: string): Promise<void> {
    return this.partOf(fault).heal(fault);
  }

  async healAll(): Promise<void> {
    await Promise.all([this.cuts.healAll(), this.packets.healAll()]);
  }

  async verify(): Promise<string[]> {
    try {
      return (await Promise.all([this.cuts.verify(), this.packets.verify()])).flat();
    } catch (e) {
      return [
        `links among members cannot be verified: ${e instanceof Error ? e.message : String(e)}`,
      ];
    }
  }

  effect(fault: string): Promise<Effect> {
    return this.partOf(fault).effect(fault);
  }

  counters(): Promise<ReadonlyMap<string, LinkCounters>> {
    return this.cuts.counters();
  }

  private partOf(fault: string): BridgeLinks | PacketLinks {
    return this.packets.has(fault) ? this.packets : this.cuts;
  }
}
