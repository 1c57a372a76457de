/**
 * The four modes, which may follow which, and the way back to Target (requirements M, M1, M2).
 *
 * Data: a node runs it; the harness verifies it from what was observed, on its own. When a node is in
 * which mode, and what that does to it, each mechanism says of itself (`member.ts`).
 */
import type { Settings } from '../../harness/core/program.ts';

export type Mode = 'target' | 'degraded' | 'floor' | 'recovery';
export type ModeRow = 'discovery' | 'config' | 'resilience' | 'load';

export const modes: readonly Mode[] = ['target', 'degraded', 'floor', 'recovery'];
/** The rows of the matrix; of two causes that are as bad, the first row's is told. */
export const modeRows: readonly ModeRow[] = ['discovery', 'config', 'resilience', 'load'];

/** A story of one mechanism may leave the modes out, as they would take the load off it: `extra: { modes: false }`. */
export function hasModes({ extra }: Pick<Settings, 'extra'>): boolean {
  return extra['modes'] !== false;
}

/** Times of the matrix, µs. Scaled together with all policy times outside simulation. */
export interface ModePolicy {
  /** Evidence below this age is fresh: 10 s. */
  readonly freshUs: number;
  /** The registry counts as lost after this: 5 min. */
  readonly registryLostUs: number;
  /** Configuration propagates within this: 60 s. */
  readonly propagationUs: number;
  /** Target is entered after evidence was stable this long: 5 min. */
  readonly stableUs: number;
  /** The matrix is evaluated this often: 1 s. */
  readonly evaluateUs: number;
}

/** Which mode may follow which. Degraded and Floor reach Target only through Recovery. */
export const modeSuccessors: Readonly<Record<Mode, readonly Mode[]>> = {
  target: ['degraded', 'floor'],
  degraded: ['floor', 'recovery'],
  floor: ['recovery'],
  recovery: ['target', 'degraded', 'floor'],
};

export type RecoveryStepId =
  'validate' | 're-establish' | 'reconcile' | 'test' | 'ramp-10' | 'ramp-50' | 'ramp-100' | 'watch';

/**
 * What must have been shown before the next step begins: that the registry answered since Recovery
 * began; that it lists this instance (a server is none); that it confirmed configuration and lists
 * since Recovery began; that every dependency answered a call since the step began and its circuit is
 * closed; that the step took the time of a ramp; that Recovery has lasted for the stable time and all
 * circuits are closed.
 */
export type RecoveryProof = 'answered' | 'listed' | 'confirmed' | 'tested' | 'lasted' | 'stable';

export interface RecoveryStep {
  readonly step: RecoveryStepId;
  readonly proof: RecoveryProof;
  /** The proof in words, for reports. */
  readonly shows: string;
  /** Of the calls to dependencies, per thousand, that are made while the step lasts. */
  readonly sharePermille: number;
}

/**
 * The way back to Target, in order (requirement M2): what the source calls one step, the ramp, is
 * three here, one a share. What goes wrong meanwhile ends Recovery; the matrix says where that leads.
 */
export const recoverySteps: readonly RecoveryStep[] = [
  {
    step: 'validate',
    proof: 'answered',
    shows: 'the registry answered',
    sharePermille: 100,
  },
  {
    step: 're-establish',
    proof: 'listed',
    shows: 'the registry lists this instance',
    sharePermille: 100,
  },
  {
    step: 'reconcile',
    proof: 'confirmed',
    shows: 'configuration and routing tables were confirmed',
    sharePermille: 100,
  },
  {
    step: 'test',
    proof: 'tested',
    shows: 'every dependency answered a call',
    sharePermille: 100,
  },
  { step: 'ramp-10', proof: 'lasted', shows: '10 % of the load went well', sharePermille: 100 },
  { step: 'ramp-50', proof: 'lasted', shows: '50 % of the load went well', sharePermille: 500 },
  { step: 'ramp-100', proof: 'lasted', shows: 'all of the load went well', sharePermille: 1_000 },
  { step: 'watch', proof: 'stable', shows: 'all was stable for 5 min', sharePermille: 1_000 },
];
