/** A search for new states that goes on, as lines of a terminal. */
import pc from 'picocolors';
import { count, plural } from '../../report/terminal.ts';
import { bar, cut, sides, spanText, widthOf } from './frame-parts.ts';

export interface ExploreScene {
  readonly elapsedMs: number;
  /** What ends it, whichever is first; infinite: not that. */
  readonly limit: { readonly runs: number; readonly events: number; readonly ms: number };
  readonly runs: number;
  /** Of simulation. */
  readonly events: number;
  readonly unknown: number;
  readonly states: number;
  readonly transitions: number;
  /** When the last new state was found. */
  readonly newAtMs: number;
  /** Promises that were broken, by how many runs. */
  readonly violations: ReadonlyMap<string, number>;
}

const nameWidth = 12;

export function exploreFrame(s: ExploreScene, columns: number, rows: number): string[] {
  const width = widthOf(columns);
  const row = (name: string, text: string): string =>
    cut(`${name.padEnd(nameWidth)}${text}`, width);
  const { limit, elapsedMs, runs } = s;
  const share = Math.max(elapsedMs / limit.ms, runs / limit.runs, s.events / limit.events);
  const rate = elapsedMs > 0 ? Math.round((runs * 1_000) / elapsedMs) : 0;
  const doubts = s.unknown === 0 ? '' : `, ${count(s.unknown)} unknown`;
  const broken = [...s.violations].map(([id, n]) =>
    pc.red(row('violated', `${id} in ${plural(n, 'run')}`)),
  );
  return [
    sides('exploring', `${spanText(elapsedMs)}, ${leftOf(s)}`, width),
    bar(share, width),
    row('runs', `${count(runs)}, ${count(rate)} a second${doubts}`),
    row(
      'states',
      `${count(s.states)}, ${plural(s.transitions, 'transition')}; the last new one ${spanText(elapsedMs - s.newAtMs)} ago`,
    ),
    ...(broken.length > 0 ? broken : [row('violated', 'nothing so far')]),
  ].slice(0, rows);
}

function leftOf({ limit, elapsedMs, runs, events }: ExploreScene): string {
  if (limit.ms < Infinity) return `${spanText(limit.ms - elapsedMs)} left`;
  if (limit.runs < Infinity) return `${plural(limit.runs - runs, 'run')} left`;
  return `${plural(Math.max(0, limit.events - events), 'event')} left`;
}
