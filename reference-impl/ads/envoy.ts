/** Requests and responses of the mesh in Envoy's API v3. */
import type {
  Body,
  Endpoint,
  Resource,
  ResourceType,
  XdsRequest,
  XdsResponse,
} from '../xds/messages.ts';
import { any, fieldsOf, joined, message, number, text, textsIn } from './protobuf.ts';
import type { Field } from './protobuf.ts';

const types: Readonly<Record<ResourceType, string>> = {
  cds: 'envoy.config.cluster.v3.Cluster',
  eds: 'envoy.config.endpoint.v3.ClusterLoadAssignment',
  lds: 'envoy.config.listener.v3.Listener',
  rds: 'envoy.config.route.v3.RouteConfiguration',
};
const connectionManager =
  'envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager';
const router = 'envoy.extensions.filters.http.router.v3.Router';

/** A request as it came; null: it asks for a type that nobody has here. Throws RangeError where it is none. */
export function requestOf(protocol: XdsRequest['protocol'], from: Uint8Array): XdsRequest | null {
  const isWorld = protocol === 'world';
  const fields = fieldsOf(from);
  const one = (id: number): string => textsIn(fields, id)[0] ?? '';
  const url = one(isWorld ? 4 : 2);
  const type = Object.entries(types).find(([, name]) => url.endsWith(`/${name}`))?.[0];
  if (type === undefined) return null;
  const [status] = fields.get(isWorld ? 6 : 7) ?? [];
  const error =
    status === undefined ? null : (textsIn(fieldsOf(status), 2)[0] ?? 'refused without a word');
  const of = type as ResourceType;
  if (protocol === 'world') {
    const [version, nonce] = [one(1), one(5)];
    return { protocol, type: of, version, nonce, names: textsIn(fields, 3), error };
  }
  const initial = (fields.get(5) ?? []).map((entry) => {
    const pair = fieldsOf(entry);
    return [textsIn(pair, 1)[0] ?? '', textsIn(pair, 2)[0] ?? ''] as const;
  });
  return {
    protocol,
    type: of,
    nonce: one(6),
    subscribe: textsIn(fields, 3),
    unsubscribe: textsIn(fields, 4),
    initial: Object.fromEntries(initial),
    error,
  };
}

export function responseBytes(r: XdsResponse): Uint8Array {
  const url = text(4, `type.googleapis.com/${types[r.type]}`);
  if (r.protocol === 'world') {
    const resources = r.resources.map((x) => any(2, types[r.type], ...fields(x)));
    return joined(text(1, r.version), ...resources, url, text(5, r.nonce));
  }
  const resources = r.resources.map((x) =>
    message(2, text(3, x.name), text(1, x.version), any(2, types[r.type], ...fields(x))),
  );
  const removed = r.removed.map((name) => text(6, name));
  return joined(text(1, r.version), ...resources, url, text(5, r.nonce), ...removed);
}

function fields({ name, body }: Resource): Field[] {
  return [text(1, name), ...fieldsOfBody(name, body)];
}

function fieldsOfBody(name: string, body: Body): Field[] {
  switch (body.kind) {
    case 'cluster': {
      const seconds = Math.floor(body.connectMs / 1_000);
      const nanos = (body.connectMs % 1_000) * 1_000_000;
      return [
        number(2, 3),
        message(3, fromAds(1), text(2, name)),
        message(4, number(1, seconds), number(2, nanos)),
        // No panic: who drains is not called although few others are left. And no window in which news of
        // health are gathered: Envoy's own is 1 s, and calls who drains for so long.
        message(27, message(1), message(4)),
      ];
    }
    case 'endpoints':
      return localities(body.endpoints);
    case 'listener': {
      const manager = [
        text(2, 'ingress'),
        message(3, fromAds(1), text(2, body.route)),
        message(5, text(1, 'envoy.filters.http.router'), any(4, router)),
      ];
      if (body.isApi) return [message(19, any(1, connectionManager, ...manager))];
      const filter = message(3, text(1, 'http'), any(4, connectionManager, ...manager));
      return [message(2, socket(body.address, body.port)), message(3, filter)];
    }
    case 'route': {
      const routes = body.rules.map(({ prefix, cluster, weight }) => {
        const to = message(1, text(1, cluster), message(2, number(1, weight)));
        return message(3, message(1, text(1, prefix)), message(2, message(3, to)));
      });
      return [message(2, text(1, name), text(2, '*'), ...routes)];
    }
  }
}

/** `ConfigSource`: by the stream that this came on. */
function fromAds(id: number): Field {
  return message(id, message(3), number(6, 2));
}

function socket(address: string, port: number): Field {
  return message(1, text(2, address), number(3, port));
}

/** One for each zone, as heavy as it has endpoints. */
function localities(endpoints: readonly Endpoint[]): Field[] {
  const zones = [...new Set(endpoints.map((e) => e.zone))].sort();
  return zones.map((zone) => {
    const here = endpoints.filter((e) => e.zone === zone);
    const health = { healthy: 1, unhealthy: 2, draining: 3 };
    const each = here.map((e) =>
      message(2, message(1, message(1, socket(e.address, e.port))), number(2, health[e.health])),
    );
    const where = message(1, text(1, 'antlion'), text(2, zone));
    return message(2, where, ...each, message(3, number(1, here.length)));
  });
}
