/**
 * Starts DNS where the run asks for it: `extra: { dns: {}, dnsServer: { port: 8600 } }`, one port a node from there,
 * of UDP and TCP; 0: any that is free. `GET /dns` says which.
 */
import type { HttpApi } from '../../harness/host/node-http.ts';
import type { NodeHandle } from '../../harness/host/node.ts';
import { extraOf } from '../extra.ts';
import { lanes } from '../lanes.ts';
import { answerTo } from './answers.ts';
import type { DnsCatalog } from './answers.ts';
import { zones } from './names.ts';
import { serveDns } from './server.ts';

/** A node that does not say within this is taken for one that cannot, µs: resolvers wait 5 s. */
const patienceUs = 2_000_000;

export function dnsFront(node: NodeHandle): HttpApi {
  const { id, shape, settings, address } = node.config;
  const asked = extraOf(settings, 'dnsServer', { port: 0 });
  if (asked === null || address === undefined) return () => undefined;
  const nameOf = (of: number): string => shape.nodes[of]?.name ?? `client-${of}`;
  const catalog = async (): Promise<DnsCatalog | null> => {
    const c = await node.call(lanes.agent, { f: 'dns-catalog', key: '', value: null }, patienceUs);
    const told = c as { readonly type: string; readonly value: unknown } | null;
    return told?.type === 'ok' ? (told.value as DnsCatalog | null) : null;
  };
  const port = asked.port === 0 ? 0 : asked.port + id;
  const bound = serveDns(address.host, port, async (question) => {
    return answerTo(question, await catalog(), nameOf);
  });
  return (app) => {
    app.get('/dns', async (c) => c.json({ host: address.host, port: await bound, zones }));
  };
}
