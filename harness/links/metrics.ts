/** Reads the byte counters that a Toxiproxy started with `-proxy-metrics` shows. */
import type { DirectionCounters, LinkCounters } from './links.ts';

const series = /^toxiproxy_proxy_(received|sent)_bytes_total\{(.*)\} (\S+)$/gm;

/** By link. A real server counts a connection when it ends; what never left was dropped. */
export function readMetrics(text: string): ReadonlyMap<string, LinkCounters> {
  const bytes = new Map<string, Record<'received' | 'sent', number>>();
  const links = new Set<string>();
  for (const [, metric, labels = '', value] of text.matchAll(series)) {
    const link = label(labels, 'proxy');
    const key = `${label(labels, 'direction')} ${link}`;
    const sum = bytes.get(key) ?? { received: 0, sent: 0 };
    // A link that was made anew has a series for each address that it had.
    sum[metric as 'received' | 'sent'] += Number(value);
    bytes.set(key, sum);
    links.add(link);
  }
  const direction = (key: string): DirectionCounters => {
    const { received, sent } = bytes.get(key) ?? { received: 0, sent: 0 };
    const dropped = Math.max(0, received - sent);
    return { receivedBytes: received, sentBytes: sent, droppedBytes: dropped, delayedBytes: 0 };
  };
  return new Map(
    [...links].map((link) => [
      link,
      {
        connections: null,
        opened: null,
        broken: null,
        upstream: direction(`upstream ${link}`),
        downstream: direction(`downstream ${link}`),
      },
    ]),
  );
}

function label(labels: string, name: string): string {
  return new RegExp(`(?:^|,)${name}="([^"]*)"`).exec(labels)?.[1] ?? '';
}
