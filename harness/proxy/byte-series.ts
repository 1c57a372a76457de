/**
 * Toxiproxy's two metrics, as Prometheus text. A series outlives its proxy, and one that is made anew with
 * the same labels counts on; unlike there, bytes are counted while connections live.
 */
import type { FaultProxy } from './fault-proxy.ts';

interface Bytes {
  received: number;
  sent: number;
}

const directions = ['downstream', 'upstream'] as const;

export class ByteSeries {
  /** By labels as they are printed. */
  private readonly bytes = new Map<string, Bytes>();
  /** What was counted of each proxy before. */
  private readonly counted = new WeakMap<FaultProxy, Readonly<Record<string, Bytes>>>();

  /** Counts the bytes since the last call. To be called before address or upstream change. */
  count(proxy: FaultProxy): void {
    const before = this.counted.get(proxy);
    for (const direction of directions) {
      const { received, sent } = proxy.counters[direction];
      if (received === 0) continue;
      const labels = labelsOf(proxy, direction);
      const bytes = this.bytes.get(labels) ?? { received: 0, sent: 0 };
      bytes.received += received - (before?.[direction]?.received ?? 0);
      bytes.sent += sent - (before?.[direction]?.sent ?? 0);
      this.bytes.set(labels, bytes);
    }
    const { upstream, downstream } = proxy.counters;
    this.counted.set(proxy, { upstream: { ...upstream }, downstream: { ...downstream } });
  }

  text(proxies: Iterable<FaultProxy>): string {
    for (const proxy of proxies) this.count(proxy);
    if (this.bytes.size === 0) return '';
    const labels = [...this.bytes.keys()].sort();
    return (['received', 'sent'] as const)
      .map((name) => {
        const metric = `toxiproxy_proxy_${name}_bytes_total`;
        const lines = labels.map((l) => `${metric}{${l}} ${this.bytes.get(l)?.[name] ?? 0}\n`);
        return `# HELP ${metric} \n# TYPE ${metric} counter\n${lines.join('')}`;
      })
      .join('');
  }
}

function labelsOf(proxy: FaultProxy, direction: string): string {
  return [
    `direction="${direction}"`,
    `listener="${escapeLabel(proxy.listen)}"`,
    `proxy="${escapeLabel(proxy.name)}"`,
    `upstream="${escapeLabel(proxy.upstream)}"`,
  ].join(',');
}

function escapeLabel(text: string): string {
  return text.replace(/[\\"\n]/g, (c) => (c === '\n' ? '\\n' : `\\${c}`));
}
