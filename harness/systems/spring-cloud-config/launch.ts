/** How config servers of our own are started: none knows of the other, and all take what they tell from one folder. */
import type { LaunchPlan } from '../../core/launch-plan.ts';
import { javaOptions } from '../spring.ts';
import type { Backend } from './folder.ts';

export interface ServerManner {
  readonly backend: Backend;
  /** For how long what was fetched is told without a look at what is new, s; 0: never. */
  readonly refreshRate: number;
}

/** One of them makes the repository, with a first commit, as nothing can be fetched of an empty one. */
const makeRepository = `
[ ! -e "$1/.git" ] || exit 0
git init --quiet --initial-branch main "$1" &&
git -C "$1" -c user.name=antlion -c user.email=antlion@localhost commit --quiet --no-gpg-sign --allow-empty -m Begin
`;

export function launchConfigServers({ backend, refreshRate }: ServerManner): LaunchPlan {
  const settings = {
    'server.address': '{{host}}',
    'server.port': '{{port}}',
    ...(backend === 'native'
      ? {
          'spring.profiles.active': 'native',
          'spring.cloud.config.server.native.search-locations': 'file:{{shared}}/',
        }
      : {
          'spring.cloud.config.server.git.uri': '{{shared}}',
          'spring.cloud.config.server.git.basedir': '{{data}}/clone',
          'spring.cloud.config.server.git.default-label': 'main',
          'spring.cloud.config.server.git.force-pull': true,
          'spring.cloud.config.server.git.refresh-rate': refreshRate,
        }),
    'spring.main.banner-mode': 'off',
    'logging.level.root': 'warn',
  };
  return {
    command: [
      'config-server',
      ...Object.entries(settings).map(([name, value]) => `--${name}=${value}`),
    ],
    env: { JAVA_OPTS: javaOptions },
    ...(backend === 'git' && { prepare: ['sh', '-c', makeRepository, 'sh', '{{shared}}'] }),
    install: 'antlion systems install spring-cloud-config@2025.0.0',
    members: 2,
    url: 'http://{{host}}:{{port}}?folder={{shared}}',
    ready: { tcp: true },
    readyUsMax: 120_000_000,
  };
}
