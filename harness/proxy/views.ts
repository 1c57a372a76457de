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
  };
}

export function toxicView(toxic: Toxic): Readonly<Record<string, unknown>> {
  return {
    attributes: toxic.attributes,
    name: toxic.name,
    type: toxic.kind,
    stream: toxic.stream,
    toxicity: toxic.toxicity,
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

/** Prometheus text with Toxiproxy's two counters; unlike there, they move while connections live. */
export function metricsText(proxies: Iterable<FaultProxy>): string {
  const series = { received: [] as string[], sent: [] as string[] };
  for (const proxy of proxies) {
    for (const direction of ['downstream', 'upstream'] as const) {
      const flow = proxy.counters[direction];
      if (flow.received === 0) continue;
      const labels = [
        `direction="${direction}"`,
        `listener="${escapeLabel(proxy.listen)}"`,
        `proxy="${escapeLabel(proxy.name)}"`,
        `upstream="${escapeLabel(proxy.upstream)}"`,
      ].join(',');
      series.received.push(`toxiproxy_proxy_received_bytes_total{${labels}} ${flow.received}`);
      series.sent.push(`toxiproxy_proxy_sent_bytes_total{${labels}} ${flow.sent}`);
    }
  }
  return (['received', 'sent'] as const)
    .filter((name) => series[name].length > 0)
    .map((name) => {
      const metric = `toxiproxy_proxy_${name}_bytes_total`;
      return `# HELP ${metric} \n# TYPE ${metric} counter\n${series[name].join('\n')}\n`;
    })
    .join('');
}

function escapeLabel(text: string): string {
  return text.replace(/[\\"\n]/g, (c) => (c === '\n' ? '\\n' : `\\${c}`));
}
