/** A release of Consul, made from its Go module: its replace directives keep it from being installed by name. */
import type { Releases } from '../define-system.ts';

const module = 'github.com/hashicorp/consul';

export const releases: Releases = {
  versions: /^1\.(?:21|2[2-9]|\d{3})\.\d{1,3}$/,
  wanted: 'one from 1.21.0 on, such as 1.21.0',
  needs: {
    program: 'go',
    args: ['version'],
    otherwise: 'apt-get install golang-go, or https://go.dev/dl',
  },
  files: { 'go.mod': 'module antlion.invalid/consul\n\ngo 1.23\n' },
  commands: (version) => [
    ['go', 'mod', 'download', `${module}@v${version}`],
    // Some of its modules are not in the checksum database: its own list has their sums.
    ['sh', '-c', `install -m 644 "$(go env GOMODCACHE)/${module}@v${version}/go.sum" go.sum`],
    ['go', 'get', `${module}@v${version}`],
    ['go', 'build', '-trimpath', '-ldflags', '-s -w', '-o', 'consul', module],
  ],
  // No other compiler is fetched than the one that is there.
  env: { GOTOOLCHAIN: 'local', GOFLAGS: '-mod=mod' },
  program: 'consul',
};
