/**
 * How servers of our own are started: on loopback only, with nothing that they do not need. None is removed when it
 * is taken for dead: with it would go the sessions that were made by way of it, however they are renewed.
 */
import type { LaunchPlan } from '../../core/launch-plan.ts';
import { goClock } from '../go-clock.ts';
import type { Requirement } from '../define-system.ts';

const config = `{
  "server": true,
  "bootstrap_expect": {{count}},
  "node_name": "{{name}}",
  "data_dir": "{{data}}/consul",
  "bind_addr": "{{host}}",
  "client_addr": "{{host}}",
  "ports": {
    "http": {{port}}, "server": {{peerPort}}, "serf_lan": {{peerPort2}},
    "serf_wan": -1, "dns": -1, "grpc": -1, "grpc_tls": -1
  },
  "retry_join": [{{peers}}],
  "retry_interval": "1s",
  "performance": { "raft_multiplier": 1 },
  "session_ttl_min": "1s",
  "leave_on_terminate": false,
  "disable_update_check": true,
  "connect": { "enabled": false },
  "peering": { "enabled": false },
  "autopilot": { "cleanup_dead_servers": false },
  "log_level": "error"
}
`;

export const launchConsul: LaunchPlan = {
  command: ['consul', 'agent', '-config-file={{data}}/consul.json'],
  files: { 'consul.json': config },
  install: 'antlion systems install consul@1.21.0',
  members: 3,
  url: 'http://{{host}}:{{port}}',
  // Servers find each other by gossip, which goes by UDP: cut off in namespaces alone.
  peers: { each: '"{{host}}:{{peerPort2}}"', via: 'direct' },
  ready: { tcp: true },
  clock: goClock,
};

export const consulServer: Requirement = {
  program: 'consul',
  args: ['version'],
  otherwise:
    'antlion verify consul starts its own with it: https://developer.hashicorp.com/consul/install, or antlion systems install consul@1.21.0 and then verify consul@1.21.0',
};
