/** Consul's HTTP interface at `/v1` of every node: agent, catalog, health, keys, sessions, status. */
import { Hono } from 'hono';
import type { HttpApi } from '../../harness/host/node-http.ts';
import type { NodeHandle } from '../../harness/host/node.ts';
import { lanes } from '../lanes.ts';
import type { Mechanism } from '../mechanism.ts';
import { agentRoutes } from './agent.ts';
import { catalogRoutes } from './catalog.ts';
import { Asking, Refused } from './context.ts';
import { gossipRoutes } from './gossip.ts';
import { kvRoutes } from './kv.ts';

export function consulApi(node: NodeHandle, all: readonly Mechanism[]): HttpApi {
  const asking = new Asking(node);
  const v1 = new Hono();
  v1.onError((e, c) => {
    if (e instanceof Refused) return c.body(e.message, e.status);
    throw e;
  });
  agentRoutes(v1, asking);
  catalogRoutes(v1, asking);
  gossipRoutes(v1, asking, all);
  kvRoutes(v1, asking);
  v1.get('/v1/status/leader', async (c) => {
    const told = await node.call(lanes.store, { f: 'status', key: '', value: null }, 2_000_000);
    const { leader = null } = ((told as { value?: object } | null)?.value ?? told ?? {}) as {
      leader?: number | null;
    };
    return c.json(leader === null ? '' : asking.nameOf(leader));
  });
  v1.get('/v1/status/peers', (c) => {
    return c.json(node.config.shape.nodes.filter((n) => n.role === 'server').map((n) => n.name));
  });
  return (app) => void app.route('/', v1);
}
