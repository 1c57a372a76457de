/** Spring Cloud Config, of Spring Cloud 2025.0: servers that tell applications their configuration, from one folder. */
import { z } from 'zod';
import type { Endpoint } from '../../core/system.ts';
import { prefixOf } from '../described.ts';
import { defineSystem } from '../define-system.ts';
import { type Door, doorFlags, doorOf } from '../door.ts';
import { basicOf, targetsOf, type Way, withTargets } from '../rest.ts';
import { requireConfigServers } from './ask.ts';
import { applicationOf, folderOf, Publisher } from './folder.ts';
import { launchConfigServers } from './launch.ts';
import { configServer, releases } from './releases.ts';
import { ConfigSession } from './session.ts';

const reference = 'https://docs.spring.io/spring-cloud-config/reference/server';
const files = `${reference}/environment-repository/file-system-backend.html`;
const git = `${reference}/environment-repository/git-backend.html`;

export const springCloudConfig = defineSystem({
  name: 'spring-cloud-config',
  flags: z.object({
    backend: z
      .enum(['native', 'git'])
      .default('native')
      .describe('where versions are: files of the folder as they are, or its last commit'),
    refreshRate: z.coerce
      .number()
      .int()
      .min(0)
      .max(3_600)
      .default(0)
      .describe('of servers of our own, with git: for how many seconds none looks for new commits'),
    ...doorFlags,
  }),
  operations: ['publish-config', 'serve-config'],
  promises: ['config-advances', 'config-current'],
  documents: [
    {
      promises: ['config-advances', 'config-current'],
      says: 'The native profile tells what is in the files of its folder when it is asked. A file is replaced as a whole here, so none is told half.',
      source: files,
    },
    {
      promises: ['config-advances', 'config-current'],
      says: 'With git the last commit is fetched whenever a server is asked.',
      source: git,
      weakenedBy:
        '--refresh-rate, for as many seconds; then servers differ, and who changes over may go back',
    },
  ],
  anomalies: [
    {
      what: 'A server tells what it fetched before, until its refresh rate has passed.',
      flags: { backend: 'git', refreshRate: '60' },
      scenario: 'configurations-calm',
      breaks: 'config-current',
      safe: { backend: 'git' },
      source: git,
    },
  ],
  launch: launchConfigServers,
  releases,
  adapter: ({ backend, ...flags }) => {
    const way = wayOf(doorOf(flags));
    const publisher = new Publisher(backend);
    return {
      connect: (endpoints, client, settings) => {
        const targets = targetsOf(endpoints.map(asked), way);
        return new ConfigSession({ endpoints, targets }, client, settings, publisher);
      },
      ready: (endpoints) =>
        withTargets(endpoints.map(asked), way, (targets) =>
          requireConfigServers({ endpoints, targets }),
        ),
      async tidy([first], settings) {
        const folder = first === undefined ? null : folderOf(first);
        const begins = applicationOf(prefixOf(settings), '');
        // Without one, everything would be ours.
        if (folder !== null && begins !== '') await publisher.tidy(folder, begins);
      },
    };
  },
  settings: ({ backend, refreshRate }) => ({ backend, refreshRate }),
  requires: [configServer],
});

/** Its address without what is said in it to us alone. */
function asked(endpoint: Endpoint): Endpoint {
  const [url = ''] = endpoint.url.split('?');
  return { ...endpoint, url };
}

function wayOf({ user, password, ...door }: Door): Way {
  const own = password === null ? {} : { authorization: basicOf(user ?? '', password) };
  return {
    path: '',
    door: { user, password, ...door },
    headers: { accept: 'application/json', ...own },
  };
}
