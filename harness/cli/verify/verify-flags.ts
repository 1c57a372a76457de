/** What `antlion verify` is told: the same for every system, and the flags of the system itself. */
import { Command, InvalidArgumentError, Option } from 'commander';
import { diskChoices, type DiskChoice } from '../../attached/disk-choice.ts';
import { networkChoices, type NetworkChoice } from '../../attached/network.ts';
import type { SystemManifest } from '../../systems/define-system.ts';
import { artifactsHelp, commandOutput, otlpHelp, reporterHelp } from '../commands/command.ts';
import { usualOperations } from '../../../scenarios/suite/suite.ts';
import { addFlags, checkFlags, quoted, wordsOf } from '../products/system-flags.ts';

export interface VerifyFlags {
  readonly endpoint: readonly string[];
  readonly allowCrash: readonly string[];
  readonly restart: readonly string[];
  readonly leaveDown: boolean;
  readonly loseQuorum: boolean;
  readonly without: readonly string[];
  readonly members?: number;
  readonly binary?: string;
  readonly upgradeTo?: string;
  readonly memberFlag: readonly string[];
  readonly network: NetworkChoice;
  readonly disk: DiskChoice;
  readonly keep: boolean;
  readonly dryRun: boolean;
  readonly scenario?: string;
  readonly plan?: string;
  readonly operations?: number;
  readonly require: boolean;
  readonly seed: number;
  readonly runs: number;
  readonly history?: string;
  readonly report?: string;
  readonly artifacts?: string;
  readonly otlp?: string;
  readonly verbose: boolean;
  readonly reporter: readonly string[];
  readonly json: boolean;
}

export interface VerifyCall {
  readonly flags: VerifyFlags;
  /** Of the system's own, as they were given. */
  readonly own: Readonly<Record<string, unknown>>;
}

/** Throws E_USAGE for a value that a flag cannot have, and what commander throws. */
export function parseVerify(manifest: SystemManifest, words: readonly string[]): VerifyCall {
  const command = verifyOptions(`antlion verify ${manifest.name}`);
  addFlags(command, manifest.flags);
  command.parse([...words], { from: 'user' });
  const options: Readonly<Record<string, unknown>> = command.opts();
  const own = checkFlags(manifest.flags, options);
  const common = Object.fromEntries(Object.entries(options).filter(([name]) => !(name in own)));
  return { flags: common as unknown as VerifyFlags, own };
}

/** For `antlion verify --help`: what all systems have in common, and what each has of its own. */
export function verifyHelp(manifests: readonly SystemManifest[]): string {
  const own = manifests.map((m) => {
    const command = new Command().helpOption(false).usage(' ');
    addFlags(command, m.flags);
    const options = /Options:\n([^]*)$/.exec(command.helpInformation())?.[1] ?? '';
    return `\nOf ${m.name}:\n${options.trimEnd()}\n`;
  });
  const systems = `${manifests.map((m) => m.name).join(', ')}, or a file that exports one`;
  const command = verifyOptions('antlion verify')
    .usage('<system> [options]')
    .description(`Put somebody else’s system to the test: ${systems}.`);
  return `${command.helpInformation()}${own.join('')}`;
}

/** The same test again, as a command line. */
export function sameAgain(
  system: string,
  { flags, own }: VerifyCall,
  scenario: string,
  seed: number,
  isOfSuite: boolean,
): string {
  const left = new Set([
    'json',
    'reporter',
    'runs',
    'dryRun',
    'scenario',
    'seed',
    'require',
    'report',
    'artifacts',
    'otlp',
    'verbose',
  ]);
  if (!isOfSuite) left.add('operations');
  if (flags.network === 'auto') left.add('network');
  if (flags.disk === 'auto') left.add('disk');
  const kept = Object.entries(flags).filter(([name]) => !left.has(name));
  const words = wordsOf({ ...Object.fromEntries(kept), scenario, seed, ...own });
  return ['antlion', 'verify', quoted(system), ...words.map(quoted)].join(' ');
}

/** With the flags that all systems have in common. */
export function verifyOptions(name: string): Command {
  return new Command(name)
    .exitOverride()
    .configureOutput(commandOutput)
    .showHelpAfterError(`Run "${name} --help" to see its arguments and flags.`)
    .option('--endpoint <url>', 'where a member answers, [name=]url; repeat it', collect, [])
    .option('--allow-crash <name=pid>', 'a member that may be killed; repeat it', collect, [])
    .option('--restart <name=command>', 'how a killed member is started again', collect, [])
    .option('--leave-down', 'killed members may stay down, a minority at most', false)
    .option('--lose-quorum', 'more than a minority may be down or paused at once', false)
    .option('--without <kind>', 'leave out a kind of fault, and claim less', collect, [])
    .option('--members <n>', 'how many members of our own', positive)
    .option('--binary <path>', 'the program that members of our own run')
    .option(
      '--upgrade-to <program>',
      'what a fault of kind upgrade makes of them (version: next): a path, or a release: etcd@3.5.21',
    )
    .option('--member-flag <flag>', 'given to members of our own; repeat it', collect, [])
    .addOption(
      new Option('--network <how>', 'how members of our own reach each other')
        .choices(networkChoices)
        .default('auto'),
    )
    .addOption(
      new Option('--disk <what>', 'what data of members of our own lies on')
        .choices(diskChoices)
        .default('auto'),
    )
    .option('--keep', 'keep logs and data of members of our own', false)
    .option('--dry-run', 'say what would be done, and do nothing', false)
    .option(
      '--scenario <pattern>',
      'what to run: a name, * matches anything, or a file; its suite by default',
    )
    .option('--plan <file>', 'faults of this plan instead of its own: YAML, JSON or a module')
    .option('--operations <n>', `of each scenario of the suite: ${usualOperations}`, positive)
    .option('--require', 'what is missing or skipped is an error (69), not unknown', false)
    .option('--seed <n>', 'seed of the first run; run k uses seed n+k', whole, 1)
    .option('--runs <n>', 'tries; stops at the first violation', positive, 1)
    .option('--history <folder>', 'write the history of each run there, for antlion check')
    .option('--report <folder>', 'write one page there that shows all of it: index.html')
    .option('--artifacts <folder>', artifactsHelp)
    .option('--otlp <place>', otlpHelp)
    .option('--reporter <name>', reporterHelp, collect, [])
    .option('--verbose', 'explain each verdict: what was checked', false)
    .option('--json', 'print one object a line', false);
}

function collect(text: string, before: string[]): string[] {
  return [...before, text];
}

function whole(text: string): number {
  if (/^\d{1,10}$/.test(text)) return Number(text);
  throw new InvalidArgumentError(`got "${text}", wanted a whole number from 0 to 9999999999.`);
}

function positive(text: string): number {
  const n = whole(text);
  if (n > 0) return n;
  throw new InvalidArgumentError(`got "${text}", wanted a whole number from 1.`);
}
