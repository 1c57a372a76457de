/** How a Redis of our own is started: on loopback only, its data in the run's folder. */
import type { LaunchPlan } from '../../core/launch-plan.ts';
import type { Requirement } from '../define-system.ts';

export interface RedisFlags {
  readonly persistence: 'always' | 'everysec' | 'none';
}

/** `members` that know nothing of each other. */
export function launchRedis({ persistence }: RedisFlags, members: number): LaunchPlan {
  const log = persistence === 'none' ? 'no' : 'yes';
  return {
    command: [
      'redis-server',
      ['--port', '{{port}}'],
      ['--bind', '{{host}}'],
      ['--protected-mode', 'no'],
      ['--dir', '{{data}}'],
      ['--save', ''],
      ['--appendonly', log],
      ['--appendfsync', persistence === 'always' ? 'always' : 'everysec'],
    ].flat(),
    install: 'apt-get install redis-server',
    members,
    url: 'redis://{{host}}:{{port}}',
    ready: { tcp: true },
    clock: {
      not: 'Redis does not start under libfaketime: its allocator and the library wait for each other at the first reading of the time',
    },
  };
}

export const redisServer: Requirement = {
  program: 'redis-server',
  args: ['--version'],
  otherwise:
    'antlion verify redis, redlock and sentinel start their own with it: apt-get install redis-server',
};
