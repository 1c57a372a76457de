/**
 * Links among members of a private network: what one sends another is dropped on the bridge, TCP and UDP alike,
 * and counted there on both sides of the cut: what came to it, and what got past.
 */
import { assert } from '../core/assert.ts';
import type { LinkEffect } from '../faults/ports.ts';
import type { Effect, LinkCounters, LinkDirection, Links } from '../links/links.ts';
import { pairKey } from './layout.ts';
import type { Counts, PairCount } from './layout.ts';
import { Pairs } from './pairs.ts';

/** Links that are there without having been made one by one. */
export type LaidLinks = Omit<Links, 'create' | 'close' | typeof Symbol.asyncDispose>;

/** What a network does and tells. */
export interface Bridge {
  change(cut: readonly string[], heal: readonly string[]): Promise<void>;
  counts(): Promise<Counts>;
}

interface Cut {
  readonly pairs: readonly string[];
  /** When it was in force; null: it is not yet. */
  begun: Counts['pairs'] | null;
  /** Just before it was ended. */
  ended: Counts['pairs'] | null;
  state: 'active' | 'stuck' | 'healed';
}

const nothing: PairCount = {
  passedPackets: 0,
  passedBytes: 0,
  droppedPackets: 0,
  droppedBytes: 0,
};

/**
 * Of members called `names`, by their places; `from->to`. A program whose packets are dropped does what it does
 * when a cable is cut: of a TCP connection it sends them again, so that they arrive after the heal unless one
 * end gave up, and datagrams are lost. So a cut that loses and one that holds back are the same here.
 */
export class BridgeLinks implements LaidLinks {
  private readonly bridge: Bridge;
  private readonly pairs: Pairs;
  private readonly cuts = new Map<string, Cut>();

  constructor(bridge: Bridge, names: readonly string[]) {
    this.bridge = bridge;
    this.pairs = new Pairs(names);
  }

  has(name: string): boolean {
    return this.pairs.links.has(name);
  }

  whyNot(_on: readonly LinkDirection[], effect: LinkEffect): string | null {
    return isCut(effect)
      ? null
      : 'the bridge among members drops packets, and does nothing else to them';
  }

  async inject(fault: string, on: readonly LinkDirection[], effect: LinkEffect): Promise<void> {
    const known = this.cuts.get(fault)?.state ?? 'healed';
    assert(known === 'healed', 'a fault ends before it begins again', { fault, known });
    assert(isCut(effect), 'a bridge only cuts', { effect });
    const cut: Cut = { pairs: this.pairs.of(on), begun: null, ended: null, state: 'active' };
    const others = this.held();
    this.cuts.set(fault, cut);
    await this.bridge.change(
      cut.pairs.filter((p) => !others.has(p)),
      [],
    );
    cut.begun = (await this.bridge.counts()).pairs;
  }

  async heal(fault: string): Promise<void> {
    const cut = this.cuts.get(fault);
    if (cut === undefined || cut.state === 'healed') return;
    try {
      cut.ended ??= (await this.bridge.counts()).pairs;
      cut.state = 'stuck';
      const { cut: there } = await this.bridge.counts();
      const others = this.held();
      await this.bridge.change(
        [],
        cut.pairs.filter((p) => !others.has(p) && there.includes(p)),
      );
      cut.state = 'healed';
    } catch {
      // `verify` tells what is left.
      cut.state = 'stuck';
    }
  }

  async healAll(): Promise<void> {
    for (const fault of this.cuts.keys()) await this.heal(fault);
  }

  async verify(): Promise<string[]> {
    if (this.cuts.size === 0) return [];
    try {
      const { cut } = await this.bridge.counts();
      return cut.map((pair) => `link ${this.pairs.nameOf(pair)} is cut`);
    } catch (e) {
      return [
        `links among members cannot be verified: ${e instanceof Error ? e.message : String(e)}`,
      ];
    }
  }

  /** Yes when something came to it, and nothing got past it. */
  async effect(fault: string): Promise<Effect> {
    const cut = this.cuts.get(fault);
    assert(cut !== undefined, 'effect is asked of a fault that began', { fault });
    const { begun, pairs } = cut;
    if (begun === null) return 'no';
    const now = cut.ended ?? (await this.bridge.counts()).pairs;
    const grown = (what: keyof PairCount): boolean =>
      pairs.some((p) => (now[p] ?? nothing)[what] > (begun[p] ?? nothing)[what]);
    return grown('droppedPackets') && !grown('passedPackets') ? 'yes' : 'no';
  }

  async counters(): Promise<ReadonlyMap<string, LinkCounters>> {
    const { pairs } = await this.bridge.counts();
    return new Map(
      [...this.pairs.links].map(([name, [from, to]]) => [
        name,
        {
          connections: null,
          opened: null,
          broken: null,
          upstream: direction(pairs[pairKey([from, to])]),
          downstream: direction(pairs[pairKey([to, from])]),
        },
      ]),
    );
  }

  /** What is kept cut by faults that are in force. */
  private held(): ReadonlySet<string> {
    const active = [...this.cuts.values()].filter((c) => c.state === 'active');
    return new Set(active.flatMap((c) => c.pairs));
  }
}

/** Everything is lost, or held back as long as it lasts. */
function isCut(effect: LinkEffect): boolean {
  if (!('toxics' in effect)) return false;
  const [first, ...more] = effect.toxics;
  if (first === undefined || more.length > 0 || (first.toxicity ?? 1) !== 1) return false;
  const { timeout, rate } = first.attributes;
  return first.type === 'timeout' ? timeout === 0 : first.type === 'bandwidth' && rate === 0;
}

function direction({ passedBytes, droppedBytes }: PairCount = nothing): LinkCounters['upstream'] {
  const received = passedBytes + droppedBytes;
  return {
    receivedBytes: received,
    sentBytes: passedBytes,
    droppedBytes,
    delayedBytes: 0,
  };
}
