/** All events of a history that `--history` wrote: of what nodes said of themselves it has who led. */
import { readFileSync } from 'node:fs';
import { HarnessError } from '../../core/errors.ts';
import type { HistoryEvent } from '../../core/history.ts';
import type { Json } from '../../core/host.ts';
import { hostName } from '../../realtime/link-names.ts';
import { ownHistory } from './own-history.ts';

interface Line {
  readonly process: number | string;
  readonly f: string;
  readonly value: Json;
  readonly time: number;
  readonly node?: string;
}

/** Null: it is no history of ours. Throws E_HISTORY for a line that is cut off. */
export function eventsOfFile(file: string): HistoryEvent[] | null {
  const own = ownHistory(file);
  if (own === null) return null;
  const { shape } = own.program;
  const ids = new Map(shape.nodes.map((_, id) => [hostName(shape, id), id]));
  const asked = readFileSync(file, 'utf8')
    .split('\n')
    .flatMap((text, i) => {
      // What nodes and faults did is known already; the first line is the run itself.
      if (text === '' || /^\{"process":"[an]/.test(text)) return [];
      return [eventOf(parsed(text, `${file}:${i + 1}`), ids)];
    });
  return [...own.history.events, ...asked].sort((a, b) => a.timeUs - b.timeUs);
}

function parsed(text: string, where: string): Line {
  try {
    return JSON.parse(text) as Line;
  } catch (cause) {
    const what = `${where} is not JSON, wanted a line of a history. Record it again.`;
    throw new HarnessError('E_HISTORY', what, { cause });
  }
}

function eventOf(line: Line, ids: ReadonlyMap<string, number>): HistoryEvent {
  const { time, node, ...fields } = line;
  const timeUs = Math.round(time / 1_000);
  const by = ids.get(node ?? '');
  const event =
    typeof line.process === 'number'
      ? { ...fields, timeUs, ...(by !== undefined && { node: by }) }
      : { ...Object(line.value), type: 'load', f: line.f, timeUs };
  return event as HistoryEvent;
}
