/** `antlion report`: a counterexample, or a history that somebody recorded, as one page. */
import { basename, relative } from 'node:path';
import type { CheckReport } from '../../checkers/check-report.ts';
import { type JepsenHistory, readJepsen } from '../../checkers/formats/jepsen.ts';
import { isComposition } from '../../checkers/composition.ts';
import { scanOf } from '../../checkers/scans.ts';
import { tallyOf } from '../../checkers/tallies/registry.ts';
import { txnKindOf } from '../../checkers/check-history.ts';
import type { Model } from '../../checkers/model.ts';
import { modelOf } from '../../checkers/models/registry.ts';
import type { Op } from '../../checkers/operations.ts';
import { exitCodes, HarnessError } from '../../core/errors.ts';
import { historyView } from '../../page/prepare/history-view.ts';
import { say, sayLines } from '../../report/output.ts';
import { checkedLines } from '../check/check-output.ts';
import { CheckThread, formatOf, limitOf, optionsOf } from '../check/check.ts';
import type { CheckTask, NamedOptions } from '../check/check-worker.ts';
import type { ReportFlags } from '../commands.ts';
import { foreignOf, readForeignFile } from '../files/foreign-file.ts';
import { ownHistory } from '../files/own-history.ts';
import { openPagePath, writePage } from '../files/page-file.ts';
import { piecesOf } from '../files/pieces.ts';
import { replayCommand } from '../replay/replay.ts';
import { quoted } from '../products/system-flags.ts';
import { isModelFile, loadModel } from '../check/user-model.ts';

/** Gives the exit code of what is shown: as `replay`, or as `check`. */
export async function reportCommand(source: string, flags: ReportFlags): Promise<number> {
  const { out, model, ...rest } = flags;
  if (model === undefined) {
    if (/\.(?:jsonl|edn)$/.test(source)) {
      throw new HarnessError(
        'E_USAGE',
        `"${source}" is named as a history is, and nobody says what is promised of it. Pass --model NAME: register for keys, see antlion check --help; or the folder of the run.`,
      );
    }
    return replayCommand(source, { ...rest, report: out, json: false });
  }
  if (source === '-') {
    throw new HarnessError(
      'E_USAGE',
      'a report reads its history twice, and got -. Pass the path of a file.',
    );
  }
  openPagePath(out);
  return historyReport(source, { ...flags, model });
}

async function historyReport(
  file: string,
  flags: ReportFlags & { readonly model: string },
): Promise<number> {
  const checkFlags = { ...flags, json: false, explain: true };
  const options = optionsOf(checkFlags);
  const format = formatOf(file, flags.format);
  const task: CheckTask = {
    file,
    format,
    isIndependent: flags.independent,
    options,
    isExplained: true,
    certificate: null,
  };
  await using thread = new CheckThread(limitOf(flags.limit));
  const checked = await thread.check(task);
  if (checked instanceof HarnessError) throw checked;
  const history = readAgain(task);
  const page = historyView({
    name: basename(file),
    about: `${shortPath(file)}, model ${flags.model}`,
    history,
    model: flags.model,
    object: await objectOf(options, history.ops),
    report: checked.report,
    own: format === 'jsonl' ? ownHistory(file) : null,
    codes: [{ title: 'Check', language: 'sh', text: `npx antlion check ${againOf(file, flags)}` }],
  });
  writePage(flags.out, { title: page.name, suite: null, runs: [page], besides: [] });
  sayLines(checkedLines(checked, { isExplained: true }));
  say(`  report: ${flags.out}`);
  return codeOf(checked.report);
}

/** From here on; of what lies elsewhere the name alone, as who reads the page has other folders. */
function shortPath(file: string): string {
  const path = relative('.', file);
  return path.startsWith('..') ? basename(file) : path;
}

/** As the thread has read it: operations are known by their positions. */
function readAgain({ file, format, isIndependent }: CheckTask): JepsenHistory {
  const foreign = foreignOf(format);
  if (foreign !== null) return readForeignFile(foreign, file, file);
  return readJepsen(piecesOf(file), format === 'edn' ? 'edn' : 'jsonl', file, isIndependent);
}

/** What an order is shown by; null where the check is about something else. */
async function objectOf(options: NamedOptions, ops: readonly Op[]): Promise<Model | null> {
  const { model, initial = null } = options;
  if (isModelFile(model)) return loadModel(model);
  if (isComposition(model) || tallyOf(model) !== null) return null;
  if (txnKindOf(model) !== null || scanOf(model, options) !== null) return null;
  return modelOf(model, initial, ops);
}

function codeOf({ verdict }: CheckReport): number {
  return exitCodes[verdict];
}

function againOf(file: string, flags: ReportFlags): string {
  const of = (name: string, value: string | number | undefined): string[] =>
    value === undefined ? [] : [`--${name}`, quoted(String(value))];
  return [
    quoted(file),
    ...of('model', flags.model),
    ...of('init', flags.init),
    ...of('format', flags.format),
    ...of('consistency', flags.consistency),
    ...of('drift', flags.drift),
    ...of('skew', flags.skew),
    ...of('scope', flags.scope),
    ...(flags.independent ? ['--independent'] : []),
    '--explain',
  ].join(' ');
}
