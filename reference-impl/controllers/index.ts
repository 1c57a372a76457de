/** Controllers of the kind of Kubernetes: desired against actual, endpoints, node leases, ConfigMaps (C1, D4, D10). */
import { part } from '../mechanism.ts';
import { StoreClient } from '../store-client/store-client.ts';
import { Subscriptions } from '../subscriptions/subscriptions.ts';
import { controllersOf } from './config.ts';
import { Controllers } from './controllers.ts';
import { configReachesPods } from './judge/config-reaches-pods.ts';
import { noDeadEndpoint } from './judge/no-dead-endpoint.ts';
import { replicasConverge } from './judge/replicas-converge.ts';
import { controllerMutants } from './mutants.ts';
import { controllerRules } from './rules.ts';
import { desiredAndActual } from './scenario.ts';

export const controllers = part({
  id: 'controllers',
  requirements: ['D1', 'D3', 'C1'],
  what: 'brings actual pods and endpoints to what is desired, by node leases and by watches from a resource version',
  rules: controllerRules,
  make: ({ io, config, spec, part: get }, rules) =>
    new Controllers(io, get(StoreClient), get(Subscriptions), {
      config: controllersOf(config.settings),
      rules,
      self: config.id,
      role: spec === null ? 'none' : spec.role === 'server' ? 'controller' : 'node',
    }),
  questions: { objects: (part) => part.known() },
  http: { '/objects': 'objects' },
  promises: [replicasConverge(), noDeadEndpoint(), configReachesPods()],
  mutants: controllerMutants,
  scenarios: [desiredAndActual],
});
