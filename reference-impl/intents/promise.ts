/** DISCOVERY: a call goes to somebody who does not match only where nobody does (D11). */
import { monitored, nameNode, when } from '../../harness/spec.ts';
import type {
  Explanation,
  HistoryEvent,
  Invariant,
  NodeId,
  Program,
  RunMonitor,
} from '../../harness/spec.ts';
import type { MembersObservation } from '../membership/observations.ts';
import type { RoutedObservation } from '../service-client/observations.ts';

/** Looser than what callers are to keep to, so that nothing hangs on a clock. */
export interface IntentBound {
  /** An answer after this does not match, µs. */
  readonly latencyUs: number;
  /** What a call has shown counts for so long, µs. */
  readonly sightUs: number;
  /** Gossip's word is heeded after this, µs. */
  readonly heardUs: number;
}

const usual: IntentBound = { latencyUs: 100_000, sightUs: 5_000_000, heardUs: 100_000 };

export function intentMet(bound: IntentBound = usual): Invariant {
  return monitored(
    {
      id: 'intent-met',
      area: 'DISCOVERY',
      claim:
        'While an instance has just shown a caller that it matches, that caller sends no call to one that has just failed or been slow, nor to one that its gossip takes for dead.',
      faultModel:
        'any faults; by the calls of each caller and its own clock; stories with an intent',
    },
    (program) => new IntentMonitor(program, bound),
  );
}

interface Result {
  readonly endUs: number;
  readonly isGood: boolean;
}

class IntentMonitor implements RunMonitor {
  private readonly program: Program;
  private readonly p: IntentBound;
  private readonly isOn: boolean;
  private readonly results = new Map<NodeId, Map<string, Map<NodeId, Result[]>>>();
  /** When each caller was last told, by true time, that a member is not well; and whether that still holds. */
  private readonly doubts = new Map<NodeId, Map<NodeId, { sinceUs: number; lastUs: number }>>();
  private judged = 0;

  constructor(program: Program, bound: IntentBound) {
    this.program = program;
    this.p = bound;
    const { extra } = program.settings;
    this.isOn = extra['intents'] !== undefined && extra['intents'] !== null;
  }

  event(e: HistoryEvent): Explanation | null {
    if (!this.isOn) return null;
    if (e.type === 'node') {
      this.results.delete(e.node);
      this.doubts.delete(e.node);
    }
    if (e.type !== 'observe') return null;
    if (e.value.kind === 'members') this.heard(e.node, e.value, e.timeUs);
    if (e.value.kind !== 'routed' || e.value.instance === null) return null;
    return this.routed(e.node, e.value.instance, e.value, e.timeUs);
  }

  end(): ReturnType<RunMonitor['end']> {
    if (!this.isOn) return { undecided: 'the story has no intent' };
    if (this.judged === 0) return { undecided: 'no instance was left out for another' };
    return `${this.judged} calls while somebody did not match`;
  }

  private heard(node: NodeId, { news }: MembersObservation, timeUs: number): void {
    const own = this.doubts.get(node) ?? new Map<NodeId, { sinceUs: number; lastUs: number }>();
    this.doubts.set(node, own);
    for (const { member, status } of news) {
      const sinceUs = status === 'dead' ? timeUs : Infinity;
      own.set(member, { sinceUs, lastUs: timeUs });
    }
  }

  private routed(
    node: NodeId,
    instance: NodeId,
    c: RoutedObservation,
    timeUs: number,
  ): Explanation | null {
    const services = this.results.get(node) ?? new Map<string, Map<NodeId, Result[]>>();
    this.results.set(node, services);
    const all = services.get(c.service) ?? new Map<NodeId, Result[]>();
    services.set(c.service, all);
    const wrong = this.judge(node, instance, c, { all, timeUs });
    const own = all.get(instance) ?? [];
    all.set(instance, own);
    const isGood = c.outcome === 'ok' && c.tookUs <= this.p.latencyUs;
    own.push({ endUs: c.sentUs + c.tookUs, isGood });
    if (own.length > 64) own.shift();
    return wrong;
  }

  private judge(
    node: NodeId,
    instance: NodeId,
    c: RoutedObservation,
    { all, timeUs }: { readonly all: ReadonlyMap<NodeId, Result[]>; readonly timeUs: number },
  ): Explanation | null {
    const { sightUs, heardUs } = this.p;
    const last = lastBefore(all.get(instance), c.sentUs);
    const isBad = last !== null && !last.isGood && c.sentUs - last.endUs < sightUs - heardUs;
    const doubt = this.doubts.get(node)?.get(instance);
    const isDead = doubt !== undefined && timeUs - c.tookUs - doubt.sinceUs > heardUs;
    if (!isBad && !isDead) return null;
    this.judged += 1;
    const other = [...all].find(([i, results]) => {
      const shown = lastBefore(results, c.sentUs);
      const doubtedUs = this.doubts.get(node)?.get(i)?.lastUs ?? -Infinity;
      const isTrusted = timeUs - doubtedUs > sightUs;
      return i !== instance && shown?.isGood && c.sentUs - shown.endUs < sightUs / 2 && isTrusted;
    });
    if (other === undefined) return null;
    const why = isDead ? 'its gossip takes for dead' : 'had just failed it, or been slow';
    const name = (n: NodeId): string => nameNode(this.program, n);
    return {
      atUs: timeUs,
      sentences: [
        `${name(node)} sent ${name(instance)} a call of ${c.service} that ended ${when(timeUs)}, which ${why}.`,
        `${name(other[0])} had just answered it in time.`,
      ],
      ops: [],
    };
  }
}

function lastBefore(results: readonly Result[] | undefined, atUs: number): Result | null {
  return results?.findLast(({ endUs }) => endUs < atUs) ?? null;
}
