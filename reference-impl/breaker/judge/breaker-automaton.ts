/** The automaton of one circuit, held against what was observed of it and of its calls. */
import {
  doesAny,
  doesOnly,
  formatDuration,
  instancesOf,
  nameNode,
  when,
} from '../../../harness/spec.ts';
import type { Explanation, FaultSpan, NodeId, Program } from '../../../harness/spec.ts';
import type { CircuitObservation, CircuitState } from '../observations.ts';
import type { RoutedObservation } from '../../service-client/observations.ts';

export interface ResilienceParameters {
  /** This many failures within the window must open a circuit, and nothing less may. */
  readonly failureThreshold: number;
  /** Policy times, µs; divided outside simulation. */
  readonly windowUs: number;
  readonly openUs: number;
  /** Once faults are over, circuits are closed again after this if calls are made: leases and health. */
  readonly recoverUs: number;
  readonly halfOpenProbes: number;
  /** Between a cause and what is observed of it, µs. Never divided. */
  readonly slackUs: number;
}

/** What one client did towards one service, in order. */
export interface Dealings {
  readonly client: NodeId;
  readonly service: string;
  readonly events: readonly {
    readonly timeUs: number;
    /** Null: the client's process started or died. */
    readonly value: CircuitObservation | RoutedObservation | null;
  }[];
}

export interface CircuitOptions extends ResilienceParameters {
  /** A call that was let out has ended after this. */
  readonly deadlineUs: number;
  readonly healedUs: number;
  readonly spans: readonly FaultSpan[];
  readonly program: Program;
}

const successors: Readonly<Record<CircuitState, readonly CircuitState[]>> = {
  closed: ['open'],
  open: ['half-open'],
  'half-open': ['closed', 'open'],
};

/** More than any threshold. */
const failuresKept = 64;

export class CircuitMonitor {
  private readonly d: Dealings;
  private readonly o: CircuitOptions;
  private state: CircuitState = 'closed';
  private sinceUs = 0;
  /** The mode holds it open: neither causes nor patience count, and a call may go past it. */
  private isForced = false;
  /** When it was last half open. */
  private probingUs = 0;
  /** When the process started: a call from before that is nobody's. */
  private bornUs = 0;
  /** Calls that ended badly since the process started. */
  private failures: { readonly atUs: number; readonly sentUs: number }[] = [];
  /** In the present half-open period: calls that ended, and the first one refused. */
  private probes = 0;
  private hasProbesOut = false;
  private firstRefusedUs = -1;
  calls = 0;
  openings = 0;

  constructor(dealings: Dealings, options: CircuitOptions) {
    this.d = dealings;
    this.o = options;
  }

  judge(): Explanation | null {
    for (let i = 0; i < this.d.events.length; i++) {
      const { timeUs, value } = this.d.events[i] as Dealings['events'][number];
      if (value === null) {
        this.restart(timeUs);
        continue;
      }
      const explanation =
        value.kind === 'circuit' ? this.change(value, timeUs, i) : this.call(value, timeUs, i);
      if (explanation !== null) return explanation;
    }
    return null;
  }

  private restart(timeUs: number): void {
    this.state = 'closed';
    this.sinceUs = timeUs;
    this.isForced = false;
    this.bornUs = timeUs;
    this.failures = [];
    this.probes = 0;
    this.firstRefusedUs = -1;
  }

  private change(c: CircuitObservation, timeUs: number, at: number): Explanation | null {
    const from = this.state;
    const forUs = timeUs - this.sinceUs;
    if (c.isForced) return this.force(c, timeUs);
    if (this.isForced || c.from !== from || !successors[from].includes(c.to)) {
      return this.broken(timeUs, [
        `Its circuit went from ${c.from} to ${c.to} ${when(timeUs)}, but it had been ${from} since ${formatDuration(this.sinceUs)}.`,
      ]);
    }
    this.state = c.to;
    this.sinceUs = timeUs;
    // Probes that are still out when one of them has failed end while it is open again.
    this.hasProbesOut = from === 'half-open' && c.to === 'open';
    if (!this.hasProbesOut) this.probes = 0;
    this.firstRefusedUs = -1;
    if (c.to === 'half-open') {
      this.probingUs = timeUs;
      return this.checkPatience(forUs, timeUs);
    }
    if (c.to === 'closed') return null;
    this.openings += 1;
    if (from === 'half-open') return this.checkProbeFailed(forUs, timeUs, at);
    return this.checkCause(timeUs, at) ?? this.checkSpread(timeUs);
  }

  /**
   * The mode holds it open, or lets go of it. Whether the mode may is `mode-behaviours`' to say; the
   * automaton goes on from half open as from any other.
   */
  private force(c: CircuitObservation, timeUs: number): Explanation | null {
    const isHeld = c.to === 'open' && !this.isForced;
    const isReleased = c.to === 'half-open' && this.isForced;
    if (c.from !== this.state || !(isHeld || isReleased)) {
      return this.broken(timeUs, [
        `The mode turned its circuit from ${c.from} to ${c.to} ${when(timeUs)}, but it was ${this.state}${this.isForced ? ' and held open' : ''}.`,
      ]);
    }
    this.isForced = isHeld;
    this.state = c.to;
    this.sinceUs = timeUs;
    this.probingUs = timeUs;
    this.probes = 0;
    this.hasProbesOut = false;
    this.firstRefusedUs = -1;
    return null;
  }

  /** An open circuit gives rest for its whole time; half of it leaves room for clocks and rounding. */
  private checkPatience(forUs: number, timeUs: number): Explanation | null {
    if (forUs * 2 >= this.o.openUs) return null;
    return this.broken(timeUs, [
      `Its circuit was open for ${formatDuration(forUs)} only ${when(timeUs)}; ${formatDuration(this.o.openUs)} is its time.`,
    ]);
  }

  /** Opened for a reason: as many failures as the threshold, within the window. */
  private checkCause(timeUs: number, at: number): Explanation | null {
    const fromUs = timeUs - this.o.windowUs - this.o.slackUs;
    const before = this.failures.filter((f) => f.atUs >= fromUs).length;
    // The call that tipped it over ends in the same handler, after the circuit.
    const failures = before + this.failuresAt(timeUs, at);
    if (failures >= this.o.failureThreshold) return null;
    return this.broken(timeUs, [
      `Its circuit opened ${when(timeUs)} after ${failures} failures in ${formatDuration(this.o.windowUs)}; ${this.o.failureThreshold} is the threshold.`,
    ]);
  }

  private failuresAt(timeUs: number, at: number): number {
    let n = 0;
    for (let i = at + 1; i < this.d.events.length; i++) {
      const e = this.d.events[i] as Dealings['events'][number];
      if (e.timeUs > timeUs + this.o.slackUs || e.value === null) break;
      if (e.value.kind === 'routed' && isFailure(e.value)) n += 1;
    }
    return n;
  }

  private checkProbeFailed(forUs: number, timeUs: number, at: number): Explanation | null {
    const fromUs = timeUs - forUs - this.o.slackUs;
    const hasFailed =
      this.failures.some((f) => f.atUs >= fromUs) || this.failuresAt(timeUs, at) > 0;
    if (hasFailed) return null;
    return this.broken(timeUs, [
      `Its circuit opened again ${when(timeUs)}, but no probe had failed since it was half open.`,
    ]);
  }

  /**
   * The blast radius: while only service nodes stand still, a circuit opens towards their services
   * and no further. Whoever calls them has to answer without them.
   */
  private checkSpread(timeUs: number): Explanation | null {
    const { spans, program, windowUs, deadlineUs, slackUs } = this.o;
    const fromUs = timeUs - windowUs - deadlineUs - slackUs;
    const recent = spans.filter((s) => s.fromUs <= timeUs && s.toUs >= fromUs);
    const isLocal = recent.every(
      (s) =>
        doesOnly(s.kind, 'ends-nodes', 'stops-nodes') &&
        s.nodes.every((n) => program.shape.nodes[n]?.service !== undefined),
    );
    const hit = new Set(recent.flatMap((s) => s.nodes));
    const concerns = [...instancesOf(program.shape, this.d.service), this.d.client];
    if (!isLocal || recent.length === 0 || concerns.some((n) => hit.has(n))) return null;
    const names = [...hit].map((n) => nameNode(program, n)).join(', ');
    return this.broken(timeUs, [
      `Its circuit opened ${when(timeUs)} although only ${names} stood still, none of them an instance of ${this.d.service}.`,
    ]);
  }

  private call(r: RoutedObservation, timeUs: number, at: number): Explanation | null {
    this.calls += 1;
    if (r.outcome === 'no-instance' || r.outcome === 'shed') return null;
    if (r.outcome === 'refused') return this.refused(timeUs);
    if (this.isForced) return null;
    const sentUs = timeUs - r.tookUs;
    // Sent before the state changed: it says nothing about the state.
    const isLate = sentUs <= this.sinceUs + this.o.slackUs;
    if (isFailure(r)) this.failed(timeUs, sentUs);
    if (this.state === 'closed') return this.mustOpen(timeUs, at);
    if (this.state === 'open') {
      if (isLate) return this.hasProbesOut ? this.probed(r, timeUs) : null;
      return this.broken(timeUs, [
        `A call was let out and ended ${when(timeUs)} although its circuit was open since ${formatDuration(this.sinceUs)}.`,
      ]);
    }
    return this.probed(r, timeUs);
  }

  private failed(atUs: number, sentUs: number): void {
    if (this.failures.length >= failuresKept) this.failures.shift();
    this.failures.push({ atUs, sentUs });
  }

  private probed(r: RoutedObservation, timeUs: number): Explanation | null {
    // Sent before it was half open: no probe.
    if (timeUs - r.tookUs < this.probingUs) return null;
    this.probes += 1;
    if (this.probes <= this.o.halfOpenProbes) return null;
    return this.broken(timeUs, [
      `Its half-open circuit let out ${this.probes} calls that ended by ${formatDuration(timeUs)}; ${this.o.halfOpenProbes} may be let out.`,
    ]);
  }

  /** The threshold is reached by calls that began after it closed, and yet it stays closed. */
  private mustOpen(timeUs: number, at: number): Explanation | null {
    const { failureThreshold: n, slackUs, windowUs } = this.o;
    const counted = this.failures.filter((f) => f.sentUs > this.sinceUs + slackUs);
    // Half the window: what is just inside by one clock is just outside by another.
    const first = counted.at(-n)?.atUs;
    if (first === undefined || timeUs - first > windowUs / 2) return null;
    for (let i = at + 1; i < this.d.events.length; i++) {
      const e = this.d.events[i] as Dealings['events'][number];
      if (e.value === null || e.value.kind === 'circuit') return null;
      if (e.timeUs > timeUs + slackUs) {
        return this.broken(e.timeUs, [
          `${n} calls failed between ${formatDuration(first)} and ${formatDuration(timeUs)}; its threshold is ${this.o.failureThreshold} in ${formatDuration(windowUs)}.`,
          `Its circuit was closed since ${formatDuration(this.sinceUs)} and still let a call out that ended ${when(e.timeUs)}.`,
        ]);
      }
    }
    return null;
  }

  private refused(timeUs: number): Explanation | null {
    const { deadlineUs, slackUs, openUs, recoverUs, healedUs } = this.o;
    if (this.isForced) return null;
    if (this.state === 'closed') {
      return this.broken(timeUs, [
        `A call was refused ${when(timeUs)} although its circuit was closed since ${formatDuration(this.sinceUs)}.`,
      ]);
    }
    if (this.state === 'half-open') {
      if (this.firstRefusedUs < 0) this.firstRefusedUs = timeUs;
      // Whoever refuses has sent all its probes; each of them has ended after a deadline.
      const restUs = this.stoodStillUs(this.firstRefusedUs, timeUs);
      if (timeUs > this.firstRefusedUs + deadlineUs + slackUs + restUs) {
        return this.broken(timeUs, [
          `Its circuit sticks: half open since ${formatDuration(this.sinceUs)}, it refused calls from ${formatDuration(this.firstRefusedUs)} until ${formatDuration(timeUs)} with no probe left.`,
        ]);
      }
    } else if (
      timeUs >
      this.sinceUs + openUs * 2 + slackUs + this.stoodStillUs(this.sinceUs, timeUs)
    ) {
      return this.broken(timeUs, [
        `Its circuit is open since ${formatDuration(this.sinceUs)} and still refuses ${when(timeUs)}; after ${formatDuration(openUs)} it has to try.`,
      ]);
    }
    const hasStillBroken = this.o.spans.some((s) => s.toUs === Infinity);
    const fromUs = Math.max(healedUs, this.bornUs);
    if (hasStillBroken || timeUs <= fromUs + recoverUs + openUs + slackUs) return null;
    return this.broken(timeUs, [
      `It still refuses calls ${when(timeUs)}; the last fault was over ${when(healedUs)}.`,
    ]);
  }

  /** How long of this time the client was paused: it could neither end a call nor begin one. */
  private stoodStillUs(fromUs: number, toUs: number): number {
    return this.o.spans.reduce((sum, s) => {
      if (!doesAny(s.kind, 'stops-nodes') || !s.nodes.includes(this.d.client)) return sum;
      return sum + Math.max(0, Math.min(toUs, s.toUs) - Math.max(fromUs, s.fromUs));
    }, 0);
  }

  private broken(atUs: number, sentences: readonly string[]): Explanation {
    const who = nameNode(this.o.program, this.d.client);
    return { atUs, sentences: [`${who} calls ${this.d.service}.`, ...sentences], ops: [] };
  }
}

function isFailure(r: RoutedObservation): boolean {
  return r.outcome === 'error' || r.outcome === 'timeout';
}
