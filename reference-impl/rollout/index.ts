/** Gradual rollouts (C6). */
import { nodesWithRole } from '../../harness/core/program.ts';
import { ConfigCopy } from '../config-copy/config-copy.ts';
import { EvidenceBook } from '../evidence/evidence-book.ts';
import { part } from '../mechanism.ts';
import { StoreClient } from '../store-client/store-client.ts';
import { rolloutOf } from './config.ts';
import { Controller } from './controller.ts';
import { Instance } from './instance.ts';
import { rolloutReturns } from './judge/rollout-returns.ts';
import { rolloutShare } from './judge/rollout-share.ts';
import type { RolloutReport, UseAnswer, UseCall } from './messages.ts';
import { rolloutMutants } from './mutants.ts';
import type {} from './observations.ts';
import { Rollouts } from './rollout.ts';
import { rolloutRules } from './rules.ts';
import { rolloutSpoilt, rolloutWithRegression } from './scenario.ts';

export const rollout = part({
  id: 'rollout',
  requirements: ['C6'],
  what: 'a new version comes to a tenth of the instances more at each step, and returns if it fares worse',
  rules: rolloutRules,
  make({ io, spec, config: { settings, shape }, part: get }, rules) {
    const config = rolloutOf(settings);
    const copy = get(ConfigCopy);
    if (config === null) return new Rollouts(io, copy, null);
    const of = (service: string) => shape.nodes.filter((n) => n.service === service);
    const isServer = spec?.role === 'server';
    const controller = isServer
      ? new Controller(io, get(StoreClient), get(EvidenceBook), { config, rules })
      : null;
    const service = spec?.service;
    const instance =
      spec === null || service === undefined
        ? null
        : {
            service,
            of: new Instance(io, {
              config,
              rules,
              service,
              self: spec.name,
              instances: of(service).map((n) => n.name),
              servers: nodesWithRole(shape, 'server'),
            }),
          };
    return new Rollouts(io, copy, {
      controller,
      instance,
      placeOf(name, n) {
        const all = of(name);
        const found = all[n % Math.max(1, all.length)];
        return found === undefined ? null : shape.nodes.indexOf(found);
      },
      deadlineUs: settings.deadlineUs,
    });
  },
  operations: { use: (part, c, done) => part.begin(c, done) },
  messages: {
    use: (part, from, m: UseCall) => part.use(from, m),
    used: (part, from, m: UseAnswer) => part.used(from, m),
    'rollout-report': (part, from, m: RolloutReport) => part.reported(from, m),
  },
  promises: [rolloutShare(), rolloutReturns()],
  mutants: rolloutMutants,
  scenarios: [rolloutWithRegression, rolloutSpoilt],
});
