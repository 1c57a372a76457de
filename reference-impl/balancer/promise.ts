/** EFFICIENCY: equally available instances get about equally many calls (I4). */
import { listAfter } from '../discovery/observations.ts';
import { likelyAtMost, nameNode, policyUs, secondsUs } from '../../harness/spec.ts';
import type {
  Explanation,
  History,
  Invariant,
  NodeId,
  Program,
  Verdict,
} from '../../harness/spec.ts';

export interface EfficiencyParameters {
  /** An instance's load may be this many per thousand of the average: 1,200. */
  readonly loadPermilleMax: number;
  /** Policy time: this long after any disturbance instances count as equal again, µs. */
  readonly settleUs: number;
}

const id = 'efficiency';
const claim =
  'While all instances of a service are equally available, none gets more than the allowed share of its calls.';

export function efficiency(
  parameters: EfficiencyParameters = { loadPermilleMax: 1_200, settleUs: secondsUs(30) },
): Invariant {
  return {
    id,
    area: 'EFFICIENCY',
    claim,
    faultModel:
      'judged only while no fault is in force and nothing has changed for a while; a false alarm has a probability of at most 1 in 10⁹ a run',
    judge: (history, program) => judge(history, program, parameters),
  };
}

/** Calls of one group of callers to one set of instances. */
interface Tally {
  readonly service: string;
  readonly instances: readonly NodeId[];
  readonly count: Map<NodeId, number>;
  total: number;
  untilUs: number;
}

function judge(history: History, program: Program, p: EfficiencyParameters): Verdict {
  const tallies = tally(history, program, policyUs(p.settleUs, program));
  let calls = 0;
  for (const t of tallies) {
    calls += t.total;
    const explanation = overloaded(t, tallies.length, program, p);
    if (explanation !== null) return { kind: 'violated', invariant: id, claim, explanation };
  }
  if (calls === 0) {
    const reason = 'no call was routed while several instances were equally available';
    return { kind: 'unknown', invariant: id, reason };
  }
  const basis = `${calls} calls to ${tallies.length} sets of equal instances`;
  return { kind: 'holds', invariant: id, basis };
}

function overloaded(
  t: Tally,
  tests: number,
  program: Program,
  p: EfficiencyParameters,
): Explanation | null {
  const k = t.instances.length;
  for (const instance of t.instances) {
    const n = t.count.get(instance) ?? 0;
    const share = p.loadPermilleMax / (1_000 * k);
    if (share >= 1 || n <= likelyAtMost(t.total, share, tests * k)) continue;
    const each = t.instances.map((i) => `${nameNode(program, i)} ${t.count.get(i) ?? 0}`);
    return {
      atUs: t.untilUs,
      sentences: [
        `Of ${t.total} calls of ${t.service} that could go to any of ${k} instances, ${each.join(', ')}.`,
        `${nameNode(program, instance)} got ${((n * k) / t.total).toFixed(2)} times the average; ${p.loadPermilleMax / 1_000} is allowed, and chance explains it less than once in 10⁹ runs.`,
      ],
      ops: [],
    };
  }
  return null;
}

/** Counts the calls that went to sets of equal instances, by service and zone. */
function tally(history: History, program: Program, settleUs: number): Tally[] {
  const tallies = new Map<string, Tally>();
  const lists = new Map<NodeId, Map<string, readonly NodeId[]>>();
  const disturbedUs = new Map<string, number>();
  let allDisturbedUs = history.readyUs;
  let active = 0;
  for (const e of history.events) {
    if (e.type === 'fault' || e.type === 'node' || e.type === 'stall') {
      if (e.type === 'fault') active += e.phase === 'begin' ? 1 : e.phase === 'end' ? -1 : 0;
      allDisturbedUs = e.timeUs;
    }
    if (e.type === 'node') lists.delete(e.node);
    if (e.type !== 'observe') continue;
    const { value, node, timeUs } = e;
    if (value.kind === 'mode') disturbedUs.set(`${node}`, timeUs);
    if (value.kind !== 'discovered' && value.kind !== 'circuit' && value.kind !== 'routed')
      continue;
    const pair = `${node} ${value.service}`;
    const ofNode = lists.get(node) ?? new Map<string, readonly NodeId[]>();
    lists.set(node, ofNode);
    const list = ofNode.get(value.service) ?? [];
    if (value.kind === 'discovered') ofNode.set(value.service, listAfter(list, value));
    if (value.kind !== 'routed' || value.outcome !== 'ok') {
      disturbedUs.set(pair, timeUs);
      continue;
    }
    const quietUs = Math.max(
      allDisturbedUs,
      disturbedUs.get(pair) ?? 0,
      disturbedUs.get(`${node}`) ?? 0,
    );
    if (active > 0 || timeUs - quietUs < settleUs || value.instance === null) continue;
    count(tallies, program, value.service, list, value.instance, timeUs);
  }
  return [...tallies.values()];
}

/** Callers may prefer their own zone: instances are compared with those of their own only. */
function count(
  tallies: Map<string, Tally>,
  program: Program,
  service: string,
  list: readonly NodeId[],
  instance: NodeId,
  timeUs: number,
): void {
  const zone = program.shape.nodes[instance]?.zone;
  const instances = list.filter((i) => program.shape.nodes[i]?.zone === zone);
  if (instances.length < 2 || !instances.includes(instance)) return;
  const key = `${service} ${instances.join()}`;
  const t = tallies.get(key) ?? { service, instances, count: new Map(), total: 0, untilUs: 0 };
  tallies.set(key, t);
  t.count.set(instance, (t.count.get(instance) ?? 0) + 1);
  t.total += 1;
  t.untilUs = timeUs;
}
