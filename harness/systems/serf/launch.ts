/** How agents of our own are started: each asks all others to let it in, until one does. */
import type { LaunchPlan } from '../../core/launch-plan.ts';
import { goClock } from '../go-clock.ts';

export function launchSerf(profile: string): LaunchPlan {
  return {
    command: [
      ...['serf', 'agent', '-node={{name}}', `-profile=${profile}`],
      ...['-bind={{host}}:{{peerPort}}', '-rpc-addr={{host}}:{{port}}'],
      ...['-config-file={{data}}/serf.json', '-log-level=warn'],
    ],
    files: {
      // Who was cut off for long is sought again, as often as in the reference cluster.
      'serf.json':
        '{ "reconnect_interval": "10s", "retry_interval": "1s", "retry_join": [{{peers}}] }',
    },
    install: 'apt-get install serf',
    members: 5,
    url: 'serf://{{host}}:{{port}}',
    peers: {
      each: '"{{host}}:{{peerPort}}"',
      // Gossip goes by UDP, which no proxy of links carries: cut off in namespaces alone.
      via: 'direct',
    },
    ready: { tcp: true },
    clock: goClock,
  };
}
