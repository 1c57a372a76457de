/** Links of two kinds as one: those among members of a private network, and the proxies of clients. */
import type { LinkFigure, MessageFigure } from '../faults/figure.ts';
import type { LinkEffect } from '../faults/ports.ts';
import type { Effect, LinkCounters, LinkDirection, Links, LinkSpec } from '../links/links.ts';
import type { Question, Seen } from '../links/passage.ts';
import type { LaidLinks } from '../namespaces/bridge-links.ts';

/** A fault that is on both is in force on both, and has taken effect where it did on either. */
export class JointLinks implements Links {
  private readonly members: LaidLinks;
  private readonly clients: Links;
  /** Which of them each fault was put on. */
  private readonly on = new Map<string, readonly LaidLinks[]>();

  constructor(members: LaidLinks, clients: Links) {
    this.members = members;
    this.clients = clients;
  }

  create(specs: readonly LinkSpec[]): Promise<ReadonlyMap<string, string>> {
    return this.clients.create(specs);
  }

  has(name: string): boolean {
    return this.members.has(name) || this.clients.has(name);
  }

  whyNot(on: readonly LinkDirection[], effect: LinkEffect): string | null {
    return this.parts(on).flatMap(([links, mine]) => links.whyNot?.(mine, effect) ?? [])[0] ?? null;
  }

  async inject(
    fault: string,
    on: readonly LinkDirection[],
    effect: LinkEffect,
    figure: LinkFigure | MessageFigure,
  ): Promise<void> {
    const parts = this.parts(on);
    this.on.set(
      fault,
      parts.map(([links]) => links),
    );
    await Promise.all(parts.map(([links, mine]) => links.inject(fault, mine, effect, figure)));
  }

  async heal(fault: string): Promise<void> {
    await Promise.all((this.on.get(fault) ?? []).map((links) => links.heal(fault)));
  }

  async healAll(): Promise<void> {
    await Promise.all([this.members.healAll(), this.clients.healAll()]);
  }

  async verify(): Promise<string[]> {
    return (await Promise.all([this.members.verify(), this.clients.verify()])).flat();
  }

  async effect(fault: string): Promise<Effect> {
    const all = (this.on.get(fault) ?? []).map((links) => links.effect(fault));
    const effects = await Promise.all(all);
    return (['yes', 'unknown'] as const).find((e) => effects.includes(e)) ?? 'no';
  }

  oddities(fault: string): readonly string[] {
    return (this.on.get(fault) ?? []).flatMap((links) => links.oddities?.(fault) ?? []);
  }

  async witness(fault: string, question: Question, waitUs: number): Promise<readonly Seen[]> {
    const all = (this.on.get(fault) ?? []).flatMap(
      (links) => links.witness?.(fault, question, waitUs) ?? [],
    );
    return (await Promise.all(all)).flat();
  }

  async counters(): Promise<ReadonlyMap<string, LinkCounters> | null> {
    const [members, clients] = await Promise.all([
      this.members.counters(),
      this.clients.counters(),
    ]);
    return new Map([...(members ?? []), ...(clients ?? [])]);
  }

  close(): Promise<void> {
    return this.clients.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  private parts(on: readonly LinkDirection[]): (readonly [LaidLinks, readonly LinkDirection[]])[] {
    const isMembers = (d: LinkDirection): boolean => this.members.has(d.link);
    const split = [
      [this.members, on.filter(isMembers)],
      [this.clients, on.filter((d) => !isMembers(d))],
    ] as const;
    return split.filter(([, mine]) => mine.length > 0);
  }
}
