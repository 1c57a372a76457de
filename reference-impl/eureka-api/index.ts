/** Eureka's REST interface, for its clients (D6). */
import { front } from '../mechanism.ts';

export const eurekaApi = front({
  id: 'eureka-api',
  requirements: ['D6'],
  what: 'the registry of peers by REST as Eureka has it: apps, delta, status, in JSON',
  rules: {},
  load: async () => (await import('./api.ts')).eurekaRoutes,
});
