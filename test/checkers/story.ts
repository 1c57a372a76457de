/** Small histories as words: `0 invoke add 1 | 0 ok add 1 | 1 invoke read | 1 ok read [1]`. */
import type { CheckOptions, CheckReport } from '../../harness/checkers/check-report.ts';
import { checkHistory } from '../../harness/checkers/check-history.ts';
import { type JepsenHistory, readJepsen } from '../../harness/checkers/formats/jepsen.ts';
import type { HistoryFormat } from '../../harness/checkers/formats/forms.ts';
import type { Json } from '../../harness/core/host.ts';

/** One event a millisecond. An `f` of `x/add` is an operation on key x; a value is JSON. */
export function story(words: string, format: HistoryFormat = 'jsonl'): JepsenHistory {
  const events = words
    .split('|')
    .map((part) => part.trim())
    .filter((part) => part !== '');
  const lines = events.map((event, i) => {
    const [process, type, f = '', ...rest] = event.split(/\s+/);
    const [name, key = ''] = f.split('/').reverse();
    const value = (rest.length === 0 ? null : JSON.parse(rest.join(' '))) as Json;
    const time = i * 1_000_000;
    return { process: Number(process), type, f: name, key, value, time };
  });
  const text = lines.map((l) => (format === 'edn' ? edn(l) : JSON.stringify(l))).join('\n');
  return readJepsen(text, format, `story.${format}`);
}

/** As Jepsen writes it: values are in the same places, lists of reads are sets. */
function edn({
  process,
  type,
  f,
  value,
  time,
}: Readonly<Record<string, Json | undefined>>): string {
  const text = JSON.stringify(value).replaceAll('null', 'nil').replace(/^\[/, '#{');
  return `{:process ${String(process)}, :type :${String(type)}, :f :${String(f)}, :value ${text.replace(/\]$/, '}')}, :time ${String(time)}}`;
}

export function judge(words: string, model: string, more: Partial<CheckOptions> = {}): CheckReport {
  return checkHistory(story(words), { model, ...more });
}
