/** Whether a majority of the servers stays up and connected, whoever leads. */
import type { Fault } from '../core/fault.ts';
import type { NodeId } from '../core/host.ts';
import { nodesWithRole } from '../core/program.ts';
import type { Shape } from '../core/program.ts';
import { formatDuration } from '../core/duration.ts';
import { nodeName } from '../faults/describe.ts';
import { kindOf } from '../faults/kinds.ts';
import { soonestUs } from '../faults/sooner.ts';
import { resolveLinks, RoleBook } from '../faults/resolve.ts';
import type { PlannedFault } from './compile.ts';
import { type PlanFile, refused } from './read.ts';

/** Throws E_PLAN at the first moment at which fewer than a majority can speak with each other. */
export function requireMajority(
  file: PlanFile,
  faults: readonly PlannedFault[],
  shape: Shape,
): void {
  const servers = nodesWithRole(shape, 'server');
  const majority = (servers.length >> 1) + 1;
  const harmful = faults.filter(({ fault }) => doesHarm(fault));
  for (const { fault, path } of harmful) {
    const now = harmful.filter((f) => areTogether(f.fault, fault));
    for (const leader of servers) {
      const left = largestGroup(
        now.map((f) => f.fault),
        shape,
        leader,
      );
      if (left.length >= majority) continue;
      const names = left.map((node) => nodeName(shape, node)).join(', ');
      const who = left.length === 0 ? 'no server' : `only ${names}`;
      throw refused(
        file.where(path),
        `from ${formatDuration(fault.atUs)} on ${who} of ${servers.length} could work together where ${nodeName(shape, leader)} leads, wanted a majority, ${majority}: hurt fewer at once, or say limit: none`,
      );
    }
  }
}

/** May the first be in force when the second begins? */
function areTogether(a: Fault, b: Fault): boolean {
  // Of one sequence both come as much sooner, or the second as soon as the first is over.
  const from = isOfSequence(a, b) || isOfSequence(b, a) ? (f: Fault): number => f.atUs : soonestUs;
  return from(a) <= b.atUs && from(b) < a.untilUs;
}

/** Does the second come after the first in a sequence, or with it? */
function isOfSequence(a: Fault, b: Fault): boolean {
  const waits = new Set((b.sooner ?? []).map((w) => JSON.stringify(w)));
  const own = { sighting: a.until, fromUs: a.atUs, untilUs: a.untilUs };
  if (a.until !== undefined && waits.has(JSON.stringify(own))) return true;
  const its = a.sooner ?? [];
  return its.length > 0 && its.every((w) => waits.has(JSON.stringify(w)));
}

function doesHarm(fault: Fault): boolean {
  const { harms } = kindOf(fault);
  return ['cuts-links', 'stops-nodes', 'ends-nodes', 'removes-members'].some((h) =>
    harms.includes(h as never),
  );
}

/** Servers that are up, and reach each other. */
function largestGroup(faults: readonly Fault[], shape: Shape, leader: NodeId): readonly NodeId[] {
  const roles = new RoleBook(shape);
  const value = { kind: 'role', role: 'leader', term: 1 } as const;
  roles.event({ type: 'observe', timeUs: 0, node: leader, value });
  const down = new Set<NodeId>();
  const cut = new Set<string>();
  for (const fault of faults) {
    if ('nodes' in fault) for (const node of roles.resolve(fault.nodes)) down.add(node);
    else for (const [a, b] of resolveLinks(fault.links, roles)) cut.add(`${a}>${b}`);
  }
  const up = nodesWithRole(shape, 'server').filter((node) => !down.has(node));
  const reaches = (a: NodeId, b: NodeId): boolean => !cut.has(`${a}>${b}`) && !cut.has(`${b}>${a}`);
  const groups = up.map((begin) => {
    const group = [begin];
    for (const a of group) {
      group.push(...up.filter((b) => !group.includes(b) && reaches(a, b)));
    }
    return group.toSorted((a, b) => a - b);
  });
  return groups.reduce((best, group) => (group.length > best.length ? group : best), []);
}
