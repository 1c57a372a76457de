/** An instance that can do so much and no more, and says so (R5, R8). */
import { part } from '../mechanism.ts';
import { hasModes } from '../mode/matrix.ts';
import { Admission } from './admission.ts';
import { admissionOf } from './config.ts';
import { admissionByMode } from './judge/admission-by-mode.ts';
import { fairByArrival } from './judge/fair-by-arrival.ts';
import { goodputUnderOverload } from './judge/goodput-under-overload.ts';
import { admissionMode } from './mode.ts';
import { admissionMutants } from './mutants.ts';
import { admissionRules } from './rules.ts';
import { overload } from './scenario.ts';

export const admission = part({
  id: 'admission',
  requirements: ['R5', 'R8'],
  what: 'lets in what it can answer in time, refuses the rest at once, and says when to come back',
  rules: admissionRules,
  make: ({ io, config, spec, behaviours }, rules) =>
    new Admission(io, {
      service: spec?.service ?? null,
      config: admissionOf(config.settings, spec?.service ?? null),
      rules,
      tellsTurns: config.settings.extra['tellsTurns'] === true,
      behaviour: hasModes(config.settings) ? behaviours.admission : null,
    }),
  mode: admissionMode,
  promises: [goodputUnderOverload(), fairByArrival(), admissionByMode()],
  mutants: admissionMutants,
  scenarios: [overload],
});
