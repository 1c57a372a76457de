/** A release of etcd, made from its Go module: its own main package cannot be installed by name. */
import type { Releases } from '../define-system.ts';

/** All of etcd's own main: `etcdmain` is what it calls. */
const main = `package main

import (
	"os"

	"go.etcd.io/etcd/server/v3/etcdmain"
)

func main() { etcdmain.Main(os.Args) }
`;

const module = 'go.etcd.io/etcd/server/v3';

export const releases: Releases = {
  versions: /^3\.(?:[5-9]|\d{2})\.\d{1,3}$/,
  wanted: 'one from 3.5.0 on, such as 3.5.35',
  needs: {
    program: 'go',
    args: ['version'],
    otherwise: 'apt-get install golang-go, or https://go.dev/dl',
  },
  files: { 'go.mod': 'module antlion.invalid/etcd\n\ngo 1.20\n', 'main.go': main },
  // What the module proxy gives is checked against the checksum database, as the user's settings have it.
  commands: (version) => [
    ['go', 'get', `${module}@v${version}`],
    ['go', 'mod', 'tidy'],
    ['go', 'build', '-trimpath', '-ldflags', '-s -w', '-o', 'etcd', '.'],
  ],
  // No other compiler is fetched than the one that is there.
  env: { GOTOOLCHAIN: 'local', GOFLAGS: '-mod=mod' },
  program: 'etcd',
};
