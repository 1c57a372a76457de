/**
 * RESILIENCE: whatever its form, a circuit neither opens without cause nor stays open (R1, R2): by rate, with a
 * threshold that falls to its floor, with open times that grow.
 *
 * Counted anew from the calls that a caller says it made. `resilience` holds the usual form to more.
 */
import { formatDuration, nameNode, when } from '../../../harness/spec.ts';
import type { History, Invariant, Json, NodeId, Program, Verdict } from '../../../harness/spec.ts';
import type { CircuitObservation } from '../observations.ts';
import type { RoutedObservation } from '../../service-client/observations.ts';

const id = 'circuit-form';
const claim =
  'A circuit opens only when failures reach its floor or its rate, and does when they reach its threshold, rests for its whole time, which grows with each probe that fails, and then lets a probe out.';

interface Form {
  readonly failureThreshold: number;
  readonly thresholdFloor: number;
  readonly isAdaptive: boolean;
  readonly isDecaying: boolean;
  readonly windowUs: number;
  readonly openUs: number;
  readonly openUsMax: number;
  readonly openGrowthPermille: number;
  readonly rateCalls: number;
  readonly ratePermille: number;
  readonly timeoutThreshold: number;
}

/** Those of the source; a run's own (`extra.breaker`) go before them. */
const usual: Form = {
  failureThreshold: 5,
  thresholdFloor: 3,
  isAdaptive: false,
  isDecaying: false,
  windowUs: 60_000_000,
  openUs: 30_000_000,
  openUsMax: 300_000_000,
  openGrowthPermille: 1_000,
  rateCalls: 0,
  ratePermille: 500,
  timeoutThreshold: 0,
};

/** More failures than this in a window are a cluster (R2), after which the threshold is one less. */
const clusterMin = 10;
/** What is observed of a cause may come so long after it, µs. */
const slackUs = 1_000;

export function circuitForm(): Invariant {
  return {
    id,
    area: 'RESILIENCE',
    claim,
    faultModel: 'any faults; of circuits that no mode held open',
    judge,
  };
}

type Seen = { readonly atUs: number; readonly value: CircuitObservation | RoutedObservation };

function judge(history: History, program: Program): Verdict {
  const form = formOf(program);
  let openings = 0;
  for (const { node, service, seen } of pairsIn(history)) {
    // What the mode holds open or lets go of follows another rule.
    if (seen.some(({ value }) => value.kind === 'circuit' && value.isForced)) continue;
    const found = new Circuit(form).judge(seen);
    openings += found.openings;
    if (found.wrong === null) continue;
    const { atUs, sentence } = found.wrong;
    const sentences = [`${nameNode(program, node)} calls ${service}.`, sentence];
    return { kind: 'violated', invariant: id, claim, explanation: { atUs, sentences, ops: [] } };
  }
  if (openings === 0) return { kind: 'unknown', invariant: id, reason: 'no circuit opened' };
  return { kind: 'holds', invariant: id, basis: `${openings} openings of circuits` };
}

class Circuit {
  private readonly f: Form;
  private state: CircuitObservation['to'] = 'closed';
  private sinceUs = 0;
  /** Probes that failed in a row. */
  private reopened = 0;
  /** Of calls that were sent and failed while it was closed, ascending; and those since it last closed. */
  private failedUs: number[] = [];
  private failures: number[] = [];
  /** Openings on a cluster of failures. */
  private fallen = 0;

  constructor(form: Form) {
    this.f = form;
  }

  judge(seen: readonly Seen[]): {
    openings: number;
    wrong: { atUs: number; sentence: string } | null;
  } {
    let openings = 0;
    for (const [i, { atUs, value }] of seen.entries()) {
      const sentence =
        value.kind === 'circuit'
          ? this.change(value, atUs, seen, i)
          : (this.refused(value, atUs) ?? this.staysClosed(value, atUs));
      if (value.kind === 'circuit' && value.to === 'open') openings += 1;
      if (sentence !== null) return { openings, wrong: { atUs, sentence } };
    }
    return { openings, wrong: null };
  }

  private change(
    { from, to }: CircuitObservation,
    atUs: number,
    seen: readonly Seen[],
    i: number,
  ): string | null {
    const forUs = atUs - this.sinceUs;
    const sinceUs = this.sinceUs;
    this.state = to;
    this.sinceUs = atUs;
    if (to === 'closed') this.reopened = 0;
    if (from === 'closed') this.fell(atUs);
    if (to === 'open' && from === 'half-open') this.reopened += 1;
    if (to === 'half-open' && forUs + slackUs < this.restUs()) {
      return `Its circuit was open for ${formatDuration(forUs)} ${when(atUs)}, after ${this.reopened} failed probes; ${formatDuration(this.restUs())} is its time.`;
    }
    return to === 'open' && from === 'closed' ? this.wrongCause(seen, i, sinceUs, atUs) : null;
  }

  private wrongCause(
    seen: readonly Seen[],
    i: number,
    sinceUs: number,
    atUs: number,
  ): string | null {
    const { isAdaptive, thresholdFloor, failureThreshold, windowUs } = this.f;
    const { rateCalls, ratePermille, timeoutThreshold } = this.f;
    // The call that tipped it over is told just after the circuit. What was sent before it closed does not count.
    const ended = seen
      .filter((s, k) => s.atUs <= atUs && (k <= i || s.atUs === atUs))
      .flatMap(({ value, atUs: endUs }) =>
        value.kind === 'routed' && value.instance !== null && endUs - value.tookUs >= sinceUs
          ? [{ endUs, hasFailed: value.outcome !== 'ok', isLate: value.outcome === 'timeout' }]
          : [],
      );
    const failures = ended.filter((c) => c.hasFailed && c.endUs >= atUs - windowUs).length;
    const least = isAdaptive ? thresholdFloor : failureThreshold;
    const late = ended.filter((c) => c.isLate && c.endUs >= atUs - windowUs).length;
    if (failures >= least || (timeoutThreshold > 0 && late >= timeoutThreshold)) return null;
    const last = ended.slice(-rateCalls);
    const failed = last.filter((c) => c.hasFailed).length;
    const isRate = rateCalls > 0 && last.length >= rateCalls;
    if (isRate && failed * 1_000 > rateCalls * ratePermille) return null;
    const rate = rateCalls > 0 ? `, and ${failed} of its last ${last.length} calls` : '';
    return `Its circuit opened ${when(atUs)} after ${failures} failures since it closed${rate}; ${least} are needed.`;
  }

  /** An open circuit whose time is over lets the next call out. */
  private refused({ outcome }: RoutedObservation, atUs: number): string | null {
    const restUs = this.restUs();
    if (outcome !== 'refused' || this.state !== 'open') return null;
    if (atUs <= this.sinceUs + restUs + slackUs) return null;
    return `Its circuit is open since ${formatDuration(this.sinceUs)} and refused a call ${when(atUs)}; after ${formatDuration(restUs)} it has to try.`;
  }

  /** The call that tipped it over is told just after this. */
  private fell(atUs: number): void {
    this.failures = [];
    const recent = this.failedUs.filter((us) => atUs - us < this.f.windowUs - slackUs);
    if (recent.length + 1 > clusterMin) this.fallen += 1;
  }

  /** Failures that open a circuit find it open when they are told. */
  private staysClosed(
    { instance, outcome, tookUs }: RoutedObservation,
    atUs: number,
  ): string | null {
    const { isAdaptive, isDecaying, failureThreshold, thresholdFloor, windowUs } = this.f;
    const isOwn = this.state === 'closed' && instance !== null && atUs - tookUs >= this.sinceUs;
    if (!isOwn || outcome === 'ok') return null;
    this.failedUs.push(atUs);
    this.failures.push(atUs);
    const hasFallen = isAdaptive && atUs - this.sinceUs < windowUs - slackUs;
    const most = hasFallen
      ? Math.min(failureThreshold, Math.max(thresholdFloor, failureThreshold - this.fallen))
      : failureThreshold;
    const failures = this.failures.filter((us) => atUs - us < windowUs - slackUs).length;
    if (isDecaying || failures < most) return null;
    return `Its circuit is still closed ${when(atUs)}, after ${failures} failures since it closed; ${most} open it.`;
  }

  private restUs(): number {
    const { openUs, openUsMax, openGrowthPermille } = this.f;
    let restUs = openUs;
    for (let k = 0; k < this.reopened; k++) {
      restUs = Math.min(openUsMax, (restUs * openGrowthPermille) / 1_000);
    }
    return restUs;
  }
}

/** By caller and service; a caller that starts again begins anew. */
function pairsIn(history: History): { node: NodeId; service: string; seen: Seen[] }[] {
  const pairs = new Map<string, { node: NodeId; service: string; seen: Seen[] }>();
  const boots = new Map<NodeId, number>();
  for (const e of history.events) {
    if (e.type === 'node') boots.set(e.node, (boots.get(e.node) ?? 0) + 1);
    if (e.type !== 'observe') continue;
    const { node, value, timeUs: atUs } = e;
    if (value.kind !== 'circuit' && value.kind !== 'routed') continue;
    const key = `${node} ${boots.get(node) ?? 0} ${value.service}`;
    let pair = pairs.get(key);
    if (pair === undefined) pairs.set(key, (pair = { node, service: value.service, seen: [] }));
    pair.seen.push({ atUs, value });
  }
  return [...pairs.values()];
}

function formOf({ settings }: Program): Form {
  const asked: Json | undefined = settings.extra['breaker'];
  if (typeof asked !== 'object' || asked === null || Array.isArray(asked)) return usual;
  return { ...usual, ...(asked as Partial<Form>) };
}
