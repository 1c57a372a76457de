/**
 * The mode machine (requirements M, M1, M2): Target, Degraded, Floor, Recovery.
 *
 * A node evaluates the matrix over its own evidence once a second. It gets worse at once and better
 * only with proof: a cause must have been gone for a while, and then Recovery shows step by step that
 * all is well. The mode is on disk: whoever crashed on the Floor does not wake up in Target.
 */
import { assert, unreachable } from '../../harness/core/assert.ts';
import { isInForce } from '../evidence/observations.ts';
import type { Evidence } from '../evidence/observations.ts';
import type {
  Call,
  Component,
  Description,
  Effects,
  Json,
  NodeId,
  Rec,
  World,
} from '../../harness/core/host.ts';
import type { Observation } from '../../harness/core/observation.ts';
import { recoverySteps } from './matrix.ts';
import type { Mode, ModePolicy, ModeRow, RecoveryProof, RecoveryStep } from './matrix.ts';
import { worstTrigger } from './member.ts';
import type { ModeInputs, Modes, ModeTrigger } from './member.ts';
import type { EvidenceObservation } from '../evidence/observations.ts';
import type { ModeObservation } from './observations.ts';
import type { NodeConfig } from '../../harness/core/system.ts';
import { scaled, standardPolicy } from '../config.ts';
import type { Policy } from '../config.ts';
import { Gauge } from './gauge.ts';
import { Proofs } from './proofs.ts';
import { isShown } from './recovery.ts';
import type { StepFacts } from './recovery.ts';

interface ModeFacts {
  readonly mode: Mode;
  /** The worst trigger that holds now, or null. */
  readonly worst: ModeTrigger | null;
  /** The cause of this mode has been gone for long enough. */
  readonly isSettled: boolean;
  /** All steps of Recovery are done. */
  readonly isRecovered: boolean;
}

/** What the machine decides; a mutant overrides it. */
export interface ModeRules {
  nextMode(f: ModeFacts): Mode;
  /** The worst trigger of the matrix that holds, or null. */
  worst(matrix: readonly ModeTrigger[], i: ModeInputs, p: ModePolicy): ModeTrigger | null;
  /** What Recovery does, in order. */
  readonly steps: readonly RecoveryStep[];
  /** Has a step shown what it must? */
  isShown(proof: RecoveryProof, f: StepFacts): boolean;
  /** May a decision made at `nowUs` rest on this evidence? */
  mayUse(e: Evidence, nowUs: number): boolean;
}

export const modeRules: ModeRules = {
  nextMode({ mode, worst, isSettled, isRecovered }) {
    switch (mode) {
      case 'target':
        return worst?.enters ?? 'target';
      case 'degraded':
        if (worst?.enters === 'floor') return 'floor';
        return isSettled ? 'recovery' : 'degraded';
      case 'floor':
        return isSettled ? 'recovery' : 'floor';
      case 'recovery':
        if (worst !== null) return worst.enters;
        return isRecovered ? 'target' : 'recovery';
      default:
        return unreachable(mode);
    }
  },
  worst: worstTrigger,
  steps: recoverySteps,
  isShown,
  mayUse: isInForce,
};

/** The mode machine of node `config.id`. Call `mode` tells where it stands. */
export function createMode(config: NodeConfig, rules: ModeRules, modes: Modes): Component {
  return new ModeMachine(config, rules, modes);
}

interface ModeRecord extends Rec {
  readonly kind: 'mode';
  readonly mode: Mode;
}

const evaluateTimer = 0;

class ModeMachine implements Component {
  private readonly self: NodeId;
  private readonly policy: Policy;
  private readonly rules: ModeRules;
  private readonly matrix: readonly ModeTrigger[];
  private readonly gauge: Gauge;
  private readonly proofs: Proofs;
  private mode: Mode = 'target';
  private sinceUs = 0;
  /** Since when nothing keeps the node in its mode; null while something does. */
  private clearUs: number | null = null;
  /** Position in the steps of Recovery, and when that step began. Past the end: recovered. */
  private step = 0;
  private stepUs = 0;

  constructor(config: NodeConfig, rules: ModeRules, modes: Modes) {
    this.self = config.id;
    this.policy = scaled(standardPolicy, config.settings.policyDivisor);
    this.rules = rules;
    this.matrix = modes.matrix;
    this.gauge = new Gauge(config, this.policy, modes);
    this.proofs = new Proofs(config);
  }

  start(records: Iterable<Rec>, w: World, fx: Effects): void {
    for (const r of records) this.mode = (r as ModeRecord).mode;
    this.sinceUs = w.nowUs;
    this.gauge.start(w.nowUs);
    // Siblings that start anew must know what mode they are in.
    if (this.mode !== 'target') observeEvidence(this.modeEvidence(w), fx);
    if (this.mode === 'recovery') this.beginStep(0, w, fx);
    fx.setTimer(evaluateTimer, this.policy.mode.evaluateUs);
  }

  message(): void {}

  describe(): Description {
    const step = recoverySteps[this.step]?.step;
    return {
      mode: this.mode === 'recovery' && step !== undefined ? `recovery, ${step}` : this.mode,
    };
  }

  call(c: Call, w: World, fx: Effects): void {
    if (c.f !== 'mode') {
      return fx.reply(c.id, { type: 'fail', error: `the mode machine knows no ${c.f}` });
    }
    const inputs = this.gauge.inputs(w.nowUs);
    const value: Json = {
      mode: this.mode,
      sinceUs: this.sinceUs,
      step: this.mode === 'recovery' ? (this.rules.steps[this.step]?.step ?? null) : null,
      trigger: this.rules.worst(this.matrix, inputs, this.policy.mode)?.id ?? null,
      inputs: { ...inputs },
    };
    fx.reply(c.id, { type: 'ok', value });
  }

  timer(_kind: number, _arg: number, w: World, fx: Effects): void {
    this.evaluate(w, fx);
    fx.setTimer(evaluateTimer, this.policy.mode.evaluateUs);
  }

  durable(): void {}

  observed(e: Observation, w: World): void {
    this.gauge.observed(e, w.nowUs);
    this.proofs.observed(e, w.nowUs);
  }

  private evaluate(w: World, fx: Effects): void {
    const inputs = this.gauge.inputs(w.nowUs);
    const worst = this.rules.worst(this.matrix, inputs, this.policy.mode);
    this.noteClear(worst, w.nowUs);
    if (this.mode === 'recovery' && worst === null) this.advance(w, fx);
    const isSettled =
      this.clearUs !== null && w.nowUs - this.clearUs >= this.policy.recovery.settledUs;
    const isRecovered = this.mode === 'recovery' && this.step >= this.rules.steps.length;
    const to = this.rules.nextMode({ mode: this.mode, worst, isSettled, isRecovered });
    if (to !== this.mode) this.enter(to, worst, inputs, w, fx);
  }

  /** On the Floor it is enough that no cause of a Floor is left; Recovery sees the others. */
  private noteClear(worst: ModeTrigger | null, nowUs: number): void {
    const isHeld = this.mode === 'floor' ? worst?.enters === 'floor' : worst !== null;
    if (isHeld) this.clearUs = null;
    else this.clearUs ??= nowUs;
  }

  private enter(
    to: Mode,
    worst: ModeTrigger | null,
    inputs: ModeInputs,
    w: World,
    fx: Effects,
  ): void {
    const isWorse = to === 'degraded' || to === 'floor';
    assert(!isWorse || worst !== null, 'who gets worse has a reason', { from: this.mode, to });
    const e: ModeObservation = {
      kind: 'mode',
      from: this.mode,
      to,
      row: isWorse && worst !== null ? worst.row : 'all',
      trigger: isWorse && worst !== null ? worst.id : to === 'recovery' ? 'cause-gone' : 'stable',
      because: this.because(isWorse ? worst : null, inputs, w),
    };
    this.mode = to;
    this.sinceUs = w.nowUs;
    this.clearUs = null;
    const record: ModeRecord = { kind: 'mode', mode: to };
    fx.persist(record);
    fx.observe(e);
    if (to === 'recovery') this.beginStep(0, w, fx);
  }

  /** Goes on through all steps that are done already. */
  private advance(w: World, fx: Effects): void {
    const { proofs, policy, sinceUs: recoveryUs } = this;
    for (const { proof } of this.rules.steps.slice(this.step)) {
      const facts = { proofs, policy, nowUs: w.nowUs, beganUs: this.stepUs, recoveryUs };
      if (!this.rules.isShown(proof, facts)) return;
      this.beginStep(this.step + 1, w, fx);
    }
  }

  private beginStep(step: number, w: World, fx: Effects): void {
    this.step = step;
    this.stepUs = w.nowUs;
    const s = this.rules.steps[step];
    if (s === undefined) return;
    const evidence: Evidence = {
      ...this.claim(w),
      kind: 'recovery',
      subject: s.step,
      binding: this.rules.steps[step - 1]?.shows ?? 'the cause has gone',
      value: { step: s.step, sharePermille: s.sharePermille },
      lifetimeUs: this.policy.mode.stableUs,
    };
    observeEvidence(evidence, fx);
  }

  /** The figures that decided, and the evidence behind the row that they are about. */
  private because(worst: ModeTrigger | null, inputs: ModeInputs, w: World): Evidence[] {
    const figures: Evidence = {
      ...this.claim(w),
      kind: 'mode',
      subject: 'inputs',
      binding: worst?.when ?? 'no trigger of the matrix holds',
      value: { ...inputs },
      lifetimeUs: this.policy.mode.evaluateUs,
    };
    return [figures, ...(worst === null ? [] : this.evidenceOf(worst.row, w.nowUs))];
  }

  private evidenceOf(row: ModeRow, nowUs: number): Evidence[] {
    return this.gauge.behind(row).filter((e) => this.rules.mayUse(e, nowUs));
  }

  private modeEvidence(w: World): Evidence {
    return {
      ...this.claim(w),
      kind: 'mode',
      subject: 'node',
      binding: 'found on disk',
      value: this.mode,
      lifetimeUs: this.policy.mode.stableUs,
    };
  }

  private claim(
    w: World,
  ): Pick<Evidence, 'scope' | 'issuer' | 'issuedUs' | 'freshness' | 'staleUsMax'> {
    return {
      scope: 'local',
      issuer: this.self,
      issuedUs: w.nowUs,
      freshness: 'fresh',
      staleUsMax: 0,
    };
  }
}

function observeEvidence(evidence: Evidence, fx: Effects): void {
  const e: EvidenceObservation = { kind: 'evidence', evidence };
  fx.observe(e);
}
