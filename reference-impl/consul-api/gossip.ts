/** Who is there by gossip, as Consul tells it: in the pool of this node's region, and in that of all regions' servers. */
import type { Context, Hono } from 'hono';
import type { Json } from '../../harness/core/host.ts';
import { lanes } from '../lanes.ts';
import type { Mechanism } from '../mechanism.ts';
import type { Asking } from './context.ts';

interface Member {
  readonly member: number;
  readonly status: string;
}

/** Serf's. */
const numbers: Readonly<Record<string, number>> = { alive: 1, suspect: 1, left: 3, dead: 4 };
const askUs = 2_000_000;

export function gossipRoutes(app: Hono, asking: Asking, all: readonly Mechanism[]): void {
  const wanLane = all.filter((m) => m.shape === 'lane').findIndex((m) => m.id === 'wan-pool');
  app.get('/v1/agent/members', async (c) => {
    const isWan = isAsked(c, 'wan');
    const members = await membersOf(asking, isWan ? wanLane : lanes.membership);
    return c.json(members.map((m) => told(asking, m, isWan)));
  });
  // That of the agent first. Consul goes on by round trips.
  app.get('/v1/catalog/datacenters', async (c) => {
    const there = (await membersOf(asking, wanLane)).filter(({ status }) => numbers[status] === 1);
    const names = there.map(({ member }) => asking.datacenterOf(member)).sort();
    return c.json([...new Set([asking.datacenter, ...names])]);
  });
}

/** Nobody where that pool is off: in a cluster of one pool, and at a node that is not of it. */
async function membersOf({ node }: Asking, lane: number): Promise<readonly Member[]> {
  if (lane < 0) return [];
  const said = await node.call(lane, { f: 'members', key: '', value: null }, askUs);
  return isList(said) ? said : [];
}

function isList(said: Json): said is Json & readonly Member[] {
  return Array.isArray(said);
}

/** A server of the pool of all regions says where it is by its name, too. */
function told(asking: Asking, { member, status }: Member, isWan: boolean): object {
  const name = asking.nameOf(member);
  const dc = asking.datacenterOf(member);
  const role = asking.node.config.shape.nodes[member]?.role === 'server' ? 'consul' : 'node';
  return {
    Name: isWan ? `${name}.${dc}` : name,
    Addr: asking.node.config.address?.host ?? '',
    Status: numbers[status] ?? 0,
    Tags: { dc, role },
  };
}

function isAsked(c: Context, name: string): boolean {
  const text = c.req.query(name);
  return text !== undefined && text !== 'false' && text !== '0';
}
