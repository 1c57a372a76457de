/** What a switch does to packets, as data, and the part of a fault on links that it can do. */
import { noMessageFaults } from '../faults/overlap.ts';
import type { MessageFaults } from '../faults/overlap.ts';
import type { LinkEffect } from '../faults/ports.ts';

export interface PacketRule extends MessageFaults {
  readonly delayUs: number;
  /** Uniform, added to or taken from the delay. */
  readonly jitterUs: number;
  /** Kilobytes (1,000 bytes) a second; null: as many as come. */
  readonly rate: number | null;
}

/** A fault that is in force on these pairs (`pairKey`). */
export interface Steered {
  readonly fault: string;
  readonly pairs: readonly string[];
  readonly rule: PacketRule;
}

/** What became of the packets that a fault met. */
export interface PacketCounts {
  readonly met: number;
  readonly lost: number;
  readonly repeated: number;
  readonly heldBack: number;
  /** Datagrams of which a bit was changed. */
  readonly damaged: number;
  readonly delayed: number;
  /** The shortest time that one of those delayed was really kept, µs; null: none has left yet. */
  readonly keptUsMin: number | null;
}

export const noPackets: PacketCounts = {
  met: 0,
  lost: 0,
  repeated: 0,
  heldBack: 0,
  damaged: 0,
  delayed: 0,
  keptUsMin: null,
};

const noRule: PacketRule = { ...noMessageFaults, delayUs: 0, jitterUs: 0, rate: null };

/** Null for what is not done to single packets. */
export function packetRuleOf(effect: LinkEffect): PacketRule | null {
  if ('packets' in effect) return { ...noRule, ...effect.packets };
  if (!('toxics' in effect)) return null;
  const [first, ...more] = effect.toxics;
  if (first === undefined || more.length > 0 || (first.toxicity ?? 1) !== 1) return null;
  const { latency = 0, jitter = 0, rate = 0 } = first.attributes;
  if (first.type === 'latency') {
    return { ...noRule, delayUs: latency * 1_000, jitterUs: jitter * 1_000 };
  }
  return first.type === 'bandwidth' && rate > 0 ? { ...noRule, rate } : null;
}

/** Did packets meet it, and become what it makes of them? */
export function hasActed(
  { delayUs, jitterUs, ...rule }: PacketRule,
  counts: PacketCounts,
): boolean {
  if (rule.lossPermille > 0 && counts.lost > 0) return true;
  if (rule.duplicatePermille > 0 && counts.repeated > 0) return true;
  if (rule.reorderPermille > 0 && counts.heldBack > 0) return true;
  if (rule.corruptPermille > 0 && counts.damaged > 0) return true;
  if (rule.rate !== null && counts.delayed > 0) return true;
  return delayUs > 0 && counts.keptUsMin !== null && counts.keptUsMin >= delayUs - jitterUs;
}
