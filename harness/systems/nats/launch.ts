/** How a cluster of our own is started: on loopback only, its routes by links of ours. */
import type { LaunchPlan } from '../../core/launch-plan.ts';
import { goClock } from '../go-clock.ts';
import type { Requirement } from '../define-system.ts';

/** Others tell each other where a server is; at the address that they are told nobody is, so routes stay where they were laid. */
const config = `
server_name: {{name}}
listen: "{{host}}:{{port}}"
ping_interval: "1s"
ping_max: 2
jetstream { store_dir: "{{data}}/jetstream", max_mem: 64MB, max_file: 256MB }
cluster {
  name: antlion
  listen: "{{host}}:{{peerPort}}"
  advertise: "{{host}}:9"
  no_advertise: true
  routes: [ {{peers}} ]
}
`;

export const launchNats: LaunchPlan = {
  command: ['nats-server', '-c', '{{data}}/nats.conf'],
  files: { 'nats.conf': config },
  install: 'apt-get install nats-server',
  members: 3,
  url: 'nats://{{host}}:{{port}}',
  peers: { each: '"nats://{{address}}"', separator: ', ', via: 'links' },
  ready: { tcp: true },
  clock: goClock,
};

export const natsServer: Requirement = {
  program: 'nats-server',
  args: ['--version'],
  otherwise:
    'antlion verify nats starts its own with it: apt-get install nats-server; a newer one by go install github.com/nats-io/nats-server/v2@v2.11.4, with --binary',
};
