/**
 * How servers of our own are started: two, each told of the other. A server takes a peer for itself whose host is its
 * own, so each has its name for a host, which nobody looks up.
 * https://docs.spring.io/spring-cloud-netflix/reference/spring-cloud-netflix.html#spring-cloud-eureka-server-peer-awareness
 */
import type { LaunchPlan } from '../../core/launch-plan.ts';
import { javaOptions } from '../spring.ts';

/** How the servers are set up, and with which times. */
export interface ServerManner {
  /** `usual`: answers are cached for 30 s, and before that for 180 s; `short`: for a second. */
  readonly listCache: 'short' | 'usual';
  /** Are instances kept whose leases ended, while fewer renew than are expected to? */
  readonly selfPreservation: 'off' | 'on';
}

/** How often leases that ended are looked for: each time at most 15 % of all go, and one at least. */
const evictionMs = 250;

export function launchEureka({ listCache, selfPreservation }: ServerManner): LaunchPlan {
  const isUsual = listCache === 'usual';
  const settings = {
    'server.address': '{{host}}',
    'server.port': '{{port}}',
    'eureka.instance.hostname': '{{name}}',
    'eureka.client.service-url.defaultZone': '{{peers}}',
    'eureka.client.register-with-eureka': false,
    // Who starts takes over what its peer knows.
    'eureka.client.fetch-registry': true,
    'eureka.server.registry-sync-retries': 1,
    'eureka.server.wait-time-in-ms-when-sync-empty': 0,
    'eureka.server.enable-self-preservation': selfPreservation === 'on',
    'eureka.server.eviction-interval-timer-in-ms': evictionMs,
    'eureka.server.use-read-only-response-cache': isUsual,
    'eureka.server.response-cache-auto-expiration-in-seconds': isUsual ? 180 : 1,
    'eureka.dashboard.enabled': false,
    'spring.main.banner-mode': 'off',
    'logging.level.root': 'warn',
  };
  return {
    command: [
      'eureka-server',
      ...Object.entries(settings).map(([name, value]) => `--${name}=${value}`),
    ],
    env: { JAVA_OPTS: javaOptions },
    install: 'antlion systems install eureka@2025.0.0',
    members: 2,
    url: 'http://{{host}}:{{port}}/eureka',
    peers: { each: 'http://{{host}}:{{port}}/eureka/', via: 'direct' },
    ready: { tcp: true },
    readyUsMax: 120_000_000,
  };
}
