/** What an agent does by mode: what manifests say of it, by rules of which a mutant replaces one. */
import type { Mode, RecoveryStep } from '../mode/matrix.ts';
import type { ModeBehaviours, Modes } from '../mode/member.ts';

export interface BehaviourRules {
  behaviours(mode: Mode, all: Modes['behaviours']): ModeBehaviours;
  /** Of the calls to dependencies, per thousand, that are made in a step of Recovery. */
  sharePermille(step: RecoveryStep): number;
}

export const behaviourRules: BehaviourRules = {
  behaviours: (mode, all) => all[mode],
  sharePermille: (step) => step.sharePermille,
};
