/**
 * The log of a store in which everything that anybody was told is true: what is known of its changes,
 * and where an event speaks of an earlier one of which nobody was told, that one. There is room for it
 * where no watch claims to know all: otherwise it would be a contradiction.
 */
import { assert } from '../../core/assert.ts';
import type { Json } from '../../core/host.ts';
import type { Known } from './known.ts';
import type { Before } from './previous.ts';
import type { LogEntry } from './replay/log.ts';
import type { Said, Sayings } from './sayings.ts';

/** Of watches and changes that do not contradict each other. */
export function logOf(known: Known, before: Before, sayings: Sayings): LogEntry[] {
  const log: LogEntry[] = [...known.all()];
  for (const said of sayings.events()) log.push(...implied(said, before));
  return log.sort((a, b) => a.revision - b.revision || (a.key < b.key ? -1 : 1));
}

/** The change before an event, if it is said to be another one than the last that is known. */
function implied(all: readonly Said[], before: Before): LogEntry[] {
  const { saying, e } = all.find((s) => s.saying.kind === 'named') ?? (all[0] as Said);
  const last = before.lastBefore(e)?.[0];
  const after = last?.revision ?? 0;
  const { key } = e;
  if (saying.kind === 'named') {
    const { value, revision } = saying;
    return revision === last?.revision ? [] : [{ key, value, revision }];
  }
  const wasThere = (last?.value ?? null) !== null;
  if (wasThere === (saying.kind === 'something')) return [];
  const revision = before.completeOf(key).firstMissing(after, e.revision - 1);
  assert(revision !== null, 'what nobody was told of has room', { key, revision: e.revision });
  return [{ key, value: wasThere ? null : untold, revision }];
}

/** Stands for the value of a change of which is only known that there was one. */
const untold: Json = 'a value that nobody was told';
