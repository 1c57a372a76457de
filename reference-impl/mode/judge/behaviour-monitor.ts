/** What one node does, held against what the matrix says of the mode that it is in. */
import { formatDuration, nameNode, when } from '../../../harness/spec.ts';
import type { Explanation, NodeMonitor, ObservationEvent } from '../../../harness/spec.ts';
import type { Evidence } from '../../evidence/observations.ts';
import type { Mode } from '../matrix.ts';
import type { ModeBehaviours, Modes } from '../member.ts';
import type { CircuitObservation } from '../../breaker/observations.ts';
import type { RoutedObservation } from '../../service-client/observations.ts';
import { ModeCalls } from './calls.ts';
import { ModeTrack } from './track.ts';
import type { JudgedNode } from './parameters.ts';
import { Ramp } from './ramp.ts';

export class BehaviourMonitor implements NodeMonitor {
  private readonly o: JudgedNode;
  private readonly behaviours: Modes['behaviours'];
  private readonly dependencies: readonly string[];
  private readonly track: ModeTrack;
  private readonly ramp: Ramp;
  private readonly calls: ModeCalls;
  /** Services whose circuits the mode holds open, and those whose circuits are not closed. */
  private readonly forced = new Set<string>();
  private readonly open = new Set<string>();
  /** How many instances the node says it checks, and since when that has been wrong; null: it is right. */
  private checking = 0;
  private wronglyCheckingUs: number | null = null;
  /** Calls that were judged. */
  judged = 0;

  constructor(parts: JudgedNode, { behaviours }: Modes) {
    this.o = parts;
    this.behaviours = behaviours;
    this.dependencies = parts.program.shape.nodes[parts.node]?.calls ?? [];
    this.track = new ModeTrack(parts.p.slackUs);
    this.ramp = new Ramp(parts.p.slackUs);
    this.calls = new ModeCalls(parts, behaviours);
  }

  process(isUp: boolean, timeUs: number): void {
    this.track.process(isUp, timeUs);
    this.calls.forget();
    this.forced.clear();
    this.open.clear();
    this.checking = 0;
    this.wronglyCheckingUs = null;
  }

  observe(e: ObservationEvent): Explanation | null {
    const { value, timeUs } = e;
    const broken = this.steady(timeUs) ?? this.follow(e);
    if (broken !== null) return broken;
    if (value.kind === 'circuit') this.circuit(value);
    else if (value.kind === 'discovered') this.calls.list(value);
    else if (value.kind === 'evidence') return this.evidence(value.evidence, timeUs);
    return value.kind === 'routed' ? this.routed(value, timeUs) : null;
  }

  /** What lasts: the mode has been in force for long enough that it must show. */
  private steady(timeUs: number): Explanation | null {
    const { mode, enteredUs } = this.track;
    if (mode === null || timeUs <= enteredUs + this.o.p.slackUs) return null;
    return this.checkForced(mode, timeUs) ?? this.checkChecks(mode, timeUs);
  }

  private checkForced(mode: Mode, timeUs: number): Explanation | null {
    if (!this.behaviours[mode].breaker.isForcedOpen) {
      const [held] = this.forced;
      if (held === undefined) return null;
      return this.wrong(mode, timeUs, `Its circuit to ${held} is held open by the mode.`);
    }
    const free = this.dependencies.find((s) => !this.forced.has(s));
    if (free === undefined) return null;
    return this.wrong(mode, timeUs, `Its circuit to ${free} is not held open.`);
  }

  private checkChecks(mode: Mode, timeUs: number): Explanation | null {
    if (!this.isWronglyChecking(this.behaviours[mode])) {
      this.wronglyCheckingUs = null;
      return null;
    }
    this.wronglyCheckingUs ??= timeUs;
    const { p, node, stopped } = this.o;
    const boundUs = 2 * p.refreshUs + p.protocolUs;
    if (!stopped.isOverdue(node, this.wronglyCheckingUs, boundUs, timeUs)) return null;
    return this.wrong(mode, timeUs, `It checks ${this.checking} instances.`);
  }

  /** HealthChecks are on where they must be off; or off, though there is somebody to be checked. */
  private isWronglyChecking({ 'health-checks': { isChecked } }: ModeBehaviours): boolean {
    if (!isChecked) return this.checking > 0;
    return this.checking === 0 && this.dependencies.some((s) => this.calls.hasOther(s));
  }

  /** A change of mode ends the step of Recovery that was under way. */
  private follow(e: ObservationEvent): Explanation | null {
    const { mode, enteredUs } = this.track;
    this.track.observe(e);
    if (this.track.mode === mode && this.track.enteredUs === enteredUs) return null;
    this.calls.enter();
    this.wronglyCheckingUs = null;
    return this.broken(e.timeUs, this.ramp.end());
  }

  private circuit(c: CircuitObservation): void {
    if (c.isForced && c.to === 'open') this.forced.add(c.service);
    else this.forced.delete(c.service);
    if (c.to === 'closed') this.open.delete(c.service);
    else this.open.add(c.service);
  }

  private evidence(e: Evidence, timeUs: number): Explanation | null {
    if (e.issuer !== this.o.node) return null;
    if (e.kind === 'recovery') return this.broken(timeUs, this.ramp.begin(e.subject, timeUs));
    if (e.kind === 'health' && typeof e.value === 'object') this.checking = e.value.checking;
    return null;
  }

  private routed(r: RoutedObservation, timeUs: number): Explanation | null {
    const { mode, enteredUs } = this.track;
    // What was sent when the mode changed, or before, was sent by another's rules.
    const sentUs = timeUs - r.tookUs;
    if (mode === null || sentUs <= enteredUs + this.o.p.slackUs) return null;
    this.judged += 1;
    const wrong = this.calls.wrong(r, mode, timeUs);
    if (wrong !== null) return this.wrong(mode, timeUs, wrong);
    // While a circuit is tried out, the calls that do so come on top of the ramp.
    return this.open.size > 0 ? null : this.broken(timeUs, this.ramp.call(r, sentUs));
  }

  private wrong(mode: Mode, timeUs: number, sentence: string): Explanation | null {
    const since = formatDuration(this.track.enteredUs);
    return this.broken(timeUs, [`It is in ${mode} ${when(timeUs)}, since ${since}.`, sentence]);
  }

  private broken(atUs: number, sentences: readonly string[] | null): Explanation | null {
    if (sentences === null) return null;
    const who = nameNode(this.o.program, this.o.node);
    return { atUs, sentences: [`${who}:`, ...sentences], ops: [] };
  }
}
