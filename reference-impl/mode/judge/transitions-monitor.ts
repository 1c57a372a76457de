/** One node's changes of mode, held against the matrix. */
import { formatDuration, nameNode, when } from '../../../harness/spec.ts';
import type { Explanation, NodeMonitor, ObservationEvent } from '../../../harness/spec.ts';
import { modeSuccessors } from '../matrix.ts';
import type { Mode } from '../matrix.ts';
import { areInputs, worstTrigger } from '../member.ts';
import type { ModeInputs, Modes, ModeTrigger } from '../member.ts';
import type { ModeObservation } from '../observations.ts';
import { Flaps } from './flaps.ts';
import { Measure } from './measure.ts';
import type { ModeParameters } from './parameters.ts';
import { Overdue } from './overdue.ts';
import { ModeTrack } from './track.ts';
import type { JudgedNode } from './parameters.ts';

export class ModeMonitor implements NodeMonitor {
  private readonly parts: JudgedNode;
  private readonly modes: Modes;
  private readonly p: ModeParameters;
  private readonly track: ModeTrack;
  private readonly overdue: Overdue;
  private readonly flaps: Flaps;
  private measure: Measure;
  /** When the present mode was decided, by true time; its start again is not counted as a decision. */
  private decidedUs = 0;
  private isDecisionKnown = true;
  hasSpoken = false;
  changes = 0;

  constructor(parts: JudgedNode, modes: Modes) {
    this.parts = parts;
    this.modes = modes;
    this.p = parts.p;
    this.track = new ModeTrack(parts.p.slackUs);
    this.overdue = new Overdue(parts, modes);
    this.flaps = new Flaps(parts.p);
    this.measure = this.fresh(0);
  }

  process(isUp: boolean, timeUs: number): void {
    this.measure = this.fresh(timeUs);
    this.track.process(isUp, timeUs);
    this.overdue.restart(timeUs);
    this.decidedUs = timeUs;
    this.isDecisionKnown = this.track.mode !== null;
  }

  observe(e: ObservationEvent): Explanation | null {
    const { value, timeUs } = e;
    const late = this.overdue.look(this.measure, this.track, timeUs);
    if (late !== null) return this.broken(timeUs, late);
    this.measure.observe(e);
    this.flaps.look(this.measure, timeUs);
    const from = this.track.mode;
    this.track.observe(e);
    this.hasSpoken ||= value.kind === 'evidence' && value.evidence.kind === 'registry-contact';
    if (value.kind !== 'mode') return null;
    this.hasSpoken = true;
    this.changes += 1;
    return this.change(value, from ?? value.from, timeUs);
  }

  private fresh(bornUs: number): Measure {
    return new Measure(this.parts, bornUs, this.modes);
  }

  private change(m: ModeObservation, from: Mode, timeUs: number): Explanation | null {
    const figures = m.because.find((e) => e.kind === 'mode' && e.subject === 'inputs');
    const decidedUs = figures === undefined ? timeUs : this.measure.trueUs(figures.issuedUs);
    const forUs = this.isDecisionKnown ? decidedUs - this.decidedUs : Infinity;
    this.decidedUs = decidedUs;
    this.isDecisionKnown = true;
    if (m.from !== from || !modeSuccessors[from].includes(m.to)) {
      const allowed = modeSuccessors[from].join(' or ');
      return this.broken(timeUs, [
        `It went from ${m.from} to ${m.to} ${when(timeUs)}; it was in ${from}, which only ${allowed} may follow.`,
      ]);
    }
    if (figures === undefined || !areInputs(this.modes, figures.value)) {
      return this.broken(timeUs, [
        `It went from ${m.from} to ${m.to} ${when(timeUs)} without showing the figures that decided.`,
      ]);
    }
    const shown = figures.value;
    if (m.to === 'degraded' || m.to === 'floor') return this.justify(m, shown, decidedUs, timeUs);
    return this.improve(m, shown, { forUs, decidedUs, timeUs });
  }

  /** Worse: the trigger is in the matrix, leads here, holds by the figures, and by what was observed. */
  private justify(
    m: ModeObservation,
    shown: ModeInputs,
    decidedUs: number,
    timeUs: number,
  ): Explanation | null {
    const head = `It went from ${m.from} to ${m.to} ${when(timeUs)} because of ${m.trigger}`;
    const trigger = this.modes.matrix.find((t) => t.id === m.trigger);
    if (trigger === undefined || trigger.enters !== m.to) {
      return this.broken(timeUs, [`${head}, which is no trigger of ${m.to}.`]);
    }
    if (!trigger.holds(shown, this.p.policy)) {
      return this.broken(timeUs, [
        `${head} (${trigger.when}), but its own figures say otherwise: ${JSON.stringify(shown)}.`,
      ]);
    }
    if (!this.measure.mayHold(trigger, decidedUs)) {
      return this.broken(timeUs, [
        `${head} (${trigger.when}).`,
        `What it observed until then does not show that; the registry was last reached ${when(this.measure.contactUs(decidedUs))}.`,
      ]);
    }
    const flapped = this.flaps.worse(trigger, decidedUs);
    if (flapped === null) return null;
    return this.broken(timeUs, [
      `${head} (${trigger.when}), for the ${flapped.times}th time since ${formatDuration(Math.round(flapped.sinceUs))}.`,
      `By what it observed that cause never went in between: it flaps.`,
    ]);
  }

  /** Better: nothing holds any more, and that has been so for long enough. */
  private improve(
    m: ModeObservation,
    shown: ModeInputs,
    t: {
      readonly forUs: number;
      readonly decidedUs: number;
      readonly timeUs: number;
    },
  ): Explanation | null {
    const { settledUs, policy, slackUs } = this.p;
    const head = `It went from ${m.from} to ${m.to} ${when(t.timeUs)}`;
    const counts = (trigger: ModeTrigger | null | undefined): boolean =>
      m.from === 'floor' ? trigger?.enters === 'floor' : trigger !== null && trigger !== undefined;
    const worst = worstTrigger(this.modes.matrix, shown, policy);
    if (counts(worst)) return this.broken(t.timeUs, [`${head} although ${worst?.when}.`]);
    const held = this.measure.heldForSure(t.decidedUs).find(counts);
    if (held !== undefined) {
      return this.broken(t.timeUs, [
        `${head} although ${held.when}, by what it observed.`,
        `The registry was last reached ${when(this.measure.contactUs(t.decidedUs))}.`,
      ]);
    }
    const leastUs = m.to === 'target' ? policy.stableUs : settledUs;
    // A node's clock may run fast by a thousandth.
    if (t.forUs * 1.002 + slackUs < leastUs) {
      return this.broken(t.timeUs, [
        `${head} after ${formatDuration(Math.round(t.forUs))}; ${formatDuration(leastUs)} without a cause are needed.`,
      ]);
    }
    return this.hasHeldLately(m.from, head, t);
  }

  /** A cause that was to be seen within the time in which it must have been gone. */
  private hasHeldLately(
    from: Mode,
    head: string,
    t: { readonly decidedUs: number; readonly timeUs: number },
  ): Explanation | null {
    if (from !== 'degraded' && from !== 'floor') return null;
    const { settledUs, slackUs } = this.p;
    const seenUs = this.overdue.causeSeenUs(from);
    const goneUs = t.decidedUs - seenUs;
    // What happened after the decision, which a slow disk can keep back, says nothing about it.
    if (goneUs < 0 || goneUs * 1.002 + slackUs >= settledUs) return null;
    return this.broken(t.timeUs, [
      `${head}, but what had called for ${from} held until ${formatDuration(Math.round(seenUs))}; it must have been gone for ${formatDuration(settledUs)}.`,
    ]);
  }

  private broken(atUs: number, sentences: readonly string[]): Explanation {
    const who = nameNode(this.parts.program, this.parts.node);
    return { atUs, sentences: [`${who}:`, ...sentences], ops: [] };
  }
}
