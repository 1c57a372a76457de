/** Consul's HTTP interface, for its clients (D1, D2). */
import { front } from '../mechanism.ts';

export const consulHttp = front({
  id: 'consul-api',
  requirements: ['D1', 'D2'],
  what: 'agent, catalog, health, keys and sessions over HTTP as Consul has them, with blocking questions',
  rules: {},
  load: async () => (await import('./api.ts')).consulApi,
});
