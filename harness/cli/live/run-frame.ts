/** A run that goes on, as lines of a terminal. */
import pc from 'picocolors';
import { count, plural } from '../../report/terminal.ts';
import { bar, cut, sides, spanText, widthOf } from './frame-parts.ts';
import type { FaultScene, NodeScene, RunScene } from './run-scene.ts';

type Paint = (text: string) => string;
const plain: Paint = (text) => text;

const looks: Readonly<Record<string, Paint>> = {
  leader: pc.bold,
  candidate: pc.yellow,
  paused: pc.yellow,
  down: pc.red,
};
/** The words before figures and faults are as wide as the longest name, within these. */
const nameMin = 10;
const nameMax = 24;
const faultsMax = 4;

/** At most `rows` lines of at most `columns` characters; nodes are left out before anything else is. */
export function runFrame(scene: RunScene, columns: number, rows: number): string[] {
  const width = widthOf(columns);
  const names = scene.nodes.map((n) => n.name.length);
  const nameWidth = Math.min(Math.max(nameMin, ...names), nameMax, Math.max(4, width - 20)) + 1;
  const row = (name: string, text: string, paint: Paint = plain): string =>
    paint(cut(`${cut(name, nameWidth - 1).padEnd(nameWidth)}${text}`, width));
  const faults = faultLines(scene, row, width - nameWidth);
  const head = [
    sides(`${scene.title} in ${scene.environment}`, timeText(scene), width),
    bar(shareOf(scene), width),
  ];
  const foot = [...faults, row('operations', operationsText(scene))];
  const room = Math.max(0, rows - head.length - foot.length);
  return [...head, ...nodeLines(scene.nodes, room, row), ...foot].slice(0, rows);
}

/** The same for a log. */
export function runLine(s: RunScene): string {
  const { ok, fail, info } = s.operations;
  const at = `${Math.floor(s.elapsedUs / 1_000_000)} s`;
  return `${s.title}: ${at}, ${plural(ok + fail + info, 'operation')}, ${plural(s.faults.length, 'fault')} in force`;
}

type Row = (name: string, text: string, paint?: Paint) => string;

function timeText(s: RunScene): string {
  const elapsed = spanText(s.elapsedUs / 1_000);
  if (s.phase === 'starting') return `starting, ${elapsed}`;
  if (s.phase === 'ending') return 'healing, stopping, judging';
  return `${elapsed}, ${spanText((s.durationUs - s.elapsedUs) / 1_000)} left`;
}

function shareOf(s: RunScene): number {
  return s.phase === 'starting' ? 0 : s.phase === 'ending' ? 1 : s.elapsedUs / s.durationUs;
}

function nodeLines(nodes: readonly NodeScene[], room: number, row: Row): string[] {
  const isAll = nodes.length <= room;
  const shown = isAll ? nodes : mostTelling(nodes, Math.max(0, room - 1));
  const wide = Math.max(0, ...shown.map((n) => n.text.length)) + 2;
  const lines = shown.map(({ name, look, text, more }) =>
    row(name, `${text.padEnd(wide)}${more}`.trimEnd(), looks[look]),
  );
  return isAll ? lines : [...lines, row('', `and ${nodes.length - shown.length} more nodes`)];
}

/** In their order: those that are not as usual before those that are. */
function mostTelling(nodes: readonly NodeScene[], n: number): NodeScene[] {
  const isUsual = ({ look, more }: NodeScene): boolean => look === 'up' && more === '';
  const telling = new Set(
    [...nodes.filter((one) => !isUsual(one)), ...nodes.filter(isUsual)].slice(0, n),
  );
  return nodes.filter((one) => telling.has(one));
}

function faultLines({ faults }: RunScene, row: Row, width: number): string[] {
  if (faults.length === 0) return [row('faults', 'none in force')];
  const told = faults
    .slice(0, faultsMax)
    .map((f, i) => row(i === 0 ? 'faults' : '', faultText(f, width), pc.yellow));
  const rest = faults.length - told.length;
  return rest > 0 ? [...told, row('', `and ${rest} more`, pc.yellow)] : told;
}

/** That it met nothing is told whole: whom it is aimed at may be long. */
function faultText({ text, isEffective }: FaultScene, width: number): string {
  const rest = isEffective ? '' : ', no effect yet';
  return `${cut(text, width - rest.length)}${rest}`;
}

function operationsText({ operations: o }: RunScene): string {
  const parts = [`${count(o.ok)} ok`, `${count(o.fail)} failed`, `${count(o.info)} unknown`];
  return `${parts.join(', ')}, ${count(o.open)} open; ${count(o.perSecond)} a second`;
}
