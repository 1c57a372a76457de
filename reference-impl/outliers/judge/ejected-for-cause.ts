/**
 * DISCOVERY: who is ejected has failed so many calls in a row, who fails them is ejected, and nobody is out for longer
 * than his ejections are worth (D8). Counted anew, from what callers say of their calls.
 */
import { formatDuration, instancesOf, monitored, nameNode, when } from '../../../harness/spec.ts';
import type {
  Explanation,
  HistoryEvent,
  Invariant,
  NodeId,
  Program,
  RunMonitor,
} from '../../../harness/spec.ts';
import type { RoutedObservation } from '../../service-client/observations.ts';
import type { EjectedObservation } from '../observations.ts';

interface Numbers {
  readonly failures: number;
  readonly baseUs: number;
  readonly timesMax: number;
}

/** Those of the source; a run's own go before them. */
const usual: Numbers = { failures: 5, baseUs: 10_000_000, timesMax: 3 };

export function ejectedForCause(): Invariant {
  return monitored(
    {
      id: 'ejected-for-cause',
      area: 'DISCOVERY',
      claim:
        'A caller ejects who failed so many of its calls in a row, for no longer than the ejections so far are worth, and nobody else.',
      faultModel: "any faults, by the caller's own clock; instances that are listed all the time",
    },
    (program) => new CauseMonitor(program),
  );
}

interface Seen {
  /** Calls that failed since one went well, or since it was ejected. */
  failed: number;
  ejections: number;
  outUntilUs: number;
}

class CauseMonitor implements RunMonitor {
  private readonly program: Program;
  private readonly numbers: Numbers | null;
  /** By caller, then by service and instance. */
  private readonly seen = new Map<NodeId, Map<string, Seen>>();
  private isListed = true;
  private failures = 0;

  constructor(program: Program) {
    this.program = program;
    const { outliers } = program.settings.extra;
    const isAsked = typeof outliers === 'object' && outliers !== null;
    this.numbers = isAsked ? { ...usual, ...(outliers as Partial<Numbers>) } : null;
  }

  event(e: HistoryEvent): Explanation | null {
    if (this.numbers === null) return null;
    if (e.type === 'node') {
      this.seen.delete(e.node);
      if (e.change !== 'started') this.isListed = false;
    }
    if (e.type !== 'observe') return null;
    const { node, value, timeUs } = e;
    const wrong =
      value.kind === 'ejected'
        ? this.ejected(node, value, this.numbers)
        : value.kind === 'routed'
          ? this.routed(node, value, this.numbers)
          : null;
    if (wrong === null) return null;
    return { atUs: timeUs, sentences: [`${nameNode(this.program, node)}:`, wrong], ops: [] };
  }

  end(): ReturnType<RunMonitor['end']> {
    if (this.failures === 0) return { undecided: 'no call failed of a caller that ejects' };
    return `${this.failures} calls that failed`;
  }

  private one(node: NodeId, service: string, instance: NodeId): Seen {
    const own = this.seen.get(node) ?? new Map<string, Seen>();
    this.seen.set(node, own);
    const key = `${service} ${instance}`;
    const known = own.get(key) ?? { failed: 0, ejections: 0, outUntilUs: 0 };
    own.set(key, known);
    return known;
  }

  private outOf(node: NodeId, service: string, nowUs: number): number {
    const own = [...(this.seen.get(node) ?? [])];
    return own.filter(([key, s]) => key.startsWith(`${service} `) && nowUs < s.outUntilUs).length;
  }

  /** Told before the call that was one too many. */
  private ejected(
    node: NodeId,
    { service, instance, sinceUs, untilUs }: EjectedObservation,
    { failures, baseUs, timesMax }: Numbers,
  ): string | null {
    const of = this.one(node, service, instance);
    const name = nameNode(this.program, instance);
    const { failed } = of;
    of.ejections += 1;
    of.failed = -1;
    of.outUntilUs = untilUs;
    if (failed + 1 < failures) {
      return `It ejected ${name} ${when(sinceUs)} by its clock, after ${failed + 1} calls that failed in a row; that takes ${failures}.`;
    }
    const usMax = baseUs * Math.min(of.ejections, timesMax);
    if (untilUs - sinceUs >= baseUs && untilUs - sinceUs <= usMax) return null;
    return `It ejected ${name} for ${formatDuration(untilUs - sinceUs)} ${when(sinceUs)} by its clock; its ejection number ${of.ejections} is worth ${formatDuration(baseUs)} to ${formatDuration(usMax)}.`;
  }

  private routed(
    node: NodeId,
    { service, instance, outcome, sentUs, tookUs }: RoutedObservation,
    { failures }: Numbers,
  ): string | null {
    if (instance === null) return null;
    const of = this.one(node, service, instance);
    if (outcome === 'ok') {
      of.failed = 0;
      return null;
    }
    this.failures += 1;
    of.failed += 1;
    const nowUs = sentUs + tookUs;
    if (!this.isListed || of.failed < failures || nowUs < of.outUntilUs) return null;
    const out = this.outOf(node, service, nowUs);
    // One less than half: a list may be short of one.
    if (2 * (out + 1) >= instancesOf(this.program.shape, service).length) return null;
    return `It did not eject ${nameNode(this.program, instance)}, which had failed ${of.failed} calls in a row ${when(nowUs)} by its clock, while ${out} others were out.`;
  }
}
