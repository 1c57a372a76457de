/** The mode machine believes that all is well as soon as the cause has gone. */
import { modeRules } from '../mode/mode.ts';
import type { Mutant } from './mutant.ts';

export const skipRecovery: Mutant = {
  what: 'Degraded and Floor lead straight to Target, without Recovery',
  modeRules: {
    nextMode(f) {
      const mode = modeRules.nextMode(f);
      return mode === 'recovery' && f.mode !== 'recovery' ? 'target' : mode;
    },
  },
};
