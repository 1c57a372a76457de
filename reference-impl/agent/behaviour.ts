/** What an agent does by mode: the matrix's behaviours, as rules of which a mutant replaces one. */
import { behaviourIn } from '../mode/behaviour.ts';
import type { ModeBehaviour } from '../mode/behaviour.ts';
import type { Mode, RecoveryStep } from '../mode/matrix.ts';

export interface BehaviourRules {
  behaviour(mode: Mode): ModeBehaviour;
  /** Of the calls to dependencies, per thousand, that are made in a step of Recovery. */
  sharePermille(step: RecoveryStep): number;
}

export const behaviourRules: BehaviourRules = {
  behaviour: (mode) => behaviourIn[mode],
  sharePermille: (step) => step.sharePermille,
};
