/** Whom a plan means: words and names of nodes, for this cluster. */
import type { LinkTarget, NodeTarget } from '../core/fault.ts';
import type { NodeId } from '../core/host.ts';
import type { Prng } from '../core/prng.ts';
import { nodesWithRole } from '../core/program.ts';
import type { Shape } from '../core/program.ts';
import { nodeName } from '../faults/describe.ts';
import { RoleBook } from '../faults/resolve.ts';
import type { ShapeForm, TargetForm } from './form.ts';

const roles = [
  'leader',
  'follower',
  'followers',
  'minority',
  'majority',
  'servers',
  'clients',
  'everyone',
] as const;

/** A message where a target makes no sense here. */
export class WrongTarget extends Error {}

/** Draws from `draw` for `random N of …`. Throws `WrongTarget`. */
export function targetOf(form: TargetForm, shape: Shape, draw: Prng): NodeTarget {
  if (typeof form !== 'string') {
    return { of: 'nodes', nodes: form.map((name) => nodeNamed(name, shape)) };
  }
  const random = /^random (\d+) of (.+)$/.exec(form);
  if (random !== null) {
    const group = membersOf(random[2] ?? '', shape, draw);
    const wanted = Number(random[1]);
    if (wanted < 1 || wanted > group.length) {
      throw new WrongTarget(`"${form}": of ${group.length} nodes, wanted 1 to ${group.length}`);
    }
    return {
      of: 'nodes',
      nodes: draw
        .shuffle(group)
        .slice(0, wanted)
        .toSorted((a, b) => a - b),
    };
  }
  const role = roles.find((name) => name === form);
  if (role !== undefined) return { of: role };
  const holder = /^holder(?: of (\S+))?$/.exec(form);
  if (holder !== null)
    return holder[1] === undefined ? { of: 'holder' } : { of: 'holder', lock: holder[1] };
  const named = /^(service|zone|role) (\S+)$/.exec(form);
  if (named !== null) return requireSome(groupOf(named[1] ?? '', named[2] ?? ''), form, shape);
  return { of: 'node', node: nodeNamed(form, shape) };
}

/** Those of a group that is known before the run: no leader, and nothing that goes by him. */
export function membersOf(form: TargetForm, shape: Shape, draw: Prng): readonly NodeId[] {
  const target = targetOf(form, shape, draw);
  if (['leader', 'follower', 'followers', 'minority', 'majority', 'holder'].includes(target.of)) {
    throw new WrongTarget(
      `"${String(form)}" is known in the run alone, wanted a group such as servers`,
    );
  }
  return new RoleBook(shape).resolve(target);
}

/** The cuts that make this shape of the servers. */
export function linksOfShape(form: ShapeForm, shape: Shape, draw: Prng): readonly LinkTarget[] {
  const servers = draw.shuffle(nodesWithRole(shape, 'server'));
  const between = (from: readonly NodeId[], to: readonly NodeId[]): LinkTarget => ({
    from: { of: 'nodes', nodes: from.toSorted((a, b) => a - b) },
    to: { of: 'nodes', nodes: to.toSorted((a, b) => a - b) },
    bothWays: true,
  });
  const n = servers.length;
  if (n < 3) throw new WrongTarget(`shape ${form} needs 3 servers, there are ${n}`);
  switch (form) {
    case 'one-against-all':
      return [between(servers.slice(0, 1), servers.slice(1))];
    case 'halves':
      return [between(servers.slice(0, n >> 1), servers.slice(n >> 1))];
    case 'bridge':
      // The first sees both sides.
      return [between(servers.slice(1, 1 + ((n - 1) >> 1)), servers.slice(1 + ((n - 1) >> 1)))];
    case 'ring':
      return servers.flatMap((server, i) => {
        const others = servers.filter((_, k) => k > i + 1 && !(i === 0 && k === n - 1));
        return others.length === 0 ? [] : [between([server], others)];
      });
  }
}

function groupOf(of: string, name: string): NodeTarget {
  if (of === 'service') return { of, service: name };
  return of === 'zone' ? { of, zone: name } : { of: 'role', role: name };
}

function requireSome(target: NodeTarget, form: string, shape: Shape): NodeTarget {
  if (new RoleBook(shape).resolve(target).length > 0) return target;
  throw new WrongTarget(`"${form}" is nobody here, wanted ${whoThereIs(shape)}`);
}

function nodeNamed(name: string, shape: Shape): NodeId {
  const id = everyone(shape).find((node) => nodeName(shape, node) === name);
  if (id !== undefined) return id;
  throw new WrongTarget(`"${name}" is nobody here, wanted ${whoThereIs(shape)}`);
}

function whoThereIs(shape: Shape): string {
  const names = everyone(shape).map((node) => nodeName(shape, node));
  return `one of ${roles.join(', ')}, holder, holder of LOCK, service NAME, zone NAME, role NAME, random N of …, ${names.join(', ')}`;
}

function everyone(shape: Shape): readonly NodeId[] {
  return new RoleBook(shape).resolve({ of: 'everyone' });
}
