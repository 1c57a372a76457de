/** Messages of a recorded run as columns: the latest before the moment that the reader is after. */
import type { Json, Msg } from '../../core/host.ts';
import type { Shape } from '../../core/program.ts';
import { nodeName } from '../../faults/describe.ts';
import type { FaultView, MessagesView } from '../view.ts';
import type { Passage, Recorder } from './recorder.ts';
import { Texts } from './texts.ts';

/** Messages in one page: some 2 MB. */
const messagesMax = 25_000;
/** What is sent so long after the moment is shown as well, µs. */
const afterUs = 500_000;
const textMax = 80;

export function messagesView(
  recorder: Recorder,
  shape: Shape,
  faults: ReadonlyMap<number, FaultView>,
  aroundUs: number,
): MessagesView {
  const all = recorder.passages.filter((p) => p.sentUs <= aroundUs + afterUs);
  const kept = all.slice(-messagesMax).sort((a, b) => a.sentUs - b.sentUs);
  const texts = new Texts();
  const name = (id: number): number => texts.of(nodeName(shape, id));
  const isAll = kept.length === all.length;
  return {
    fromUs: isAll ? recorder.completeUs : (kept[0]?.sentUs ?? 0),
    sender: kept.map((p) => name(p.from)),
    receiver: kept.map((p) => name(p.to)),
    sentUs: kept.map((p) => p.sentUs),
    endedUs: kept.map((p) => p.endedUs),
    lost: kept.map((p) => lossOf(p, texts, faults)),
    says: kept.map((p) => texts.of(textOf(p.m))),
    texts: texts.all,
  };
}

function lossOf({ loss }: Passage, texts: Texts, faults: ReadonlyMap<number, FaultView>): number {
  if (loss === null) return -1;
  const fault = loss.fault === null ? undefined : faults.get(loss.fault);
  return texts.of(fault === undefined ? `lost: ${loss.why}` : `lost by ${fault.text}`);
}

/** `append: term 3, prevIndex 12, entries 2 of them`: what is long is counted. */
function textOf({ kind, ...fields }: Msg): string {
  const told = Object.entries(fields as Readonly<Record<string, Json>>).map(
    ([name, value]) => `${name} ${short(value)}`,
  );
  const text = told.length === 0 ? kind : `${kind}: ${told.join(', ')}`;
  return text.length <= textMax ? text : `${text.slice(0, textMax - 1)}…`;
}

function short(value: Json): string {
  if (Array.isArray(value)) return value.length === 0 ? '[]' : `[${value.length}]`;
  const text = JSON.stringify(value);
  return text.length <= 40 ? text : '{…}';
}
