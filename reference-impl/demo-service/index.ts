/** The demo service: answers calls, and calls what it depends on meanwhile. */
import { Admission } from '../admission/admission.ts';
import type { HealthCheck, ServiceCall } from '../agent/wire.ts';
import { AnswerCache } from '../answer-cache/answer-cache.ts';
import { Breaker } from '../breaker/breaker.ts';
import { Discovery } from '../discovery/discovery.ts';
import { Intentions } from '../intentions/intentions.ts';
import { Flags } from '../flags/flags.ts';
import { LameDuck } from '../lame-duck/lame-duck.ts';
import { part } from '../mechanism.ts';
import { Probes } from '../probes/probes.ts';
import { Retries } from '../retries/retries.ts';
import { ServiceClient } from '../service-client/service-client.ts';
import { Sessions } from '../sessions/sessions.ts';
import { DemoService } from './demo-service.ts';
import { demoMode } from './mode.ts';

export const demoService = part({
  id: 'demo-service',
  requirements: ['R3', 'R6'],
  what: 'an instance that falls back where a dependency fails, so that the cascade ends with it',
  rules: {},
  make: ({ io, spec, settings, timing, behaviours, part: get }) =>
    new DemoService(
      io,
      {
        client: get(ServiceClient),
        retries: get(Retries),
        answers: get(AnswerCache),
        admission: get(Admission),
        intentions: get(Intentions),
        probes: get(Probes),
        breaker: get(Breaker),
        discovery: get(Discovery),
        flags: get(Flags),
        lameDuck: get(LameDuck),
      },
      {
        service: spec?.service ?? null,
        calls: spec?.calls ?? [],
        timing,
        trafficUs: settings.trafficUs,
        isFailFast: settings.isFailFast,
        handsOnKeys: get(Sessions).isOn || get(AnswerCache).isOn,
        mode: behaviours['demo-service'],
      },
    ),
  mode: demoMode,
  messages: {
    call: (demo, from, m: ServiceCall) => demo.receive(from, m),
    check: (demo, from, m: HealthCheck) => demo.checked(from, m),
  },
  questions: { status: (demo) => demo.counts() },
});
