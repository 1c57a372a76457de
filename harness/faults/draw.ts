/**
 * Draws fault plans: swarm testing, every seed decides first which kinds exist at all.
 *
 * Plans stay inside the fault model of the reference cluster: honest disks, any number of crashes
 * (all restart), any partition, drift of at most a thousandth. After `calmUs` only what lies outside
 * a random core of servers stays broken, so that the core must converge.
 */
import { assert } from '../core/assert.ts';
import type { Fault, FaultKind, FaultPlan, LinkTarget, NodeTarget } from '../core/fault.ts';
import type { Prng } from '../core/prng.ts';
import { nodesWithRole } from '../core/program.ts';
import type { Shape } from '../core/program.ts';
import { definitionOf } from './kinds.ts';

export interface FaultProfile {
  readonly shape: Shape;
  /** Kinds that may be drawn. */
  readonly kinds: readonly FaultKind[];
  /** Faults in the plan. */
  readonly count: number;
  /** Faults begin in this interval, µs after the cluster was ready. */
  readonly fromUs: number;
  readonly calmUs: number;
  /** Length of one fault. */
  readonly shortestUs: number;
  readonly longestUs: number;
  /** Draw which of `kinds` exist in this run; otherwise all do. */
  readonly isSwarm: boolean;
  /** When given, a random minority of the servers stays broken from `calmUs` until then. */
  readonly endUs?: number;
}

/** The faults of one run, ordered by time. */
export function drawPlan(draw: Prng, profile: FaultProfile): FaultPlan {
  assert(profile.kinds.length > 0, 'a profile names at least one kind of fault');
  const kinds = profile.isSwarm ? swarm(draw.fork('swarm'), profile.kinds) : profile.kinds;
  const faults: Fault[] = [];
  for (let i = 0; i < profile.count; i++) {
    const d = draw.fork(i);
    const length = d.between(profile.shortestUs, profile.longestUs);
    const latest = Math.max(profile.fromUs, profile.calmUs - length);
    const atUs = d.between(profile.fromUs, latest);
    const untilUs = Math.min(profile.calmUs, atUs + length);
    const kind = d.pick(kinds);
    const definition = definitionOf(kind);
    assert(definition !== undefined, 'a profile names kinds that are defined', { kind });
    faults.push(definition.draw(d, profile.shape, { atUs, untilUs }) as Fault);
  }
  faults.push(...brokenRest(draw.fork('core'), profile));
  return faults.sort((a, b) => a.atUs - b.atUs);
}

/**
 * Healing everything hides that a cluster cannot live with what stays broken (TigerBeetle,
 * 2023-07-06): half of the runs leave the servers outside a random quorum cut off or down for good.
 */
function brokenRest(draw: Prng, profile: FaultProfile): Fault[] {
  const servers = nodesWithRole(profile.shape, 'server');
  const rest = draw.shuffle(servers).slice(0, (servers.length - 1) >> 1);
  if (profile.endUs === undefined || rest.length === 0 || draw.chance(500)) return [];
  const interval = { atUs: profile.calmUs, untilUs: profile.endUs };
  const nodes: NodeTarget = { of: 'nodes', nodes: rest };
  if (draw.chance(500)) return [{ kind: 'crash', ...interval, nodes }];
  const links: LinkTarget = { from: nodes, to: { of: 'everyone' }, bothWays: true };
  return [{ kind: 'partition', mode: 'drop', ...interval, links }];
}

function swarm(draw: Prng, kinds: readonly FaultKind[]): readonly FaultKind[] {
  const some = kinds.filter(() => draw.chance(500));
  return some.length === 0 ? [draw.pick(kinds)] : some;
}
