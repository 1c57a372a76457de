#!/usr/bin/env node
/** The command line. Every command loads its own code, so that `--help` is quick. */
import { Command, CommanderError, InvalidArgumentError } from 'commander';
import { HarnessError, exitCodes } from '../core/errors.ts';

const program = new Command('antlion')
  .description('Does it keep its promises when the network, the clocks and the machines do not?')
  .version('0.1.0')
  .showHelpAfterError('Run "antlion --help" to see the commands.')
  .exitOverride();

program
  .command('run')
  .description('run scenarios and judge them')
  .argument('[pattern]', 'names to run, * matches anything', '*')
  .option('--env <name>', 'simulation, processes or containers', 'simulation')
  .option('--seed <n>', 'seed of the first run; run k uses seed n+k', seed, 1)
  .option('--runs <n>', 'runs of each scenario', positive, 1)
  .option('--mutant <id>', 'run a broken variant and stop at the first violation')
  .option('--json', 'print one object a run and line', false)
  .action(async (pattern: string, options) => {
    const { runCommand } = await import('./run.ts');
    process.exitCode = await runCommand(pattern, options);
  });

program
  .command('explore')
  .description('look for states that no run has reached, and for violations on the way')
  .argument('[pattern]', 'scenarios to begin from, * matches anything')
  .option('--budget <duration>', 'how long: 60s unless --runs is given')
  .option('--runs <n>', 'how many runs; the same number gives the same result', positive)
  .option('--seed <n>', 'what all of it is drawn from', seed, 1)
  .option('--mutant <id>', 'explore a broken variant')
  .option('--json', 'print one object a line: states, violations, summary', false)
  .action(async (pattern: string | undefined, options) => {
    const { exploreCommand } = await import('./explore.ts');
    process.exitCode = await exploreCommand(pattern, options);
  });

program
  .command('demo')
  .description('a first tour: every scenario once, and one broken node caught')
  .action(async () => {
    const { demoCommand } = await import('./demo.ts');
    process.exitCode = await demoCommand();
  });

program
  .command('list')
  .description('list scenarios, with their claims and where they run, and mutants')
  .option('--json', 'print one object a line', false)
  .action(async (options) => {
    const { listCommand } = await import('./list.ts');
    process.exitCode = listCommand(options);
  });

program
  .command('mutants')
  .description('search every broken variant of the reference node until it is caught')
  .option('--id <id>', 'only this one')
  .option('--runs <n>', 'seeds to try; each is tried in every scenario', positive, 200)
  .option('--json', 'print one object a line', false)
  .action(async (options) => {
    const { mutantsCommand } = await import('./mutants.ts');
    process.exitCode = await mutantsCommand(options);
  });

program
  .command('replay')
  .description('run a counterexample again')
  .argument('<token>', 'as printed by a violated run')
  .option('--env <name>', 'simulation, processes or containers', 'simulation')
  .option('--times <n>', 'tries; outside simulation it may need several', positive)
  .action(async (token: string, options) => {
    const { replayCommand } = await import('./replay.ts');
    process.exitCode = await replayCommand(token, options);
  });

program
  .command('up')
  .description('bring up a reference cluster in local processes, to look at with curl')
  .action(async () => {
    const { upCommand } = await import('./up.ts');
    process.exitCode = await upCommand();
  });

program
  .command('verify')
  .description('put somebody else’s running system to the test')
  .argument('<system>', 'etcd')
  .option('--endpoint <url>', 'where a member answers, [name=]url; repeat it', collect, [])
  .option('--allow-crash <name=pid>', 'a member that may be killed; repeat it', collect, [])
  .option('--reads <kind>', 'linearizable or serializable', 'linearizable')
  .option('--progress <kind>', 'of watches: periodic, or requested at once as well', 'periodic')
  .option('--scenario <pattern>', 'what to run', 'key-value')
  .option('--seed <n>', 'seed of the first run; run k uses seed n+k', seed, 1)
  .option('--runs <n>', 'tries; stops at the first violation', positive, 1)
  .option('--json', 'print one object a run and line', false)
  .action(async (system: string, options) => {
    const { verifyCommand } = await import('./verify.ts');
    process.exitCode = await verifyCommand(system, options);
  });

program
  .command('check')
  .description('check histories that somebody recorded')
  .argument('<file...>', 'JSON lines, one JSON array, or EDN as Jepsen writes it')
  .requiredOption(
    '--model <name>',
    'what the operations are about, as register or list-append; or a file',
  )
  .option('--format <name>', 'jsonl (lines or one array) or edn; otherwise as the file is named')
  .option('--consistency <level>', 'for transactions: read-uncommitted … strict-serializable')
  .option('--drift <ppm>', "for lock: how wrong a clock's rate may be, parts per million", ppm)
  .option('--skew <duration>', 'for lock: how far apart two readings of one moment may be')
  .option('--scope <name>', 'for sessions: key (each by itself, unless told) or store')
  .option('--budget <n>', 'configurations that a search may look at', positive)
  .option('--independent', 'every value is [key, value], as in independent tests', false)
  .option('--init <json>', 'the state before the first operation; null unless told')
  .option('--limit <duration>', 'the longest that one file may take', '5 min')
  .option('--certificate <file>', 'write what the verdict rests on, where it holds')
  .option('--json', 'print one array', false)
  .option('--explain', 'say why, a sentence a fact', false)
  .action(async (files: string[], options) => {
    const { checkCommand } = await import('./check.ts');
    process.exitCode = await checkCommand(files, options);
  });

program
  .command('doctor')
  .description('tell what can run here, and what to do about the rest')
  .action(async () => {
    const { doctorCommand } = await import('./doctor.ts');
    process.exitCode = await doctorCommand();
  });

program
  .command('clean')
  .description('remove what a run that died has left behind')
  .action(async () => {
    const { cleanCommand } = await import('./clean.ts');
    process.exitCode = await cleanCommand();
  });

try {
  await program.parseAsync();
} catch (error) {
  process.exitCode = report(error);
}

/** Says what went wrong in one message and gives the exit code for it. */
function report(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : exitCodes.usage;
  if (error instanceof HarnessError) {
    process.stderr.write(`${error.message}\n`);
    return error.exitCode;
  }
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  process.stderr.write(`internal error, please report it:\n${text}\n`);
  return exitCodes.internal;
}

/** Streams are keyed by 32 bits (`seedMax` of `core/prng.ts`, which this file does not load). */
function seed(text: string): number {
  const n = /^\d{1,10}$/.test(text) ? Number(text) : -1;
  if (n < 0 || n > 4294967295) {
    throw new InvalidArgumentError(
      `got "${text}", wanted a whole number from 0 to 4294967295. Pass --seed 42.`,
    );
  }
  return n;
}

function ppm(text: string): number {
  const n = /^\d{1,6}$/.test(text) ? Number(text) : -1;
  if (n < 0) throw new InvalidArgumentError(`got "${text}", wanted a whole number below 1000000.`);
  return n;
}

function positive(text: string): number {
  const n = /^\d{1,9}$/.test(text) ? Number(text) : 0;
  if (n < 1) throw new InvalidArgumentError(`got "${text}", wanted a whole number from 1.`);
  return n;
}

function collect(text: string, before: string[]): string[] {
  return [...before, text];
}
