/** Figures of an analysis as a table for people, and as CSV. */
import { formatDuration } from '../../core/duration.ts';
import type { Analysed } from '../../metrics/analysis.ts';
import { count, plural } from '../../report/terminal.ts';

export function analysisLines(figures: readonly Analysed[], runs: number): string[] {
  if (figures.length === 0) return [`nothing was measured in ${plural(runs, 'run')}`];
  const measured = figures.filter((f) => f.total === null);
  const counted = figures.filter((f) => f.total !== null);
  const cell = (f: Analysed, of: 'p50' | 'p99' | 'p999' | 'max'): string => shown(f[of], f.unit);
  return [
    `${plural(runs, 'run')}; definitions: docs/reference/figures.md`,
    '',
    ...columns([
      ['measured', 'samples', 'P50', 'P99', 'P99.9', 'max'],
      ...measured.map((f) => [
        nameOf(f),
        count(f.count),
        cell(f, 'p50'),
        cell(f, 'p99'),
        cell(f, 'p999'),
        cell(f, 'max'),
      ]),
    ]),
    '',
    ...columns([
      ['counted', 'total', 'a run', 'share'],
      ...counted.map((f) => [
        nameOf(f),
        count(f.total ?? 0),
        count(Math.round((f.total ?? 0) / f.runs)),
        f.share === null ? '' : `${(f.share * 100).toFixed(1)} %`,
      ]),
    ]),
  ];
}

/** `metric,labels,unit,…`, one line a figure; labels as `a=b;c=d`. Empty: there is no such number. */
export function csvOf(figures: readonly Analysed[]): string {
  const head = 'metric,labels,unit,runs,count,p50,p90,p99,p999,max,total,share';
  const lines = figures.map((f) => {
    const labels = Object.entries(f.labels).map(([k, v]) => `${k}=${v}`);
    const numbers = [f.runs, f.count, f.p50, f.p90, f.p99, f.p999, f.max, f.total, f.share];
    return [f.metric, quoted(labels.join(';')), f.unit, ...numbers.map((n) => n ?? '')].join(',');
  });
  return `${[head, ...lines].join('\n')}\n`;
}

const quoted = (text: string): string =>
  /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;

function nameOf({ metric, labels }: Analysed): string {
  const plain = metric.replace(/^antlion_/, '').replace(/_(seconds|total|ratio)$/, '');
  const of = Object.values(labels).join(' ');
  return of === '' ? plain.replaceAll('_', ' ') : `${plain.replaceAll('_', ' ')}: ${of}`;
}

function shown(value: number | null, unit: string): string {
  if (value === null) return '';
  if (unit === 's') return formatDuration(Math.round(value * 1e6));
  return unit === 'share' ? `${(value * 100).toFixed(1)} %` : count(value);
}

/** The first column to the left, numbers to the right. */
function columns(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, i) => Math.max(...rows.map((r) => (r[i] ?? '').length)));
  return rows.map((row) =>
    row
      .map((text, i) => (i === 0 ? text.padEnd(widths[i] ?? 0) : text.padStart(widths[i] ?? 0)))
      .join('  ')
      .trimEnd(),
  );
}
