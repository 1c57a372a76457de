/** One node's way through Recovery, held against the steps of the matrix. */
import { formatDuration } from '../core/duration.ts';
import type { Evidence } from '../core/evidence.ts';
import type { ObservationEvent } from '../core/history.ts';
import type { NodeId } from '../core/host.ts';
import { recoverySteps } from '../core/mode.ts';
import type { Mode, RecoveryStep } from '../core/mode.ts';
import type { ModeObservation } from '../core/observation.ts';
import type { Program } from '../core/program.ts';
import type { Explanation } from '../core/verdict.ts';
import type { ModeParameters } from './mode-parameters.ts';
import { ModeTrack } from './mode-track.ts';
import type { NodeWatch } from './node-watches.ts';
import { Proofs } from './recovery-proofs.ts';
import { nameNode, when } from './words.ts';

/** A step that began; times by the node's own clock. */
interface Begun {
  readonly index: number;
  readonly step: RecoveryStep;
  readonly beganUs: number;
}

const last = recoverySteps.length - 1;

export class RecoveryWatch implements NodeWatch {
  private readonly node: NodeId;
  private readonly p: ModeParameters;
  private readonly program: Program;
  private readonly track: ModeTrack;
  private proofs: Proofs;
  /** When Recovery began and the step that it is at, by the node's own clock; null: none yet. */
  private recoveryUs = 0;
  private at: Begun | null = null;
  hasSpoken = false;
  recoveries = 0;
  steps = 0;

  constructor(node: NodeId, p: ModeParameters, program: Program) {
    this.node = node;
    this.p = p;
    this.program = program;
    this.track = new ModeTrack(p.slackUs);
    this.proofs = this.fresh();
  }

  process(isUp: boolean, timeUs: number): void {
    this.track.process(isUp, timeUs);
    this.proofs = this.fresh();
    this.at = null;
  }

  observe(e: ObservationEvent): Explanation | null {
    const { value, timeUs, node } = e;
    const from = this.track.mode;
    this.track.observe(e);
    this.proofs.observe(e);
    if (value.kind === 'mode') return this.change(value, timeUs);
    if (value.kind !== 'evidence' || value.evidence.issuer !== node) return null;
    this.hasSpoken ||= value.evidence.kind === 'registry-contact';
    // Who was in Recovery when its process ended begins anew.
    if (value.evidence.kind === 'mode') this.at = null;
    return value.evidence.kind === 'recovery' ? this.begin(value.evidence, from, timeUs) : null;
  }

  private fresh(): Proofs {
    return new Proofs(this.node, this.program);
  }

  private change(m: ModeObservation, timeUs: number): Explanation | null {
    this.hasSpoken = true;
    const { at } = this;
    this.at = null;
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
    this.at = { index, step, beganUs: e.issuedUs };
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

  /** Sentences when the step `at` had not shown by `nowUs`, of the node's clock, what it must. */
  private unproven(at: Begun, nowUs: number, timeUs: number, head: string): Explanation | null {
    const lacking = this.proofs.lacking(at.step.proof, {
      p: this.p,
      nowUs,
      beganUs: at.beganUs,
      recoveryUs: this.recoveryUs,
    });
    if (lacking === null) return null;
    return this.broken(timeUs, [
      `${head}, so ${at.step.step} should have shown that ${at.step.shows}.`,
      `By its own clock Recovery began ${when(this.recoveryUs)} and that step ${when(at.beganUs)}; it ended after ${formatDuration(nowUs - at.beganUs)}: ${lacking}.`,
    ]);
  }

  private broken(atUs: number, sentences: readonly string[]): Explanation {
    return { atUs, sentences: [`${nameNode(this.program, this.node)}:`, ...sentences], ops: [] };
  }
}
