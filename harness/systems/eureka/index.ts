/** Eureka, of Spring Cloud 2025.0: two peers without a leader, each of which answers by what it knows. */
import { z } from 'zod';
import { endedNotFound, registeredFound } from '../../invariants/registrations.ts';
import type { RegistryBounds } from '../../invariants/registrations.ts';
import { defineSystem } from '../define-system.ts';
import { type Door, doorFlags, doorOf } from '../door.ts';
import { basicOf, targetsOf, type Way, withTargets } from '../rest.ts';
import { requireEureka, tidy } from './ask.ts';
import { launchEureka } from './launch.ts';
import { eurekaServer, releases } from './releases.ts';
import { openEurekaSession } from './session.ts';

const understanding =
  'https://github.com/Netflix/eureka/wiki/Understanding-eureka-client-server-communication';
const peers =
  'https://github.com/Netflix/eureka/wiki/Understanding-Eureka-Peer-to-Peer-Communication';
const selfPreservation = 'https://github.com/Netflix/eureka/wiki/Server-Self-Preservation-Mode';
const lease =
  'https://github.com/Netflix/eureka/blob/v2.0.4/eureka-core/src/main/java/com/netflix/eureka/lease/Lease.java';

/**
 * What reaches a peer waits for half a second to be sent with others, and an answer may have been cached for one
 * more; the rest is for machines that are busy. Leases are looked through four times a second.
 */
const bounds: RegistryBounds = { staleUs: 3_000_000, expiryUs: 2_000_000, settleUs: 3_000_000 };

export const eureka = defineSystem({
  name: 'eureka',
  flags: z.object({
    listCache: z
      .enum(['short', 'usual'])
      .default('short')
      .describe('of servers of our own: answers are cached for a second, or as long as usual'),
    leases: z
      .enum(['halved', 'whole'])
      .default('halved')
      .describe('leases of half the length, renewed at once, or as long as they are asked for'),
    selfPreservation: z
      .enum(['off', 'on'])
      .default('off')
      .describe('of servers of our own: are instances kept while too few of all renew?'),
    ...doorFlags,
  }),
  operations: ['register', 'renew', 'deregister', 'discover'],
  promises: [registeredFound(bounds), endedNotFound(bounds)],
  documents: [
    {
      promises: ['registered-found'],
      says: 'Who registers with a server is known to its peers by and by; each answers by what it knows, also when it is cut off. Servers cache their answers for 30 s, and clients for as long again.',
      source: understanding,
      weakenedBy: '--list-cache usual',
    },
    {
      promises: ['registered-found', 'ended-not-found'],
      says: 'Nothing while peers cannot reach each other: what one is told, the other learns by the next renewal after that.',
      source: peers,
    },
    {
      promises: ['ended-not-found'],
      says: 'An instance that does not renew is evicted at the end of its lease, 90 s by default, unless fewer than 85 % of all renew.',
      source: selfPreservation,
      weakenedBy:
        '--self-preservation on, and --leases whole, as a lease that was renewed is counted twice',
    },
  ],
  anomalies: [
    {
      what: 'A server goes on answering from its cache, without who is registered since.',
      flags: { listCache: 'usual' },
      scenario: 'silent-instances',
      breaks: 'registered-found',
      source: understanding,
    },
    {
      what: 'An instance that renewed and fell silent is found for twice its lease.',
      flags: { leases: 'whole' },
      scenario: 'silent-instances',
      breaks: 'ended-not-found',
      source: lease,
    },
    {
      what: 'Instances that fell silent are kept for as long as fewer renew than a server expects.',
      flags: { selfPreservation: 'on' },
      scenario: 'silent-instances',
      breaks: 'ended-not-found',
      source: selfPreservation,
    },
  ],
  launch: launchEureka,
  releases,
  adapter: (flags) => {
    const way = wayOf(doorOf(flags));
    return {
      connect: (endpoints, client, settings) =>
        openEurekaSession(targetsOf(endpoints, way), client, settings, flags),
      ready: (endpoints) =>
        withTargets(endpoints, way, (targets) => requireEureka(endpoints, targets)),
      tidy: (endpoints, settings) =>
        withTargets(endpoints, way, (targets) => tidy(targets, settings)),
      severalRequests: ['register'],
    };
  },
  settings: (flags) => {
    const { listCache, leases, selfPreservation: isOn } = flags;
    return { listCache, leases, selfPreservation: isOn };
  },
  requires: [eurekaServer],
});

/** The address has the path, as clients of Eureka are told it. */
function wayOf(door: Door): Way {
  const { user, password } = door;
  const json = 'application/json';
  const own = password === null ? {} : { authorization: basicOf(user ?? '', password) };
  return { path: '', door, headers: { accept: json, 'content-type': json, ...own } };
}
