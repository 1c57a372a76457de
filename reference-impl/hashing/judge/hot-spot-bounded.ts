/** EFFICIENCY: however hot a key is, no instance has more of a caller's calls out than the bound on its share (W1). */
import { nameNode, when } from '../../../harness/spec.ts';
import type { History, Invariant, Json, NodeId, Program, Verdict } from '../../../harness/spec.ts';
import { listAfter } from '../../discovery/observations.ts';
import type {} from '../../service-client/observations.ts';

const id = 'hot-spot-bounded';
/** What is as close to a change of the list as this is not judged, µs. */
const unsureUs = 1_000;
const claim =
  'No caller has more calls out to one instance than the bound allows: a part above the average, rounded up.';

export function hotSpotBounded(): Invariant {
  return {
    id,
    area: 'EFFICIENCY',
    claim,
    faultModel:
      "while the list of instances stays the same and no fault is in force, by the caller's own clock",
    judge,
  };
}

interface Sent {
  readonly instance: NodeId;
  readonly sentUs: number;
  readonly endedUs: number;
}

/** What one caller sent to one service, by key. */
interface Pair {
  readonly node: NodeId;
  readonly service: string;
  readonly calls: Sent[];
  /** Its list of instances: how long it was, and since when. */
  readonly sizes: { readonly sinceUs: number; readonly size: number }[];
}

function judge(history: History, program: Program): Verdict {
  const bound = boundOf(program);
  if (bound === null) return unknown('the run sets no bound');
  if (program.faults.length > 0) return unknown('faults make instances unusable that are listed');
  let judged = 0;
  for (const { node, service, sizes, calls } of pairsIn(history)) {
    let out: Sent[] = [];
    for (const sent of together(calls)) {
      const [{ sentUs: nowUs }] = sent;
      // What ended in the same microsecond may have ended before or after: it is out where that excuses.
      out = [...out.filter((o) => o.endedUs >= nowUs), ...sent];
      const size = sizeAt(sizes, nowUs);
      if (size === null) continue;
      judged += sent.length;
      const most = Math.ceil((out.length * bound) / 1_000 / size);
      for (const { instance } of sent) {
        const own = out.filter((o) => o.instance === instance && !hasEnded(o, nowUs)).length;
        if (own <= most) continue;
        const sentences = [
          `${nameNode(program, node)} had ${own} of its ${out.length} calls of ${service} out to ${nameNode(program, instance)} ${when(nowUs)}, by its own clock.`,
          `With ${size} instances and a bound of ${bound / 1_000} times the average, ${most} may be.`,
        ];
        const explanation = { atUs: nowUs, sentences, ops: [] };
        return { kind: 'violated', invariant: id, claim, explanation };
      }
    }
  }
  if (judged === 0) return unknown('nobody called by key');
  return { kind: 'holds', invariant: id, basis: `${judged} calls by key` };
}

/** A call that took no time at all was out when it was sent. */
const hasEnded = (c: Sent, nowUs: number): boolean => c.endedUs <= nowUs && c.sentUs < nowUs;

/** In order, those of the same microsecond together: which of them was first is not known. */
function* together(calls: readonly Sent[]): Generator<[Sent, ...Sent[]]> {
  let group: [Sent, ...Sent[]] | null = null;
  for (const c of [...calls].sort((a, b) => a.sentUs - b.sentUs)) {
    if (group !== null && group[0].sentUs === c.sentUs) group.push(c);
    else {
      if (group !== null) yield group;
      group = [c];
    }
  }
  if (group !== null) yield group;
}

const unknown = (reason: string): Verdict => ({ kind: 'unknown', invariant: id, reason });

/** Null: it changed at about that time, so that nobody can say which one counted. */
function sizeAt(sizes: Pair['sizes'], atUs: number): number | null {
  if (sizes.some((s) => Math.abs(s.sinceUs - atUs) < unsureUs)) return null;
  return sizes.findLast((s) => s.sinceUs < atUs)?.size ?? null;
}

function pairsIn(history: History): Pair[] {
  const lists = new Map<string, readonly NodeId[]>();
  const pairs = new Map<string, Pair>();
  for (const e of history.events) {
    if (e.type !== 'observe') continue;
    const { node, value } = e;
    if (value.kind !== 'discovered' && value.kind !== 'routed') continue;
    const { service } = value;
    const at = `${node} ${service}`;
    let pair = pairs.get(at);
    if (pair === undefined) pairs.set(at, (pair = { node, service, calls: [], sizes: [] }));
    if (value.kind === 'discovered') {
      const list = listAfter(lists.get(at) ?? [], value);
      lists.set(at, list);
      pair.sizes.push({ sinceUs: e.timeUs, size: list.length });
    } else if (value.affinity !== undefined && value.instance !== null) {
      const { instance, sentUs, tookUs } = value;
      pair.calls.push({ instance, sentUs, endedUs: sentUs + tookUs });
    }
  }
  return [...pairs.values()];
}

/** Null: none. */
function boundOf({ settings }: Program): number | null {
  const asked: Json | undefined = settings.extra['hashing'];
  if (typeof asked !== 'object' || asked === null || Array.isArray(asked)) return null;
  const { boundPermille } = asked as Readonly<Record<string, Json>>;
  return typeof boundPermille === 'number' && boundPermille > 0 ? boundPermille : null;
}
