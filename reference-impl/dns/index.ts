/** DNS (D5): answers from the catalog, kept for their TTL, picked by priority and weight. */
import { Discovery } from '../discovery/discovery.ts';
import { nodesWithRole } from '../../harness/core/program.ts';
import { part } from '../mechanism.ts';
import { ServiceClient } from '../service-client/service-client.ts';
import { dnsOf } from './config.ts';
import { Dns } from './dns.ts';
import { dnsGone } from './judge/dns-gone.ts';
import { dnsTtl } from './judge/dns-ttl.ts';
import { dnsAsFallback } from './judge/dns-as-fallback.ts';
import { srvOrder } from './judge/srv-order.ts';
import type { DnsQuery, DnsReply } from './messages.ts';
import { dnsMutants } from './mutants.ts';
import type {} from './observations.ts';
import { dnsRules } from './rules.ts';
import { dnsInDegraded } from './scenarios/dns-in-degraded.ts';
import { namesAfterPauses } from './scenarios/names-after-pauses.ts';
import { namesInTime } from './scenario.ts';

export const dns = part({
  id: 'dns',
  requirements: ['D5', 'I1'],
  what: 'finds services by DNS: answers from the catalog, caches that keep them for their TTL, priority and weight',
  rules: dnsRules,
  make({ io, config, spec, timing, servers, part: get }, rules) {
    const caches = nodesWithRole(config.shape, 'service');
    const part = new Dns(io, get(Discovery), {
      config: dnsOf(config.settings),
      rules,
      timing,
      self: config.id,
      isServer: spec?.role === 'server',
      // Clients ask a cache, where there is one.
      upstream: spec === null && caches.length > 0 ? caches : servers,
    });
    if (part.isOn) get(ServiceClient).chooseFirst(part);
    return part;
  },
  messages: {
    'dns-query': (part, from, m: DnsQuery) => part.asked(from, m),
    'dns-reply': (part, _from, m: DnsReply) => part.answered(m),
  },
  operations: { resolve: (part, c, done) => part.resolve(c, done) },
  questions: { 'dns-catalog': (part) => part.catalog() },
  promises: [dnsTtl(), dnsGone(), srvOrder(), dnsAsFallback()],
  mode: {
    cells: [
      {
        mode: 'degraded',
        row: 'discovery',
        what: 'DNS as fallback, where the run has it',
        promise: 'dns-as-fallback',
      },
    ],
  },
  mutants: dnsMutants,
  scenarios: [namesInTime, namesAfterPauses, dnsInDegraded],
});
