/**
 * What faults mean together: the one definition that the simulation and runs in real time read.
 *
 * What is done to a node or link depends on which faults are in force now, never on the order in
 * which they began; healing one leaves the others. A kind says nothing of this itself: it follows from
 * the ports that it uses.
 *
 * - **Nodes.** Down while any crash is in force; else, while any pause is, it stands still, and in turns
 *   while it is throttled. A node
 *   that starts during a pause stands still from its start: a pause means the machine, which the end
 *   of a crash does not mend. A crash loses what is under way to the
 *   node or held back for it; what has reached a node that stands still waits there. Jumps and drifts of clocks add up, and so do delays of disks; both
 *   outlast a crash. A clean stop is a crash after a goodbye: until that has ended
 *   the node takes messages and answers as ever, whatever its links do to them; then it is down. Who
 *   stands still says none, and a crash, or the end of the stop, cuts it short.
 * - **Messages** first meet what happens inside the sender, in this order: lost, repeated, held back
 *   so that later ones overtake, damaged. Faults of one kind act as independent chances together. Each copy
 *   then goes its own way through the link, where it meets the same as the original.
 * - **Links.** A partition comes before everything else: nothing passes. `drop` and `refuse` come
 *   before `stall`: they lose what a stall holds back and what is under way, whoever began first.
 *   Delays add up; narrow links stand one behind another. What was held back meets, when it is let
 *   go, the faults that are in force then. A reset loses the message that meets it and what is under way
 *   or held back on its connection; what comes after it takes a new one. What latency or a narrow link delayed may outlast the
 *   fault by that delay.
 */
import type { Prng } from '../core/prng.ts';

/** What the faults in force make of a node's process. */
export type ProcessState = 'runs' | 'stands still' | 'down';

/** `crashes` and `pauses` are how many of each are in force at the node. */
export function processState(crashes: number, pauses: number): ProcessState {
  if (crashes > 0) return 'down';
  return pauses > 0 ? 'stands still' : 'runs';
}

/** Faults of the messages of one link, each in messages per thousand. */
export interface MessageFaults {
  readonly lossPermille: number;
  readonly duplicatePermille: number;
  readonly reorderPermille: number;
  /** Of those that arrive, with a part of them changed. */
  readonly corruptPermille: number;
}

export const noMessageFaults: MessageFaults = {
  lossPermille: 0,
  duplicatePermille: 0,
  reorderPermille: 0,
  corruptPermille: 0,
};

/** Independent chances together. */
export function combineMessageFaults(all: readonly MessageFaults[]): MessageFaults {
  return all.reduce(
    (a, b) => ({
      lossPermille: either(a.lossPermille, b.lossPermille),
      duplicatePermille: either(a.duplicatePermille, b.duplicatePermille),
      reorderPermille: either(a.reorderPermille, b.reorderPermille),
      corruptPermille: either(a.corruptPermille, b.corruptPermille),
    }),
    noMessageFaults,
  );
}

function either(a: number, b: number): number {
  return a + b - Math.floor((a * b) / 1_000);
}

/** What happens to one message where it leaves. */
export interface MessageFate {
  readonly isLost: boolean;
  readonly isRepeated: boolean;
  /** The original waits a moment, its copy does not. */
  readonly isHeldBack: boolean;
  /** Its copy as well. */
  readonly isDamaged: boolean;
}

/** Draws for chances above 0 only, in the order of the fields. */
export function messageFate(f: MessageFaults, draw: Prng): MessageFate {
  const happens = (permille: number): boolean => permille > 0 && draw.chance(permille);
  if (happens(f.lossPermille)) {
    return { isLost: true, isRepeated: false, isHeldBack: false, isDamaged: false };
  }
  const isRepeated = happens(f.duplicatePermille);
  const isHeldBack = happens(f.reorderPermille);
  return { isLost: false, isRepeated, isHeldBack, isDamaged: happens(f.corruptPermille) };
}

/**
 * `drop` loses what is sent meanwhile, `stall` holds it back and delivers it after the heal (late
 * messages of a deposed leader), `refuse` also breaks connections at once.
 */
export type PartitionMode = 'drop' | 'stall' | 'refuse';

/** What partitions of these modes do together; null: there is none. */
export function strongestPartition(modes: Iterable<PartitionMode>): 'lost' | 'held' | null {
  let isHeld = false;
  for (const mode of modes) {
    if (mode !== 'stall') return 'lost';
    isHeld = true;
  }
  return isHeld ? 'held' : null;
}

/** Error of a node's clocks: µs that the wall clock is ahead, parts per million of the monotonic one. */
export interface ClockError {
  readonly jumpUs: number;
  readonly driftPpm: number;
}

export function combineClockErrors(all: readonly ClockError[]): ClockError {
  return {
    jumpUs: sum(all.map((c) => c.jumpUs)),
    driftPpm: sum(all.map((c) => c.driftPpm)),
  };
}

/** Delays of disks add up, as those of links do. */
export function combineDelays(delaysUs: readonly number[]): number {
  return sum(delaysUs);
}

function sum(all: readonly number[]): number {
  return all.reduce((a, b) => a + b, 0);
}
