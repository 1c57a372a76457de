/** Libraries of which a defect can be shown. They are the user's to install: each is loaded when asked for. */
import type { Trophy, Witness } from './trophy.ts';

export interface TrophyEntry {
  /** How it is asked for, where that is not the library: there is another of it. */
  readonly name?: string;
  /** The npm package, and the version in which the defect was found, or none. */
  readonly library: string;
  readonly version: string;
  readonly load: () => Promise<Trophy | Witness>;
}

export const trophies: readonly TrophyEntry[] = [
  {
    library: 'bottleneck',
    version: '2.19.5',
    load: async () => (await import('./bottleneck.ts')).bottleneck,
  },
  {
    library: 'cockatiel',
    version: '3.2.1',
    load: async () => (await import('./cockatiel.ts')).cockatiel,
  },
  {
    library: 'etcd3',
    version: '1.1.2',
    load: async () => (await import('./etcd3.ts')).etcd3,
  },
  {
    library: 'ioredis',
    version: '6.0.0',
    load: async () => (await import('./ioredis.ts')).ioredis,
  },
  {
    name: 'kubernetes-leader-election',
    library: '@codedependant/kubernetes-leader-election',
    version: '1.0.1',
    load: async () => (await import('./kubernetes-leader-election.ts')).kubernetesLeaderElection,
  },
  {
    name: 'kubernetes-nobody-leads',
    library: '@codedependant/kubernetes-leader-election',
    version: '1.0.1',
    load: async () => (await import('./kubernetes-leader-election.ts')).kubernetesNobodyLeads,
  },
  {
    library: '@markwylde/liferaft',
    version: '1.4.0',
    load: async () => (await import('./liferaft.ts')).liferaft,
  },
  {
    library: 'node-zookeeper-client',
    version: '1.1.3',
    load: async () => (await import('./node-zookeeper-client.ts')).nodeZookeeperClient,
  },
  {
    library: 'opossum',
    version: '9.0.0',
    load: async () => (await import('./opossum.ts')).opossum,
  },
  {
    library: 'p-queue',
    version: '9.3.5',
    load: async () => (await import('./p-queue.ts')).pQueue,
  },
  {
    library: 'proper-lockfile',
    version: '4.1.2',
    load: async () => (await import('./proper-lockfile.ts')).properLockfile,
  },
  {
    library: 'redis-semaphore',
    version: '5.8.0',
    load: async () => (await import('./redis-semaphore.ts')).redisSemaphore,
  },
  {
    library: 'redlock',
    version: '5.0.0-beta.2',
    load: async () => (await import('./redlock.ts')).redlock,
  },
  {
    name: 'redlock-clocks',
    library: 'redlock',
    version: '5.0.0-beta.2',
    load: async () => (await import('./redlock-clocks.ts')).redlockClocks,
  },
  {
    library: 'tinyraft',
    version: '1.0.1',
    load: async () => (await import('./tinyraft.ts')).tinyraft,
  },
];

/** What `antlion trophy` calls it. */
export function trophyName({ name, library }: TrophyEntry): string {
  return name ?? library;
}
