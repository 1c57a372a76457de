/**
 * Names that this DNS knows. Of the zone `antlion`, as Consul has them:
 *
 *     web.service.antlion   v2.web.service.antlion   _web._v2.service.antlion   _web._tcp.service.antlion
 *     server-0.node.antlion   web-1.web.addr.antlion
 *
 * and of `cluster.local`, as Kubernetes has them; the service `web.shop` is `web` in the namespace `shop`:
 *
 *     web.default.svc.cluster.local   web.shop.svc.cluster.local   _http._tcp.web.shop.svc.cluster.local
 */
export const zones = ['antlion', 'cluster.local'] as const;

export type Meaning =
  /** Instances of a service, those with this tag if there is one. */
  | { readonly of: 'service'; readonly service: string; readonly tag: string | null }
  /** The one with this name: of a node, or of an instance and its service. */
  | { readonly of: 'node'; readonly name: string }
  | { readonly of: 'addr'; readonly name: string }
  /** A zone itself, or a name in it that cannot be. */
  | { readonly of: 'zone' }
  | { readonly of: 'nothing' };

/** What a name in lower case, without a dot at its end, stands for, and the zone; null: it is in no zone of ours. */
export function meaningOf(name: string): { zone: string; meaning: Meaning } | null {
  const zone = zones.find((z) => name === z || name.endsWith(`.${z}`));
  if (zone === undefined) return null;
  if (name === zone) return { zone, meaning: { of: 'zone' } };
  const rest = name.slice(0, -zone.length - 1);
  return { zone, meaning: zone === 'antlion' ? ofAntlion(rest) : ofCluster(rest) };
}

function ofAntlion(rest: string): Meaning {
  const dot = rest.lastIndexOf('.');
  const [name, kind] = [rest.slice(0, Math.max(0, dot)), rest.slice(dot + 1)];
  if (name === '') return { of: 'nothing' };
  if (kind === 'node' || kind === 'addr') return { of: kind, name };
  if (kind !== 'service') return { of: 'nothing' };
  const srv = /^_([^.]+)\._([^.]+)$/.exec(name);
  if (srv !== null) {
    const [, service = '', tag = ''] = srv;
    return { of: 'service', service, tag: tag === 'tcp' || tag === 'udp' ? null : tag };
  }
  const at = name.indexOf('.');
  if (at < 0) return { of: 'service', service: name, tag: null };
  return { of: 'service', service: name.slice(at + 1), tag: name.slice(0, at) };
}

function ofCluster(rest: string): Meaning {
  const labels = rest.split('.');
  if (labels.pop() !== 'svc') return { of: 'nothing' };
  const hasPort = labels[0]?.startsWith('_') === true && /^_(tcp|udp)$/.test(labels[1] ?? '');
  const [service, namespace, ...more] = hasPort ? labels.slice(2) : labels;
  if (service === undefined || namespace === undefined || more.length > 0) return { of: 'nothing' };
  const whole = namespace === 'default' ? service : `${service}.${namespace}`;
  return { of: 'service', service: whole, tag: null };
}
