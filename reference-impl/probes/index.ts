/** Start-up, liveness and readiness of an instance's program (D2). */
import { part } from '../mechanism.ts';
import { Registrar } from '../registration/registrar.ts';
import { probesOf } from './config.ts';
import { restartedForCause } from './judge/restarted-for-cause.ts';
import { unreadySpared } from './judge/unready-spared.ts';
import { probeMutants } from './mutants.ts';
import { Probes } from './probes.ts';
import { probeRules } from './rules.ts';
import { looksInARow } from './judge/looks-in-a-row.ts';
import { flappingProgram } from './scenarios/flapping-program.ts';
import { slowStarters } from './scenarios/slow-starters.ts';

export const probes = part({
  id: 'probes',
  requirements: ['D2'],
  what: 'waits for a program that starts, restarts one that hangs, takes out of the registry one that is not ready',
  rules: probeRules,
  make: ({ io, config, spec, part: get }, rules) =>
    new Probes(io, get(Registrar), {
      config: spec?.service === undefined ? null : probesOf(config.settings),
      rules,
      self: config.id,
    }),
  promises: [unreadySpared(), restartedForCause(), looksInARow()],
  mutants: probeMutants,
  scenarios: [slowStarters, flappingProgram],
});
