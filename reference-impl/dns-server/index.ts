/** DNS on the wire (D5), for `dig` and for every resolver. */
import { front } from '../mechanism.ts';

export const dnsServer = front({
  id: 'dns-server',
  requirements: ['D5'],
  what: 'answers A, AAAA and SRV over UDP and TCP from the catalog, by names of Consul and of Kubernetes',
  rules: {},
  load: async () => (await import('./front.ts')).dnsFront,
});
