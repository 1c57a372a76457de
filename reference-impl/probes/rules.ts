/** What a supervisor decides. */
export type Probe = 'start-up' | 'liveness' | 'readiness';

export interface ProbeRules {
  /** Which probes count. */
  counted(isStarted: boolean): readonly Probe[];
  /** What comes of one that fails too often. */
  consequence(probe: Probe): 'restart' | 'take-out';
  /** How many looks in a row ended as this one did; `before`: as the last one knew. */
  inRow(isSame: boolean, before: number): number;
  /** Have so many in a row, of so many that are wanted, something come of them? */
  isEnough(probe: Probe, inRow: number, wanted: number): boolean;
  /** Is a program that is ready, or not, kept in the registry? */
  isListed(isReady: boolean): boolean;
}

export const probeRules: ProbeRules = {
  // Who is still starting is not dead for it, however long that takes.
  counted: (isStarted) => (isStarted ? ['liveness', 'readiness'] : ['start-up']),
  // Who is only not ready gets well by itself: a restart would cost its caches, and help nobody.
  consequence: (probe) => (probe === 'readiness' ? 'take-out' : 'restart'),
  // One that fails now and then is slow, not ill: what counts is that it fails each time.
  inRow: (isSame, before) => (isSame ? before + 1 : 0),
  isEnough: (_, inRow, wanted) => inRow >= wanted,
  isListed: (isReady) => isReady,
};
