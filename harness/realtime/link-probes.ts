/** Probes of links whose ends are ours: questions along them, and what both ends say became of these. */
import type { NodeId } from '../core/host.ts';
import type { Link } from '../faults/link-rule.ts';
import type { ProbeArrival, Probed, ProbeRequest } from '../host/probe.ts';
import type { Passage, Question } from '../links/passage.ts';

export interface LinkProbesOptions {
  /** Of a node or client of ours. Rejects when it does not answer in time. */
  readonly ask: (from: NodeId, request: ProbeRequest) => Promise<readonly Probed[]>;
  /** The last questions that arrived at a node. Rejects when it does not answer in time. */
  readonly arrivals: (node: NodeId) => Promise<readonly ProbeArrival[]>;
  readonly trueUs: () => number;
}

export interface Round extends Question {
  readonly waitUs: number;
  /** Of questions on open connections, those on younger ones tell nothing. Absent: all do. */
  readonly openedBeforeUs?: number;
}

/** What became of one of them, and when it had passed; of what did not, when that was told. True time. */
export interface Fate {
  readonly passage: Passage;
  readonly atUs: number;
}

/** What became of the question along a link that is dialled, and of its answer. */
export interface Both {
  readonly upstream: Fate;
  readonly downstream: Fate;
}

/** Of those that leave together the fastest counts: no machine is slow for one alone. */
const times = 2;

export class LinkProbes {
  private readonly o: LinkProbesOptions;
  private lastId = 0;

  constructor(options: LinkProbesOptions) {
    this.o = options;
  }

  /** Asks along each link that `from` dials to `to`, all at once; by `linkKey`. Never rejects. */
  async round(
    dials: readonly Link[],
    { way, bytes, waitUs, openedBeforeUs = Infinity }: Round,
  ): Promise<ReadonlyMap<string, Both>> {
    this.lastId += 1;
    const id = this.lastId;
    const asked = await Promise.all(
      [...new Set(dials.map(([from]) => from))].map(async (from) => {
        const to = dials.flatMap(([a, b]) => (a === from ? Array<NodeId>(times).fill(b) : []));
        const answers = await this.o.ask(from, { id, to, way, bytes, waitUs }).catch(() => []);
        return [from, answers.filter((p) => way !== 'open' || isOn(p, openedBeforeUs))] as const;
      }),
    );
    const answers = new Map(asked);
    const arrived = await this.arrivedAt(dials, answers);
    const toldUs = this.o.trueUs();
    return new Map(
      dials.map(([from, to]) => {
        const mine = (answers.get(from) ?? []).filter((p) => p.to === to);
        const there = arrived.get(to)?.filter((a) => a.from === from && a.id === id) ?? null;
        return [linkKey([from, to]), told(both(mine, there, toldUs), way)];
      }),
    );
  }

  /** Of those that did not all answer, what they say arrived; null where they cannot be asked. */
  private async arrivedAt(
    dials: readonly Link[],
    answers: ReadonlyMap<NodeId, readonly Probed[]>,
  ): Promise<ReadonlyMap<NodeId, readonly ProbeArrival[] | null>> {
    const open = dials.filter(([from, to]) =>
      (answers.get(from) ?? []).every((p) => p.to !== to || p.outcome !== 'answered'),
    );
    const nodes = [...new Set(open.map(([, to]) => to))];
    return new Map(
      await Promise.all(
        nodes.map(async (node) => [node, await this.o.arrivals(node).catch(() => null)] as const),
      ),
    );
  }
}

export function linkKey([from, to]: Link): string {
  return `${from}>${to}`;
}

/** `arrivals` null: the other end cannot be asked. */
function both(
  probed: readonly Probed[],
  arrivals: readonly ProbeArrival[] | null,
  nowUs: number,
): Both {
  const answered = probed.flatMap(({ sentUs, arrivedUs, answeredUs }) =>
    sentUs === null || arrivedUs === null || answeredUs === null
      ? []
      : [{ up: passed(sentUs, arrivedUs), down: passed(arrivedUs, answeredUs) }],
  );
  if (answered.length > 0) {
    return {
      upstream: fastest(answered.map((a) => a.up)),
      downstream: fastest(answered.map((a) => a.down)),
    };
  }
  const untold: Fate = { passage: { state: 'unknown' }, atUs: nowUs };
  if (probed.length === 0 || arrivals === null) return { upstream: untold, downstream: untold };
  const leftUs = Math.min(...probed.map((p) => p.sentUs ?? nowUs));
  const cameUs = arrivals.length === 0 ? null : Math.min(...arrivals.map((a) => a.atUs));
  const hasEnded = probed.every((p) => p.outcome === 'refused' || p.outcome === 'ended');
  const stopped = (sinceUs: number): Fate => ({
    passage: { state: 'stopped', waitedUs: nowUs - sinceUs, ...(hasEnded && { hasEnded }) },
    atUs: nowUs,
  });
  if (cameUs === null) return { upstream: stopped(leftUs), downstream: untold };
  return { upstream: passed(leftUs, cameUs), downstream: stopped(cameUs) };
}

/** It left on a connection that was there before. */
function isOn({ sentUs, openedUs }: Probed, beforeUs: number): boolean {
  return sentUs !== null && (openedUs ?? Infinity) <= beforeUs;
}

/** What this way of asking tells: not when the end of a connection arrived there, nor what became of no answer. */
function told({ upstream, downstream }: Both, way: Question['way']): Both {
  const untold = ({ atUs }: Fate): Fate => ({ passage: { state: 'unknown' }, atUs });
  if (way === 'new') return { upstream, downstream };
  return way === 'end'
    ? { upstream: untold(upstream), downstream }
    : { upstream, downstream: untold(downstream) };
}

interface Passed extends Fate {
  readonly passage: Extract<Passage, { readonly state: 'passed' }>;
}

function passed(fromUs: number, atUs: number): Passed {
  return { passage: { state: 'passed', tookUs: atUs - fromUs }, atUs };
}

function fastest(all: readonly Passed[]): Passed {
  return all.reduce((a, b) => (b.passage.tookUs < a.passage.tookUs ? b : a));
}
