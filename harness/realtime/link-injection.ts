/** A fault on real links: done, met by traffic, shown by probes, and over when probes say so. */
import type { Aim } from '../faults/aim.ts';
import type { LinkFigure, MessageFigure } from '../faults/figure.ts';
import type { Injection, LinkEffect } from '../faults/ports.ts';
import type { FaultAccess } from './fault-access.ts';
import { directionsOf } from './link-names.ts';
import type { DialledDirection } from './link-names.ts';
import { LinkProof } from './link-proof.ts';
import { trafficOn } from './measure.ts';
import type { Growth } from './measure.ts';

export interface LinkWork {
  readonly aim: Aim;
  readonly effect: LinkEffect;
  readonly figure: LinkFigure | MessageFigure;
  /** How long it is to last, µs. */
  readonly lastsUs: number;
}

/** The work of the fault called `name`, or the reason why it cannot be done here. */
export function injectLinks(name: string, work: LinkWork, access: FaultAccess): Injection | string {
  const { aim, effect } = work;
  const { shape, areLinksTwoWay } = access;
  const { links } = access;
  if (links === null) return 'there are no links in between';
  const meant = aim.links.flatMap(([from, to]) => directionsOf(shape, from, to, areLinksTwoWay));
  const on = 'toxics' in effect && effect.isBothWays === true ? bothWays(meant) : meant;
  if (on.length === 0) return 'no link between the nodes that are meant';
  // Part of a fault would be another fault: members that are not ours talk past us.
  const foreign = on.find((d) => !links.has(d.link));
  if (foreign !== undefined) return `the link ${foreign.link} is not ours to disturb`;
  const why = links.whyNot?.(on, effect) ?? null;
  if (why !== null) return why;
  const proof =
    access.probes === null && links.witness === undefined
      ? null
      : new LinkProof({
          fault: name,
          on,
          effect,
          inForce: access.inForce,
          probes: access.probes,
          links,
          lastsUs: work.lastsUs,
          trueUs: access.trueUs,
        });
  return new LinkInjection(name, { ...work, on, links }, access, proof);
}

const streams = ['upstream', 'downstream'] as const;

interface Placed extends LinkWork {
  readonly on: ReturnType<typeof directionsOf>;
  readonly links: NonNullable<FaultAccess['links']>;
}

class LinkInjection implements Injection {
  private readonly name: string;
  private readonly o: Placed;
  private readonly access: FaultAccess;
  private readonly proof: LinkProof | null;
  private readonly traffic: Growth;
  private isOver = false;
  private wasMet = false;
  private hadTraffic = false;
  /** What probes said of a fault that nothing met, just before its end; null: they were not asked. */
  private unmet: 'shown' | 'hidden' | 'passed' | null = null;
  private stillThere: string | null = null;

  constructor(name: string, placed: Placed, access: FaultAccess, proof: LinkProof | null) {
    this.name = name;
    this.o = placed;
    this.access = access;
    this.proof = proof;
    this.traffic = trafficOn(placed.aim, access.controls);
  }

  async begin(): Promise<void> {
    const { links, on, effect, figure } = this.o;
    await this.traffic.mark();
    this.access.inForce.begin(this.name, on, effect);
    await links.inject(this.name, on, effect, figure);
  }

  async end(): Promise<void> {
    // Who sent and met nothing may have gone another way: probes tell that from a link that carried nothing.
    const { hurry } = this.access;
    if (!this.wasMet && this.hadTraffic && !hurry.aborted) {
      this.unmet = (await this.proof?.onceMore()) ?? null;
    }
    this.proof?.ending();
    await this.o.links.heal(this.name);
    this.access.inForce.end(this.name);
    this.isOver = true;
    this.stillThere = (await this.proof?.endSeen(hurry)) ?? null;
  }

  async isEffective(): Promise<boolean> {
    const known = await this.o.links.effect(this.name);
    if (known !== 'yes' && !this.wasMet) this.hadTraffic ||= await this.hasTraffic();
    this.wasMet ||= known === 'yes' || (known === 'unknown' && this.hadTraffic);
    if (!this.wasMet) return false;
    // Not before: bytes of probes are bytes, too.
    this.proof?.begin();
    if (this.isOver) await this.proof?.settled();
    switch (this.proof?.standing) {
      case undefined:
      case 'shown':
      case 'unprovable':
        return true;
      case 'denied':
        return false;
      case 'untold':
        // Nobody could be asked, as when nodes are down: what met it was counted as it passed.
        return this.isOver && known === 'yes' && this.oddities().length === 0;
    }
  }

  whyNot(): string | null {
    const passed = this.proof?.whatPassed ?? null;
    const odd = this.oddities();
    if (odd.length > 0) return odd.join('; ');
    if (passed !== null) return `${passed}: bypassed, or what should do it does nothing`;
    if (!this.wasMet) return this.whyUnmet();
    return 'no probe could tell: it was over too soon, its nodes were down, or another fault was in the way';
  }

  private whyUnmet(): string {
    if (!this.hadTraffic) return 'idle: nothing was sent there meanwhile';
    switch (this.unmet) {
      case 'shown':
        return 'idle: a probe met it, and too little else was sent there';
      case 'hidden':
        return 'idle: nothing came through, by other faults or as nodes were down';
      case 'passed':
      case null:
        return 'what was sent there did not meet it: bypassed, or what should do it does nothing';
    }
  }

  oddities(): readonly string[] {
    return this.o.links.oddities?.(this.name) ?? [];
  }

  notOver(): string | null {
    return this.stillThere;
  }

  /** Sent on a link while the fault was on: it met what is in force there. */
  private async hasTraffic(): Promise<boolean> {
    return !this.isOver && (await this.traffic.hasGrown());
  }
}

function bothWays(on: readonly DialledDirection[]): readonly DialledDirection[] {
  const all = on.flatMap((d) => streams.map((stream) => ({ ...d, stream })));
  return [...new Map(all.map((d) => [`${d.stream} ${d.link}`, d])).values()];
}
