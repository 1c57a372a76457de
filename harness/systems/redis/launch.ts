/** How a Redis of our own is started: on loopback only, its data in the run's folder. */
import type { LaunchPlan } from '../../core/launch-plan.ts';
import type { Requirement } from '../define-system.ts';
import { heeding } from './releases.ts';

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
      by: 'libfaketime',
      // Debian's, with jemalloc, does not.
      trial: {
        args: ['--version'],
        otherwise: `${heeding} does: antlion systems install redis@${heeding}`,
      },
    },
  };
}

export const redisServer: Requirement = {
  program: 'redis-server',
  args: ['--version'],
  otherwise:
    'antlion verify redis, redlock and sentinel start their own with it: apt-get install redis-server',
};
