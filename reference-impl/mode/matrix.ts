/**
 * The four modes and the matrix that says when a node is in which (requirements M, M1).
 *
 * The matrix is data. A node runs it; the harness verifies it from what was observed, on its own.
 */
export type Mode = 'target' | 'degraded' | 'floor' | 'recovery';
export type ModeRow = 'discovery' | 'config' | 'resilience' | 'load';

/** What a node has measured, over its own evidence; each figure is whole. */
export interface ModeInputs {
  /** Since the registry last answered, µs. */
  readonly registryAgeUs: number;
  /** Since configuration was last confirmed, µs; `hasConfigCache` tells whether any copy exists. */
  readonly configAgeUs: number;
  readonly hasConfigCache: boolean;
  /** Failed of all calls really sent in the window, per thousand. */
  readonly failurePermille: number;
  /** Failed of all health checks in the window, per thousand. */
  readonly checkFailurePermille: number;
  /** Circuits that opened in the last minute. */
  readonly tripsPerMinute: number;
  /** Instances known alive, and how many were expected, of the service with the fewest. */
  readonly instancesAlive: number;
  readonly instancesExpected: number;
}

const figures: Readonly<Record<keyof ModeInputs, 'number' | 'boolean'>> = {
  registryAgeUs: 'number',
  configAgeUs: 'number',
  hasConfigCache: 'boolean',
  failurePermille: 'number',
  checkFailurePermille: 'number',
  tripsPerMinute: 'number',
  instancesAlive: 'number',
  instancesExpected: 'number',
};

/** Are these all the figures, each of its type? What a node shows is only believed to be so. */
export function areInputs(shown: unknown): shown is ModeInputs {
  if (typeof shown !== 'object' || shown === null) return false;
  const found: Readonly<Record<string, unknown>> = { ...shown };
  return Object.entries(figures).every(([name, type]) => typeof found[name] === type);
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

export interface ModeTrigger {
  readonly id: string;
  readonly row: ModeRow;
  readonly enters: 'degraded' | 'floor';
  /** In words, for reports. */
  readonly when: string;
  readonly holds: (i: ModeInputs, p: ModePolicy) => boolean;
}

/** Every cause of leaving Target, worst first. A node's mode is the worst of its rows. */
export const modeMatrix: readonly ModeTrigger[] = [
  {
    id: 'registry-lost',
    row: 'discovery',
    enters: 'floor',
    when: 'the registry was unreachable for more than 5 min',
    holds: (i, p) => i.registryAgeUs > p.registryLostUs,
  },
  {
    id: 'config-down',
    row: 'config',
    enters: 'floor',
    when: 'configuration is down and no cache exists',
    holds: (i, p) => i.configAgeUs > p.propagationUs && !i.hasConfigCache,
  },
  {
    id: 'failures-majority',
    row: 'resilience',
    enters: 'floor',
    when: 'more than 50 % of the calls failed',
    holds: (i) => i.failurePermille > 500,
  },
  {
    id: 'last-instance',
    row: 'load',
    enters: 'floor',
    when: 'one instance is left of several',
    holds: (i) => i.instancesExpected > 1 && i.instancesAlive <= 1,
  },
  {
    id: 'evidence-stale',
    row: 'discovery',
    enters: 'degraded',
    when: 'discovery evidence is older than 10 s',
    holds: (i, p) => i.registryAgeUs > p.freshUs,
  },
  {
    id: 'checks-failing',
    row: 'discovery',
    enters: 'degraded',
    when: 'more than 10 % of the health checks failed',
    holds: (i) => i.checkFailurePermille > 100,
  },
  {
    id: 'propagation-slow',
    row: 'config',
    enters: 'degraded',
    when: 'configuration was not confirmed for more than 60 s',
    holds: (i, p) => i.configAgeUs > p.propagationUs,
  },
  {
    id: 'trips',
    row: 'resilience',
    enters: 'degraded',
    when: 'more than 3 circuits opened in a minute',
    holds: (i) => i.tripsPerMinute > 3,
  },
  {
    id: 'instance-lost',
    row: 'load',
    enters: 'degraded',
    when: 'an expected instance is missing',
    holds: (i) => i.instancesAlive < i.instancesExpected,
  },
];

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

/** The worst trigger that holds, or null when nothing keeps the node from Target. */
export function worstTrigger(i: ModeInputs, p: ModePolicy): ModeTrigger | null {
  return modeMatrix.find((t) => t.holds(i, p)) ?? null;
}
