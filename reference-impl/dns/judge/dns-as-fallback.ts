/**
 * MODES: a Degraded node whose list the registry does not confirm any more calls whom DNS names, as long as a server
 * answers, and a node in Target never does (M, Degraded: DNS fallback).
 */
import { formatDuration, monitored, nameNode, when } from '../../../harness/spec.ts';
import type { Explanation, HistoryEvent, NodeId, ObservationEvent } from '../../../harness/spec.ts';
import type { Invariant, Program, RunMonitor } from '../../../harness/spec.ts';
import type { Mode } from '../../mode/matrix.ts';
import type {} from '../../mode/observations.ts';
import type { RoutedObservation } from '../../service-client/observations.ts';
import type { DnsUseObservation } from '../observations.ts';

/** A question goes round all servers within this, and calls go by its answer, µs. */
const askedUs = 5_000_000;
/** Who asks on behalf of others asks this often, µs: a TTL, and a round. */
const pauseUs = 7_000_000;
/** So many calls past DNS are no chance. */
const callsMin = 5;
/** What was under way when a mode changed is not judged, µs. */
const slackUs = 1_000_000;

export function dnsAsFallback(): Invariant {
  return monitored(
    {
      id: 'dns-as-fallback',
      area: 'MODES',
      claim:
        'While a node is Degraded and its list is too old to be confirmed, its calls go where DNS says for as long as a server answers; in Target none does.',
      faultModel: 'crashes, where nodes may fall back on DNS',
    },
    (program) => new FallbackMonitor(program),
  );
}

/** Of one node. */
interface Caller {
  /** Null: it has started again, and has not said. */
  mode: Mode | null;
  modeUs: number;
  /** By service: the last that it did by DNS, and since when it has called by an old list without. */
  readonly used: Map<
    string,
    { readonly atUs: number; readonly picked: DnsUseObservation['picked'] }
  >;
  readonly past: Map<string, { readonly sinceUs: number; calls: number }>;
}

const nothing = (): Caller => ({
  mode: 'target',
  modeUs: 0,
  used: new Map(),
  past: new Map(),
});

class FallbackMonitor implements RunMonitor {
  private readonly program: Program;
  private readonly isJudged: boolean;
  private readonly callers = new Map<NodeId, Caller>();
  /** By service: since when servers have named somebody again and again, and when last. */
  private readonly answers = new Map<string, { sinceUs: number; lastUs: number }>();
  private byDns = 0;

  constructor(program: Program) {
    this.program = program;
    const asked = program.settings.extra['dns'] as { readonly isFallback?: boolean } | undefined;
    this.isJudged =
      asked?.isFallback === true && program.faults.every(({ kind }) => kind === 'crash');
  }

  event(e: HistoryEvent): Explanation | null {
    if (!this.isJudged) return null;
    if (e.type === 'node' && e.change !== 'started') {
      // It starts in the mode that it wrote down, whichever that was.
      this.callers.set(e.node, { ...nothing(), mode: null });
    }
    if (e.type !== 'observe') return null;
    const { value, timeUs } = e;
    if (value.kind === 'dns-answer' && value.targets.length > 0) {
      this.answered(value.service, timeUs);
    }
    // A client stands in no mode.
    if (this.program.shape.nodes[e.node]?.service === undefined) return null;
    if (value.kind === 'mode') Object.assign(this.of(e.node), { mode: value.to, modeUs: timeUs });
    if (value.kind === 'dns-use') return this.use(e, value);
    return value.kind === 'routed' ? this.routed(e, value) : null;
  }

  end(): ReturnType<RunMonitor['end']> {
    if (this.byDns === 0) return { undecided: 'no Degraded node had to go by DNS' };
    return `${this.byDns} calls of Degraded nodes by DNS`;
  }

  private of(node: NodeId): Caller {
    let c = this.callers.get(node);
    if (c === undefined) {
      c = nothing();
      this.callers.set(node, c);
    }
    return c;
  }

  private answered(service: string, atUs: number): void {
    const a = this.answers.get(service) ?? { sinceUs: atUs, lastUs: atUs };
    this.answers.set(service, a);
    if (atUs > a.lastUs + pauseUs) a.sinceUs = atUs;
    a.lastUs = atUs;
  }

  private use({ node, timeUs }: ObservationEvent, { service, picked }: DnsUseObservation) {
    const c = this.of(node);
    c.used.set(service, { atUs: timeUs, picked });
    if (c.mode !== 'target' || timeUs <= c.modeUs + slackUs) return null;
    return this.wrong(timeUs, [
      `${nameNode(this.program, node)} called ${service} by an answer of DNS ${when(timeUs)}.`,
      "It is in Target, where the registry's lists alone count.",
    ]);
  }

  private routed({ node, timeUs }: ObservationEvent, r: RoutedObservation): Explanation | null {
    const c = this.of(node);
    const { service, instance, source, tookUs } = r;
    const sentUs = timeUs - tookUs;
    if (c.mode !== 'degraded' || source !== 'stale' || sentUs < c.modeUs + slackUs) {
      c.past.delete(service);
      return null;
    }
    if (instance === null) return null;
    const used = c.used.get(service);
    // Many calls may be out: what it does by DNS within a moment counts for all of them.
    if (used !== undefined && used.atUs > sentUs - askedUs) {
      this.byDns += 1;
      c.past.delete(service);
      return null;
    }
    const past = c.past.get(service) ?? { sinceUs: sentUs, calls: 0 };
    c.past.set(service, past);
    past.calls += 1;
    const a = this.answers.get(service);
    const isOverdue = sentUs > past.sinceUs + askedUs && past.calls >= callsMin;
    if (!isOverdue || a === undefined || sentUs > a.lastUs + pauseUs) return null;
    if (sentUs < a.sinceUs + 2 * askedUs) return null;
    return this.wrong(timeUs, [
      `${nameNode(this.program, node)} is Degraded since ${when(c.modeUs).replace(/^at /, '')}, and called ${service} by its own old list ${past.calls} times in ${formatDuration(sentUs - past.sinceUs)}.`,
      `A server answered for ${service} by DNS again and again from ${when(a.sinceUs).replace(/^at /, '')}, last ${when(a.lastUs)}.`,
    ]);
  }

  private wrong(atUs: number, sentences: string[]): Explanation {
    return { atUs, sentences, ops: [] };
  }
}
