/** Changes of mode that should have come by now: for the worse, and back. */
import { formatDuration, when } from '../../../harness/spec.ts';
import type { Mode } from '../matrix.ts';
import type { Modes, ModeTrigger } from '../member.ts';
import type { Measure } from './measure.ts';
import type { ModeTrack } from './track.ts';
import type { JudgedNode } from './parameters.ts';

/** What one node must have acted on; asked before each of its observations, as that may end it. */
export class Overdue {
  private readonly o: JudgedNode;
  private readonly matrix: readonly ModeTrigger[];
  private readonly floor: readonly ModeTrigger[];
  private lastUs = 0;
  /** Triggers that hold for sure, and since when; when one of a severity was last to be seen. */
  private readonly heldSinceUs = new Map<ModeTrigger, number>();
  private readonly seenUs = { degraded: -Infinity, floor: -Infinity };
  /** Since when nothing can have kept the node in Degraded or on the Floor; null: something may. */
  private clearUs: number | null = null;

  constructor(parts: JudgedNode, { matrix }: Modes) {
    this.o = parts;
    this.matrix = matrix;
    this.floor = matrix.filter((t) => t.enters === 'floor');
  }

  /** The process started, or is gone. */
  restart(timeUs: number): void {
    this.lastUs = timeUs;
    this.heldSinceUs.clear();
    this.seenUs.degraded = -Infinity;
    this.seenUs.floor = -Infinity;
    this.clearUs = null;
  }

  /** When a cause of `mode` was last to be seen; -Infinity: never. */
  causeSeenUs(mode: 'degraded' | 'floor'): number {
    if (mode === 'floor') return this.seenUs.floor;
    return Math.max(this.seenUs.degraded, this.seenUs.floor);
  }

  /** The node is at work now: sentences when it should have changed its mode. */
  look(measure: Measure, track: ModeTrack, timeUs: number): readonly string[] | null {
    const missed = this.missed(measure, track, timeUs) ?? this.unrecovered(measure, track, timeUs);
    this.lastUs = timeUs;
    return missed;
  }

  /** A trigger has held for so long that the node must have got worse. */
  private missed(measure: Measure, track: ModeTrack, timeUs: number): readonly string[] | null {
    const held = measure.heldForSure(timeUs);
    for (const t of this.heldSinceUs.keys()) if (!held.includes(t)) this.heldSinceUs.delete(t);
    const { p, node, stopped } = this.o;
    for (const t of held) {
      const sinceUs = this.heldSinceUs.get(t) ?? this.onsetUs(measure, t, timeUs);
      this.heldSinceUs.set(t, sinceUs);
      // A node looks once in a while: what was gone before it looked, it need not have seen.
      const lookUs = p.policy.evaluateUs + p.slackUs;
      if (stopped.isOverdue(node, sinceUs, lookUs, timeUs)) this.seenUs[t.enters] = timeUs;
      if (!mustLeave(track.mode, t)) continue;
      const boundUs = p.lateUs + p.protocolUs;
      const calledUs = Math.max(sinceUs, track.enteredUs);
      if (!stopped.isOverdue(node, calledUs, boundUs, timeUs)) continue;
      return [
        `It is still in ${track.mode} ${when(timeUs)}, but what calls for ${t.enters} has held since ${formatDuration(Math.round(sinceUs))}: ${t.when}.`,
        `The registry was last reached ${when(measure.contactUs(timeUs))}.`,
      ];
    }
    return null;
  }

  /** Since when has it held, if nothing was observed since the last look? */
  private onsetUs(measure: Measure, t: ModeTrigger, timeUs: number): number {
    const { lastUs } = this;
    const instants = [lastUs, ...measure.thresholdsUs()].sort((a, b) => a - b);
    const onset = instants.find(
      (us) => us >= lastUs && us < timeUs && measure.heldForSure(us).includes(t),
    );
    return onset ?? timeUs;
  }

  /** Nothing has kept the node where it is for so long that Recovery must have begun. */
  private unrecovered(
    measure: Measure,
    track: ModeTrack,
    timeUs: number,
  ): readonly string[] | null {
    const { mode, enteredUs } = track;
    if (mode !== 'degraded' && mode !== 'floor') return null;
    if (measure.mayAnyHold(mode === 'floor' ? this.floor : this.matrix, timeUs)) {
      this.clearUs = null;
      return null;
    }
    this.clearUs = Math.max(this.clearUs ?? timeUs, enteredUs);
    const { p, node, stopped } = this.o;
    // A node's clock may run slow by a thousandth.
    const boundUs = p.settledUs * 1.002 + p.lateUs + p.protocolUs;
    if (!stopped.isOverdue(node, this.clearUs, boundUs, timeUs)) return null;
    return [
      `It is still in ${mode} ${when(timeUs)}, but nothing that calls for it has held since ${formatDuration(Math.round(this.clearUs))}.`,
      `After ${formatDuration(p.settledUs)} without a cause Recovery begins.`,
    ];
  }
}

function mustLeave(mode: Mode | null, t: ModeTrigger): boolean {
  if (mode === null || mode === 'floor') return false;
  return mode !== 'degraded' || t.enters === 'floor';
}
