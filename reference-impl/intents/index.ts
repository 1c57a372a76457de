/** Intents: callers that say what they need (D11). */
import { Discovery } from '../discovery/discovery.ts';
import { part } from '../mechanism.ts';
import { intentsOf } from './config.ts';
import { Intents } from './intents.ts';
import { intentMutants } from './mutants.ts';
import type {} from './observations.ts';
import { intentMet } from './promise.ts';
import { intentRules } from './rules.ts';
import { intentsMet } from './scenario.ts';

export const intents = part({
  id: 'intents',
  requirements: ['D11'],
  what: 'sends calls to whoever has shown to be in time, and not to whom gossip doubts',
  rules: intentRules,
  make({ io, config, spec, part: get }, rules) {
    const discovery = get(Discovery);
    const zone = spec?.zone ?? null;
    return new Intents(io, {
      config: intentsOf(config.settings),
      rules,
      isNear: (service, i) => discovery.zoneOf(service, i) === zone,
    });
  },
  promises: [intentMet()],
  mutants: intentMutants,
  scenarios: [intentsMet],
});
