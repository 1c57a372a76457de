/** Commands that read recorded histories. */
import { collected, command, type FlagsOf, positive, ppm, reporterHelp } from './command.ts';

/** Work decides when a check gives up; this is for what does not come to an end. */
const limitHelp = 'a safety: a file that takes longer is unknown';

/** A command that reads recorded histories. */
function historyCommand<const Name extends string>(
  name: Name,
  description: string,
  examples: string[],
) {
  return command(name, description, examples)
    .option(
      '--format <name>',
      'jsonl (lines or one array), edn, otlp, etcd-report, porcupine-log or dbcop; otherwise as the file is named',
    )
    .option('--consistency <level>', 'for transactions: read-uncommitted … strict-serializable')
    .option('--drift <ppm>', "for lock: how wrong a clock's rate may be, parts per million", ppm)
    .option('--skew <duration>', 'for lock: how far apart two readings of one moment may be')
    .option('--scope <name>', 'for sessions: key (each by itself by default) or store')
    .option(
      '--budget <n>',
      'configurations that a search may look at; 2000000, for transactions 20 more for each',
      positive,
    )
    .option('--independent', 'every value is [key, value], as in independent tests', false)
    .option('--init <json>', 'the state before the first operation; null by default');
}

export const check = () =>
  historyCommand('check', 'check histories that somebody recorded', [
    'check history.edn --model cas-register --init 0',
    'check h.jsonl --model list-append --consistency serializable --explain',
    'check h.edn --model set-full,total-queue --explain',
    'check h.jsonl --model cas-register --follow',
    'check h.jsonl --model ./my-model.mjs',
  ])
    .argument('<file...>', 'JSON lines, one JSON array, or EDN as Jepsen writes it')
    .requiredOption(
      '--model <name>',
      'what the operations are about, as register or list-append; several with commas, auto, or a file',
    )
    .option('--limit <duration>', limitHelp, '1 h')
    .option('--follow', 'judge a file that grows, or a pipe, until it ends', false)
    .option('--idle <duration>', 'with --follow: end when nothing was written for so long')
    .option('--certificate <file>', 'write what the verdict rests on, where it holds')
    .option('--reporter <name>', reporterHelp, collected, [])
    .option('--json', 'print one object a file and line', false)
    .option('--explain', 'say why, a sentence a fact', false);
export type CheckFlags = FlagsOf<typeof check>;

/** What is read with `--model` has the flags of `check`. */
export const report = () =>
  historyCommand('report', 'show a counterexample, or a recorded history, as one page', [
    'report antlion2.…',
    'report .antlion/counterexamples/0123456789ab.json --out found.html',
    'report history.edn --model cas-register --init 0',
  ])
    .argument(
      '<source>',
      'a token, a file that holds one, a run of --artifacts, or with --model a history',
    )
    .option('--out <file>', 'the page', 'antlion-report.html')
    .option(
      '--env <name>',
      'of a counterexample: simulation, processes, containers or swarm',
      'simulation',
    )
    .option('--system <file>', 'of a counterexample: the file of a system that is not built in')
    .option(
      '--config <file>',
      'antlion.config.ts (or .js, .mjs, .json) of the current folder by default',
    )
    .option('--times <n>', 'tries of a counterexample', positive)
    .option('--model <name>', 'of a history: what its operations are about; or a file')
    .option('--limit <duration>', limitHelp, '1 h');
export type ReportFlags = FlagsOf<typeof report>;
