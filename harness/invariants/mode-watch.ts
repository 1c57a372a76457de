/** One node's modes, held against the matrix. */
import { formatDuration } from '../core/duration.ts';
import type { Evidence } from '../core/evidence.ts';
import type { ObservationEvent } from '../core/history.ts';
import type { Json, NodeId } from '../core/host.ts';
import { modeMatrix, modeSuccessors, worstTrigger } from '../core/mode.ts';
import type { Mode, ModeInputs, ModePolicy } from '../core/mode.ts';
import type { ModeObservation } from '../core/observation.ts';
import type { Program } from '../core/program.ts';
import type { Explanation } from '../core/verdict.ts';
import { Measure } from './mode-measure.ts';
import type { FaultSpan } from './timeline.ts';
import { nameNode, when } from './words.ts';

export interface ModeParameters {
  /** Policy times, µs; divided outside simulation. */
  readonly policy: ModePolicy;
  /** Windows of failure rate and trips. */
  readonly windowUs: number;
  /** A cause must have been gone this long before Recovery begins. */
  readonly settledUs: number;
  /** A started node counts instances as missing only after this. */
  readonly warmUpUs: number;
  /** A change of mode comes this much after its trigger at the latest. */
  readonly lateUs: number;
  /** Protocol time on top: syncs, timers, µs. Never divided. */
  readonly protocolUs: number;
}

/** Differences of clocks and of the order in which things are told, µs. */
const slackUs = 250_000;

export class ModeWatch {
  private readonly p: ModeParameters;
  private readonly program: Program;
  private readonly node: NodeId;
  /** When this node stood still or waited for its disk. */
  private readonly impaired: readonly FaultSpan[];
  private measure: Measure;
  /** Null: not known since the process started again. */
  private mode: Mode | null = 'target';
  private enteredUs = 0;
  private starts = 0;
  private failingSinceUs: number | null = null;
  hasSpoken = false;

  constructor(node: NodeId, p: ModeParameters, spans: readonly FaultSpan[], program: Program) {
    this.node = node;
    this.p = p;
    this.program = program;
    this.impaired = spans.filter(
      (s) =>
        (s.kind === 'pause' || s.kind === 'disk' || s.kind === 'crash') && s.nodes.includes(node),
    );
    this.measure = this.fresh(0);
  }

  process(isUp: boolean, timeUs: number): void {
    this.measure = this.fresh(timeUs);
    this.failingSinceUs = null;
    if (isUp) this.starts += 1;
    this.mode = this.starts <= 1 ? 'target' : null;
  }

  observe(e: ObservationEvent): Explanation | null {
    this.measure.observe(e);
    const { value, timeUs } = e;
    if (value.kind === 'mode') {
      this.hasSpoken = true;
      return this.change(value, timeUs);
    }
    if (value.kind === 'evidence') {
      this.hasSpoken ||= value.evidence.kind === 'registry-contact';
      this.found(value.evidence, timeUs);
    }
    if (value.kind === 'routed') this.noteFailing(timeUs);
    return this.missed(timeUs);
  }

  private fresh(bornUs: number): Measure {
    const { policy, windowUs } = this.p;
    return new Measure(this.node, bornUs, { policy, windowUs, slackUs, program: this.program });
  }

  /** A process that starts again says in which mode it was. */
  private found(e: Evidence, timeUs: number): void {
    if (e.kind !== 'mode' || e.subject !== 'node' || this.mode !== null) return;
    if (typeof e.value === 'string' && e.value in modeSuccessors) {
      this.mode = e.value as Mode;
      this.enteredUs = timeUs;
    }
  }

  private change(m: ModeObservation, timeUs: number): Explanation | null {
    const from = this.mode ?? m.from;
    const wasKnown = this.mode !== null;
    const figures = m.because.find((e) => e.kind === 'mode' && e.subject === 'inputs');
    const decidedUs = figures === undefined ? timeUs : this.measure.trueUs(figures.issuedUs);
    const forUs = decidedUs - this.enteredUs;
    this.mode = m.to;
    this.enteredUs = decidedUs;
    if (m.from !== from || !modeSuccessors[from].includes(m.to)) {
      const allowed = modeSuccessors[from].join(' or ');
      return this.broken(timeUs, [
        `It went from ${m.from} to ${m.to} ${when(timeUs)}; it was in ${from}, which only ${allowed} may follow.`,
      ]);
    }
    if (figures === undefined) {
      return this.broken(timeUs, [
        `It went from ${m.from} to ${m.to} ${when(timeUs)} without showing the figures that decided.`,
      ]);
    }
    const inputs = figures.value as Readonly<Record<string, Json>>;
    if (m.to === 'degraded' || m.to === 'floor') return this.justify(m, inputs, decidedUs, timeUs);
    return this.improve(m, inputs, wasKnown ? forUs : Infinity, timeUs);
  }

  /** Worse: the trigger is in the matrix, leads here, holds by the figures, and by what was observed. */
  private justify(
    m: ModeObservation,
    inputs: Readonly<Record<string, Json>>,
    decidedUs: number,
    timeUs: number,
  ): Explanation | null {
    const head = `It went from ${m.from} to ${m.to} ${when(timeUs)} because of ${m.trigger}`;
    const trigger = modeMatrix.find((t) => t.id === m.trigger);
    if (trigger === undefined || trigger.enters !== m.to) {
      return this.broken(timeUs, [`${head}, which is no trigger of ${m.to}.`]);
    }
    if (!trigger.holds(inputs as unknown as ModeInputs, this.p.policy)) {
      return this.broken(timeUs, [
        `${head} (${trigger.when}), but its own figures say otherwise: ${JSON.stringify(inputs)}.`,
      ]);
    }
    if (this.measure.supports(trigger.id, inputs, decidedUs) !== false) return null;
    return this.broken(timeUs, [
      `${head} (${trigger.when}).`,
      `What it observed until then does not show that: registry last reached ${when(this.measure.contactUs(decidedUs))}, ${this.measure.failurePermille(decidedUs, 0).permille.toFixed(0)} ‰ of calls failed, ${this.measure.tripCount(decidedUs, 0)} circuits opened.`,
    ]);
  }

  /** Better: nothing holds any more, and that has been so for long enough. */
  private improve(
    m: ModeObservation,
    inputs: Readonly<Record<string, Json>>,
    forUs: number,
    timeUs: number,
  ): Explanation | null {
    const worst = worstTrigger(inputs as unknown as ModeInputs, this.p.policy);
    const isHeld = m.from === 'floor' ? worst?.enters === 'floor' : worst !== null;
    const head = `It went from ${m.from} to ${m.to} ${when(timeUs)}`;
    if (isHeld) return this.broken(timeUs, [`${head} although ${worst?.when}.`]);
    const leastUs = m.to === 'target' ? this.p.policy.stableUs : this.p.settledUs;
    // A node's clock may run fast by a thousandth.
    if (forUs * 1.002 + slackUs >= leastUs) return null;
    return this.broken(timeUs, [
      `${head} after ${formatDuration(Math.round(forUs))}; ${formatDuration(leastUs)} without a cause are needed.`,
    ]);
  }

  private noteFailing(timeUs: number): void {
    const { permille, sent } = this.measure.failurePermille(timeUs, 0);
    if (permille > 600 && sent >= 20) this.failingSinceUs ??= timeUs;
    else this.failingSinceUs = null;
  }

  /** The node is at work now: has a trigger held for so long that it must have acted? */
  private missed(timeUs: number): Explanation | null {
    if (this.mode === null || this.mode === 'floor') return null;
    const { policy, warmUpUs } = this.p;
    const contactUs = this.measure.contactUs(timeUs);
    const configUs = this.measure.configUs(timeUs);
    const floorUs = earliest(contactUs + policy.registryLostUs, this.failingSinceUs);
    if (this.isOverdue(floorUs, timeUs)) return this.late('floor', floorUs, timeUs);
    if (this.mode === 'degraded') return null;
    const staleUs = Math.min(contactUs + policy.freshUs, configUs + policy.propagationUs);
    const degradedUs = earliest(staleUs, this.measure.shortSinceUs(warmUpUs));
    return this.isOverdue(degradedUs, timeUs) ? this.late('degraded', degradedUs, timeUs) : null;
  }

  /** Time in which the node stood still, or in which it said nothing for its disk, does not count. */
  private isOverdue(sinceUs: number, timeUs: number): boolean {
    let fromUs = Math.max(sinceUs, this.enteredUs);
    for (const s of this.impaired) {
      if (s.fromUs > timeUs) continue;
      if (s.toUs >= timeUs) return false;
      fromUs = Math.max(fromUs, s.toUs);
    }
    return timeUs - fromUs > this.p.lateUs + this.p.protocolUs;
  }

  private late(to: Mode, sinceUs: number, timeUs: number): Explanation {
    const contactUs = this.measure.contactUs(timeUs);
    return this.broken(timeUs, [
      `It is still in ${this.mode ?? 'an unknown mode'} ${when(timeUs)}, but what calls for ${to} has held since ${formatDuration(Math.round(sinceUs))}.`,
      `The registry was last reached ${when(contactUs)}.`,
    ]);
  }

  private broken(atUs: number, sentences: readonly string[]): Explanation {
    return { atUs, sentences: [`${nameNode(this.program, this.node)}:`, ...sentences], ops: [] };
  }
}

function earliest(a: number, b: number | null): number {
  return b === null ? a : Math.min(a, b);
}
