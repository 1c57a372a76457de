/** What `init` writes and runs, by template, language and runner. The files are those of `examples/init`. */
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { HarnessError } from '../../core/errors.ts';
import type { InitFlags } from '../commands.ts';

export interface InitPlan {
  readonly files: readonly { readonly name: string; readonly text: string }[];
  /** What has to be installed besides antlion, with its version. */
  readonly packages: Readonly<Record<string, string>>;
  /** Is antlion imported by something else than antlion itself? */
  readonly needsAntlion: boolean;
  readonly green: Try;
  readonly red: Try;
  /** What to do then, in a sentence. */
  readonly next: string;
}

export interface Try {
  /** As a person types it. */
  readonly shown: string;
  /** As Node gets it. */
  readonly words: readonly string[];
}

/** Those that were tried; `node` needs none. */
export const versions = { mocha: '12.0.3', vitest: '3.2.4', tsx: '4.23.15' };

/** Begins the path of a file of a package, wherever that is installed. */
export const modules = 'node_modules';

/** Run as they are by a plain Node, in either language. */
const plain = ['kv.mjs', 'breaker.mjs'];

export function planOf(flags: InitFlags): InitPlan {
  const { template, language, runner } = flags;
  const end = language === 'ts' ? 'ts' : 'mjs';
  const renamed = (name: string): string =>
    plain.includes(name) ? name : name.replace(/mjs$/, end);
  const folder = join(packageRoot(), 'examples', 'init', template);
  const files = readdirSync(folder)
    .sort()
    .map((name) => ({
      name: renamed(name),
      text: readFileSync(join(folder, name), 'utf8')
        .replace("from './trips.mjs'", `from './trips.${end}'`)
        .replace("from 'node:test'", `from '${runner === 'node' ? 'node:test' : runner}'`),
    }));
  if (template === 'property') return { files, ...propertyTries(flags, end) };
  const [green, red, next] = tries(template, end);
  return { files, packages: {}, needsAntlion: false, green, red, next };
}

function tries(
  template: Exclude<InitFlags['template'], 'property'>,
  end: string,
): readonly [Try, Try, string] {
  switch (template) {
    case 'scenario':
      return [
        own(`run ./leader-stops.${end} --runs 10`),
        own(`run ./one-term.${end}`),
        `change the faults in leader-stops.${end}, and run it with --env processes.`,
      ];
    case 'system':
      return [
        own(`verify ./system.${end} --scenario calm`),
        // It ends with the first run that shows it: on a busy machine that need not be the first one.
        own(`verify ./system.${end} --scenario cut-off --runs 3`),
        `mend kv.mjs, or put your own server into system.${end}.`,
      ];
    case 'library':
      return [
        own(`run ./trips.${end}`),
        own(`run ./forgets.${end}`),
        `put your own library into trips.${end} in place of the breaker.`,
      ];
  }
}

function own(words: string): Try {
  return { shown: `npx antlion ${words}`, words: [process.argv[1] ?? '', ...words.split(' ')] };
}

function propertyTries({ runner, language }: InitFlags, end: string): Omit<InitPlan, 'files'> {
  const { mocha, vitest, tsx } = versions;
  const loads = language === 'ts' && runner !== 'vitest';
  const commands = {
    node: ['node', ...(loads ? ['--import', 'tsx'] : []), '--test'],
    mocha: [
      'npx',
      'mocha',
      ...(loads ? ['--node-option', 'import=tsx'] : []),
      '--timeout',
      '60000',
    ],
    vitest: ['npx', 'vitest', 'run', '--testTimeout', '60000'],
  };
  const files = { mocha: 'mocha/bin/mocha.js', vitest: 'vitest/vitest.mjs' };
  const tryOf = (file: string): Try => {
    const shown = [...commands[runner], file];
    const words =
      runner === 'node' ? shown.slice(1) : [join(modules, files[runner]), ...shown.slice(2)];
    return { shown: shown.join(' '), words };
  };
  return {
    packages: {
      ...(runner === 'mocha' && { mocha }),
      ...(runner === 'vitest' && { vitest }),
      ...(loads && { tsx }),
    },
    needsAntlion: true,
    green: tryOf(`green.test.${end}`),
    red: tryOf(`red.test.${end}`),
    next: `put a promise of yours into green.test.${end}.`,
  };
}

/** Where antlion is installed. Throws E_NOT_BUILT where it is not whole. */
export function packageRoot(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'examples', 'init'))) {
    const above = dirname(folder);
    if (above === folder) {
      throw new HarnessError(
        'E_NOT_BUILT',
        'the folder examples of antlion is missing, wanted all that was installed. Install it again.',
      );
    }
    folder = above;
  }
  return folder;
}
