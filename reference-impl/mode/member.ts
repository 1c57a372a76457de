/**
 * What a mechanism has to do with the modes: the member `mode` of its manifest.
 *
 * Figures and behaviours are open: a mechanism merges the types of its own into `ModeInputs` and
 * `ModeBehaviours`, and says what they are in its `mode.ts`. The matrix is derived from the list.
 */
import type { Observation } from '../../harness/core/observation.ts';
import type { NodeConfig } from '../../harness/core/system.ts';
import type { HistoryEvent } from '../../harness/core/history.ts';
import type { Policy } from '../config.ts';
import type { Evidence } from '../evidence/observations.ts';
import type { Measured } from './judge/measured.ts';
import { modeRows, modes } from './matrix.ts';
import type { Mode, ModePolicy, ModeRow } from './matrix.ts';

/** What a node has measured, over its own evidence; each figure is whole, or a fact. */
// oxlint-disable-next-line no-empty-interface -- merged into by those who measure
export interface ModeInputs {}

/** What a mode does to a node, by the mechanism to which it does it. */
// oxlint-disable-next-line no-empty-interface -- merged into by those who behave otherwise
export interface ModeBehaviours {}

/** A cause of leaving Target, by the figures of the mechanism that names it. */
export interface ModeTrigger {
  readonly id: string;
  readonly row: ModeRow;
  readonly enters: 'degraded' | 'floor';
  /** In words, for reports. */
  readonly when: string;
  readonly holds: (i: ModeInputs, p: ModePolicy) => boolean;
}

/** How a node measures the figures of one mechanism, by what its own components observe. */
export interface FigureGauge {
  /** Observations of other kinds are not handed to it. */
  readonly hears: readonly Observation['kind'][];
  start?(nowUs: number): void;
  observed(e: Observation, nowUs: number): void;
  figures(nowUs: number): Partial<ModeInputs>;
  /** The evidence behind one row of the matrix. A decision must check whether it is in force. */
  behind?(row: ModeRow): readonly Evidence[];
}

/** Clocks differ, and what is told takes a moment: a figure at its best and at its worst. */
export type Side = 'best' | 'worst';

/** How the judges measure the same, from the observations of a node: the second opinion. */
export interface FigureMeasure {
  observe(e: Extract<HistoryEvent, { readonly type: 'observe' }>): void;
  /** Writes its figures into `i`. */
  fill(i: Writable<ModeInputs>, side: Side, atUs: number): void;
  /**
   * Where the node may have looked at any of several things: the figures of each, instead of those
   * that `fill` wrote. A trigger may hold if it does for one of them, and holds for sure if for all.
   */
  others?(side: Side, atUs: number): readonly Partial<ModeInputs>[];
  /** Instants after which an age makes a trigger hold though nothing is observed. */
  thresholdsUs?(): readonly number[];
}

export type Writable<T> = { -readonly [K in keyof T]: T[K] };

/** Something that one cell of the matrix asks for. */
export interface ModeCell {
  readonly mode: Mode;
  readonly row: ModeRow;
  /** In words, for people. */
  readonly what: string;
  /** The promise that judges it; null: no mechanism does it yet. */
  readonly promise: string | null;
}

export interface ModeMember {
  readonly figures?: {
    /** What a node shows is only believed to be figures if it is of these types. */
    readonly types: Partial<Readonly<Record<keyof ModeInputs, 'number' | 'boolean'>>>;
    readonly triggers: readonly ModeTrigger[];
    readonly gauge: (config: NodeConfig, policy: Policy) => FigureGauge;
    readonly measure: (of: Measured) => FigureMeasure;
  };
  /** What each mode does to the mechanism: its entry of `ModeBehaviours`. */
  readonly behaviour?: Readonly<Record<Mode, ModeBehaviours[keyof ModeBehaviours]>>;
  /** What it does about single cells of the matrix. */
  readonly cells?: readonly ModeCell[];
}

/** A manifest, as far as modes go. */
export interface WithMode {
  readonly id: string;
  readonly mode?: ModeMember;
}

/** All that the manifests say of the modes. */
export interface Modes {
  /** Every cause of leaving Target, worst first. A node's mode is the worst of its rows. */
  readonly matrix: readonly ModeTrigger[];
  readonly figures: readonly NonNullable<ModeMember['figures']>[];
  readonly behaviours: Readonly<Record<Mode, ModeBehaviours>>;
  /** Cell by cell, as the matrix has them, and which mechanism says so. */
  readonly cells: readonly (ModeCell & { readonly mechanism: string })[];
}

/** Of one list always the same. */
export function modesOf(all: readonly WithMode[]): Modes {
  const known = derived.get(all);
  if (known !== undefined) return known;
  const figures = all.flatMap((m) => m.mode?.figures ?? []);
  const triggers = figures.flatMap((f) => f.triggers);
  const found: Modes = {
    matrix: (['floor', 'degraded'] as const).flatMap((enters) =>
      modeRows.flatMap((row) => triggers.filter((t) => t.enters === enters && t.row === row)),
    ),
    figures,
    behaviours: Object.fromEntries(
      modes.map((mode) => [mode, behavioursIn(mode, all)]),
    ) as unknown as Modes['behaviours'],
    cells: modes.flatMap((mode) => modeRows.flatMap((row) => cellsOf(mode, row, all))),
  };
  derived.set(all, found);
  return found;
}

const derived = new WeakMap<readonly WithMode[], Modes>();

function cellsOf(mode: Mode, row: ModeRow, all: readonly WithMode[]): Modes['cells'] {
  return all.flatMap(({ id, mode: m }) =>
    (m?.cells ?? [])
      .filter((c) => c.mode === mode && c.row === row)
      .map((c) => ({ ...c, mechanism: id })),
  );
}

function behavioursIn(mode: Mode, all: readonly WithMode[]): object {
  return Object.fromEntries(
    all.flatMap(({ id, mode: m }) => (m?.behaviour === undefined ? [] : [[id, m.behaviour[mode]]])),
  );
}

/** The worst trigger that holds, or null when nothing keeps the node from Target. */
export function worstTrigger(
  matrix: readonly ModeTrigger[],
  i: ModeInputs,
  p: ModePolicy,
): ModeTrigger | null {
  return matrix.find((t) => t.holds(i, p)) ?? null;
}

/** Are these all the figures, each of its type? What a node shows is only believed to be so. */
export function areInputs({ figures }: Modes, shown: unknown): shown is ModeInputs {
  if (typeof shown !== 'object' || shown === null) return false;
  const found: Readonly<Record<string, unknown>> = { ...shown };
  return figures.every((f) =>
    Object.entries(f.types).every(([name, type]) => typeof found[name] === type),
  );
}
