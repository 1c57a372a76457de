/** How much was asked and served: requests of loads, and windows in which nobody was served. */
import type { History } from '../../core/history.ts';
import { unavailableSeconds } from '../../metrics/unavailability.ts';
import type { LoadView, SpanView } from '../view.ts';

/** Null where there is no load. */
export function loadView({ events }: History): LoadView | null {
  const windows = events.flatMap((e) => (e.type === 'load' ? [e] : []));
  if (windows.length === 0) return null;
  return {
    untilUs: windows.map((e) => e.timeUs),
    windowUs: windows.map((e) => e.windowUs),
    ok: windows.map((e) => e.ok),
    bad: windows.map((e) => e.fail + e.info + e.dropped),
    p50Us: windows.map((e) => e.latency?.p50Us ?? -1),
    p99Us: windows.map((e) => e.latency?.p99Us ?? -1),
  };
}

/** As the figure `antlion_unavailable_seconds` counts them, but for those in which a load was served. */
export function unservedSpans({ events }: History): SpanView[] {
  const read = unavailableSeconds.reader();
  const servedUs = events.flatMap((e) => (e.type === 'load' && e.ok > 0 ? [e.timeUs] : []));
  const spans = events.flatMap((e) =>
    read(e).map(({ value }) => ({
      fromUs: Math.round(e.timeUs - (value ?? 0) * 1e6),
      untilUs: e.timeUs,
    })),
  );
  return spans.filter((s) => !servedUs.some((us) => us > s.fromUs && us < s.untilUs));
}
