/**
 * When each packet of the pairs that faults are on goes on, if at all. What overlaps means what
 * `faults/overlap.ts` says: chances first, then narrow links one behind another, then delays, which add up.
 */
import type { MessageFaults } from '../faults/overlap.ts';
import { noPackets } from './packet-rule.ts';
import type { PacketCounts, Steered } from './packet-rule.ts';

/** One that goes on, at this time of the clock that `fates` was told. */
export interface Departure {
  readonly atUs: number;
  /** Before what came earlier, if it is due earlier; otherwise never. */
  readonly mayOvertake: boolean;
  readonly isDamaged: boolean;
  /** Tells how long it was kept in the end, and whether it left other than it came. */
  left(keptUs: number, isChanged: boolean): void;
}

type Onward = Omit<Departure, 'isDamaged' | 'left'> & { left(keptUs: number): void };

interface Fault extends Steered {
  readonly counts: { -readonly [K in keyof PacketCounts]: PacketCounts[K] };
  /** By pair: when a narrow link will have sent what it has taken. */
  readonly busyUntilUs: Map<string, number>;
}

/** Several round trips, so that others overtake one that is held back. */
const holdUsMax = 20_000;
/** A narrow link drops what would wait longer than this, as a full buffer does. */
const backlogUsMax = 10_000_000;

export class PacketFates {
  private readonly faults = new Map<string, Fault>();
  private byPair: ReadonlyMap<string, readonly Fault[]> = new Map();
  private readonly random: () => number;

  /** `random` gives 0 ≤ x < 1. */
  constructor(random: () => number) {
    this.random = random;
  }

  /** Replaces all that is in force; what goes on is counted on. */
  set(all: readonly Steered[]): void {
    const names = new Set(all.map((s) => s.fault));
    for (const name of this.faults.keys()) if (!names.has(name)) this.faults.delete(name);
    const byPair = new Map<string, Fault[]>();
    for (const steered of all) {
      const fault = this.faults.get(steered.fault) ?? begun(steered);
      this.faults.set(steered.fault, fault);
      for (const pair of fault.pairs) byPair.set(pair, [...(byPair.get(pair) ?? []), fault]);
    }
    this.byPair = byPair;
  }

  counts(): Readonly<Record<string, PacketCounts>> {
    return Object.fromEntries([...this.faults].map(([name, f]) => [name, { ...f.counts }]));
  }

  /** What becomes of a packet of this pair: nothing, or one departure or two. Only a datagram is damaged. */
  fates(pair: string, bytes: number, nowUs: number, isDatagram = false): readonly Departure[] {
    const faults = this.byPair.get(pair) ?? [];
    for (const f of faults) f.counts.met += 1;
    if (this.happens(faults, 'lossPermille', 'lost')) return [];
    const isRepeated = this.happens(faults, 'duplicatePermille', 'repeated');
    const isHeld = this.happens(faults, 'reorderPermille', 'heldBack');
    const heldUs = isHeld ? 1_000 + this.random() * (holdUsMax - 1_000) : 0;
    const damaging = isDatagram ? this.hit(faults, 'corruptPermille') : [];
    const isDamaged = damaging.length > 0;
    const original = this.onward(faults, pair, bytes, { nowUs, atUs: nowUs + heldUs }, isHeld);
    const copy = isRepeated
      ? this.onward(faults, pair, bytes, { nowUs, atUs: nowUs }, false)
      : null;
    return [copy, original].flatMap((d) => (d === null ? [] : [damagedBy(damaging, d, isDamaged)]));
  }

  private happens(
    faults: readonly Fault[],
    chance: keyof MessageFaults,
    count: 'lost' | 'repeated' | 'heldBack',
  ): boolean {
    const those = this.hit(faults, chance);
    for (const { counts } of those) counts[count] += 1;
    return those.length > 0;
  }

  private hit(faults: readonly Fault[], chance: keyof MessageFaults): readonly Fault[] {
    return faults.filter(({ rule }) => rule[chance] > 0 && this.random() * 1_000 < rule[chance]);
  }

  private onward(
    faults: readonly Fault[],
    pair: string,
    bytes: number,
    { nowUs, atUs: startUs }: { readonly nowUs: number; readonly atUs: number },
    mayOvertake: boolean,
  ): Onward | null {
    let atUs = startUs;
    const delaying: Fault[] = [];
    for (const f of faults) {
      const { rate } = f.rule;
      if (rate === null) continue;
      const freeUs = Math.max(atUs, f.busyUntilUs.get(pair) ?? 0);
      if (freeUs - nowUs > backlogUsMax) {
        f.counts.lost += 1;
        return null;
      }
      atUs = freeUs + (bytes * 1_000) / rate;
      f.busyUntilUs.set(pair, atUs);
      delaying.push(f);
    }
    for (const f of faults) {
      const { delayUs, jitterUs } = f.rule;
      if (delayUs === 0) continue;
      atUs += Math.max(0, delayUs + (2 * this.random() - 1) * jitterUs);
      delaying.push(f);
    }
    for (const { counts } of delaying) counts.delayed += 1;
    const left = (keptUs: number): void => {
      for (const { counts } of delaying) {
        counts.keptUsMin = Math.min(counts.keptUsMin ?? keptUs, keptUs);
      }
    };
    return { atUs, mayOvertake, left };
  }
}

/** A datagram counts as damaged once it has left as another: who only says that he damages it is found out. */
function damagedBy(faults: readonly Fault[], onward: Onward, isDamaged: boolean): Departure {
  if (!isDamaged) return { ...onward, isDamaged };
  const left = (keptUs: number, isChanged: boolean): void => {
    onward.left(keptUs);
    if (isChanged) for (const { counts } of faults) counts.damaged += 1;
  };
  return { ...onward, isDamaged, left };
}

function begun(steered: Steered): Fault {
  return { ...steered, counts: { ...noPackets }, busyUntilUs: new Map() };
}
