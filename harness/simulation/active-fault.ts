/** A fault that is in force on simulated links, and what those on one link come to. */
import type { Lane, Msg, NodeId } from '../core/host.ts';
import type { Link, LinkRule } from '../faults/link-rule.ts';
import { combineMessageFaults } from '../faults/overlap.ts';
import type { MessageFate, MessageFaults } from '../faults/overlap.ts';

export interface Message {
  readonly from: NodeId;
  readonly to: NodeId;
  readonly lane: Lane;
  readonly m: Msg;
}

export interface ActiveFault {
  readonly rule: LinkRule;
  readonly links: readonly Link[];
  /** Number of this beginning: messages sent under an older number have not met it yet. */
  readonly epoch: number;
  readonly sinceUs: number;
  readonly onEffect: () => void;
  /** Index in the plan; null: of no plan. */
  readonly fault: number | null;
  held: Message[];
}

/** The faults in force on one link, in the order in which they began. */
export interface Troubled {
  readonly faults: readonly ActiveFault[];
  /** Null: no fault draws chances. */
  readonly messages: MessageFaults | null;
  readonly isPartitioned: boolean;
  /** Ends of connections are told late. */
  readonly isToldLate: boolean;
}

export function troubledBy(faults: readonly ActiveFault[]): Troubled {
  const chances = faults.flatMap((f) => f.rule.messages ?? []);
  const messages = chances.length === 0 ? null : combineMessageFaults(chances);
  return {
    faults,
    messages,
    isPartitioned: faults.some((f) => f.rule.partition !== undefined),
    isToldLate: faults.some((f) => f.rule.toldLateUs !== undefined),
  };
}

/** Tells those whose chance may have been it. */
export function markChances(faults: readonly ActiveFault[], fate: MessageFate): void {
  for (const f of faults) {
    const c = f.rule.messages;
    if (c === undefined) continue;
    const isEffective =
      (fate.isLost && c.lossPermille > 0) ||
      (fate.isRepeated && c.duplicatePermille > 0) ||
      (fate.isHeldBack && c.reorderPermille > 0) ||
      (fate.isDamaged && c.corruptPermille > 0);
    if (isEffective) f.onEffect();
  }
}
