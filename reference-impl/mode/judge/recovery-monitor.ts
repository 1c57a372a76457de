/** One node's way through Recovery, held against the steps of the matrix. */
import { formatDuration, nameNode, when } from '../../../harness/spec.ts';
import type { Explanation, NodeMonitor, ObservationEvent } from '../../../harness/spec.ts';
import type { Evidence } from '../../evidence/observations.ts';
import { recoverySteps } from '../matrix.ts';
import type { Mode, RecoveryStep } from '../matrix.ts';
import type { ModeObservation } from '../observations.ts';
import { ModeTrack } from './track.ts';
import type { JudgedNode } from './parameters.ts';
import { Proofs } from './recovery-proofs.ts';

/** A step that began. */
interface Begun {
  readonly index: number;
  readonly step: RecoveryStep;
  /** By the node's own clock, and by true time. */
  readonly beganUs: number;
  readonly toldUs: number;
}

const last = recoverySteps.length - 1;

export class RecoveryMonitor implements NodeMonitor {
  private readonly o: JudgedNode;
  private readonly track: ModeTrack;
  private proofs: Proofs;
  /** When Recovery began by the node's own clock; the step that it is at, null: none. */
  private recoveryUs = 0;
  private at: Begun | null = null;
  /** Since when that step has shown what it must; null: it has not. */
  private shownUs: number | null = null;
  hasSpoken = false;
  recoveries = 0;
  steps = 0;

  constructor(parts: JudgedNode) {
    this.o = parts;
    this.track = new ModeTrack(parts.p.slackUs);
    this.proofs = this.fresh();
  }

  process(isUp: boolean, timeUs: number): void {
    this.track.process(isUp, timeUs);
    this.proofs = this.fresh();
    this.go(null);
  }

  observe(e: ObservationEvent): Explanation | null {
    const { value, timeUs, node } = e;
    const stuck = this.stuck(timeUs);
    if (stuck !== null) return stuck;
    const from = this.track.mode;
    this.track.observe(e);
    this.proofs.observe(e);
    if (value.kind === 'mode') return this.change(value, timeUs);
    if (value.kind !== 'evidence' || value.evidence.issuer !== node) return null;
    this.hasSpoken ||= value.evidence.kind === 'registry-contact';
    // Who was in Recovery when its process ended begins anew.
    if (value.evidence.kind === 'mode') this.go(null);
    return value.evidence.kind === 'recovery' ? this.begin(value.evidence, from, timeUs) : null;
  }

  private fresh(): Proofs {
    return new Proofs(this.o.node, this.o.program);
  }

  private go(at: Begun | null): void {
    this.at = at;
    this.shownUs = null;
  }

  private change(m: ModeObservation, timeUs: number): Explanation | null {
    this.hasSpoken = true;
    const { at } = this;
    this.go(null);
    if (m.from !== 'recovery' || m.to !== 'target') return null;
    const decidedUs = Math.max(...m.because.map((b) => b.issuedUs));
    const head = `It went from recovery to target ${when(timeUs)}`;
    if (at === null) return this.broken(timeUs, [`${head} without a single step of Recovery.`]);
    if (at.index !== last) {
      const next = recoverySteps[at.index + 1]?.step;
      return this.broken(timeUs, [
        `${head}, but ${at.step.step} was its last step: ${next} comes next.`,
      ]);
    }
    return this.unproven(at, decidedUs, timeUs, head);
  }

  private begin(e: Evidence, mode: Mode | null, timeUs: number): Explanation | null {
    const index = recoverySteps.findIndex((s) => s.step === e.subject);
    const step = recoverySteps[index];
    const head = `It began the step ${e.subject} ${when(timeUs)}`;
    if (step === undefined) return this.broken(timeUs, [`${head}, which is none of Recovery.`]);
    if (mode !== null && mode !== 'recovery') {
      return this.broken(timeUs, [`${head}, but it was in ${mode}.`]);
    }
    const before = this.at;
    this.go({ index, step, beganUs: e.issuedUs, toldUs: timeUs });
    this.steps += 1;
    if (index === 0) {
      this.recoveries += 1;
      this.recoveryUs = e.issuedUs;
    }
    const expected = before === null ? 0 : before.index + 1;
    if (index !== expected) {
      const due = recoverySteps[expected]?.step ?? 'Target';
      const what = before === null ? 'nothing' : before.step.step;
      return this.broken(timeUs, [`${head} after ${what}; ${due} comes next.`]);
    }
    return before === null ? null : this.unproven(before, e.issuedUs, timeUs, head);
  }

  /** The step has shown all it must, and yet nothing follows. */
  private stuck(timeUs: number): Explanation | null {
    const { at } = this;
    const { p, node, stopped } = this.o;
    if (at === null || this.track.mode !== 'recovery') return null;
    // How far the node's clock is by now: what it takes for a time may be a thousandth longer.
    const nowUs = at.beganUs + (timeUs - at.toldUs) / 1.002;
    const { beganUs } = at;
    const times = { p, recoveryUs: this.recoveryUs, beganUs, nowUs, lastedUs: Infinity };
    if (this.proofs.lacking(at.step.proof, times) !== null) {
      this.shownUs = null;
      return null;
    }
    this.shownUs ??= timeUs;
    if (!stopped.isOverdue(node, this.shownUs, p.lateUs + p.protocolUs, timeUs)) return null;
    const next = recoverySteps[at.index + 1]?.step ?? 'Target';
    return this.broken(timeUs, [
      `It is still at the step ${at.step.step} of Recovery ${when(timeUs)}; ${next} comes next.`,
      `Since ${formatDuration(this.shownUs)} it has shown that ${at.step.shows}.`,
    ]);
  }

  /** Sentences when the step `at` had not shown by `nowUs`, of the node's clock, what it must. */
  private unproven(at: Begun, nowUs: number, timeUs: number, head: string): Explanation | null {
    const { beganUs } = at;
    const times = { p: this.o.p, recoveryUs: this.recoveryUs, beganUs, nowUs, lastedUs: beganUs };
    const lacking = this.proofs.lacking(at.step.proof, times);
    if (lacking === null) return null;
    return this.broken(timeUs, [
      `${head}, so ${at.step.step} should have shown that ${at.step.shows}.`,
      `By its own clock Recovery began ${when(this.recoveryUs)} and that step ${when(at.beganUs)}; it ended after ${formatDuration(nowUs - at.beganUs)}: ${lacking}.`,
    ]);
  }

  private broken(atUs: number, sentences: readonly string[]): Explanation {
    const who = nameNode(this.o.program, this.o.node);
    return { atUs, sentences: [`${who}:`, ...sentences], ops: [] };
  }
}
