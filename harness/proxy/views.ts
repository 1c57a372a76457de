/** How proxies, toxics and counters are shown. */
import type { FaultProxy } from './fault-proxy.ts';
import type { FlowCounters } from './flow.ts';
import type { Toxic } from './toxic.ts';

/** Toxiproxy's own JSON, fields in its order; the stray `Logger` is real. */
export function proxyView(proxy: FaultProxy): Readonly<Record<string, unknown>> {
  return {
    name: proxy.name,
    listen: proxy.listen,
    upstream: proxy.upstream,
    enabled: proxy.isEnabled,
    Logger: {},
    toxics: proxy.toxics.map(toxicView),
    // Extensions are shown to those who used them.
    ...(proxy.protocol !== 'tcp' && { protocol: proxy.protocol }),
    ...(proxy.halfClose && { half_close: true }),
  };
}

export function toxicView(toxic: Toxic): Readonly<Record<string, unknown>> {
  return {
    attributes: toxic.attributes,
    name: toxic.name,
    type: toxic.kind,
    stream: toxic.stream,
    toxicity: toxic.toxicity,
    ...(toxic.deadlineMs !== null && { deadline: toxic.deadlineMs }),
    ...(toxic.lease !== null && { lease: toxic.lease }),
  };
}

/** Live counters of one proxy: an extension, see `batch.ts`. */
export function countersView(proxy: FaultProxy): Readonly<Record<string, unknown>> {
  const { connections, opened, broken, upstream, downstream } = proxy.counters;
  const bytes = (f: FlowCounters) => ({
    receivedBytes: f.received,
    sentBytes: f.sent,
    droppedBytes: f.dropped,
    delayedBytes: f.delayed,
  });
  return { connections, opened, broken, upstream: bytes(upstream), downstream: bytes(downstream) };
}
