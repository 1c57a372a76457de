/**
 * SAFETY: what is read at a revision is what was there then, whoever is asked and whatever happened since; and a
 * compaction forgets what it was asked to forget, and nothing else. A list tells of one revision.
 */
import type { History, HistoryEvent, OperationEvent } from '../core/history.ts';
import { isOperation } from '../core/history.ts';
import type { Invariant } from '../core/invariant.ts';
import type { Explanation } from '../core/verdict.ts';
import { when } from './describe.ts';
import { Compactions } from './past/compactions.ts';
import { monitored, type RunMonitor } from './monitored.ts';
import { Pasts } from './past/pasts.ts';

const id = 'past-as-it-was';
const claim =
  'A read at a revision tells what the key was then, and a list what all of its keys were at one; it is refused only where the revision was forgotten by command or is still to come, and always then.';

/** As etcd promises it of a range request with a revision, and of a compaction (KV API, "Range", "Compact"). */
export function pastAsItWas(): Invariant {
  const faultModel = 'any faults of links, any pauses, crashes of any nodes with honest fsync';
  return monitored({ id, area: 'SAFETY', claim, faultModel }, () => new PastMonitor());
}

class PastMonitor implements RunMonitor {
  private readonly pasts = new Pasts();
  private readonly compactions = new Compactions();
  private told = 0;
  private lists = 0;
  private refused = 0;

  end(_: History): ReturnType<RunMonitor['end']> {
    if (this.told + this.lists === 0) {
      return { undecided: 'nobody was told what was at a revision' };
    }
    const lists = this.lists === 0 ? '' : `, ${this.lists} lists`;
    return `${this.told} reads at a revision${lists}, ${this.refused} refused as forgotten`;
  }

  event(e: HistoryEvent): Explanation | null {
    if (!isOperation(e)) return null;
    this.compactions.event(e);
    const contradicted = this.pasts.event(e);
    if (contradicted !== null) {
      const [fact, read] = contradicted;
      return explain(e, [fact.sentence, read.sentence], [fact.op, read.op]);
    }
    if (e.type === 'invoke' || e.type === 'info') return null;
    if (e.f === 'list' && e.type === 'ok') return this.judgeList(e);
    return e.f === 'read-at' || e.f === 'list' ? this.judgeRead(e) : null;
  }

  private judgeList(e: OperationEvent): Explanation | null {
    this.lists += 1;
    const old = this.compactions.whyOld(e.op, e.version ?? Infinity);
    if (old === null) return this.judgeRead(e);
    const list = `Process ${e.process} asked for a list of ${e.key} after that, and was told ${when(e.timeUs)} what was there at revision ${e.version}.`;
    return explain(e, [old.sentence, list], old.op === null ? [e.op] : [old.op, e.op]);
  }

  private judgeRead(e: OperationEvent): Explanation | null {
    const at = this.compactions.asked(e.op);
    if (at === null) return null;
    if (e.type === 'ok') this.told += 1;
    const isForgotten = e.type === 'fail' && (e.error ?? '').includes('compacted');
    if (isForgotten) this.refused += 1;
    const reason =
      e.type === 'ok'
        ? this.compactions.whyForgotten(e.op)
        : isForgotten
          ? this.compactions.whyKnown(at)
          : (e.error ?? '').includes('future')
            ? this.compactions.whyNotFuture(e.op)
            : null;
    if (reason === null) return null;
    const outcome = e.type === 'ok' ? 'was answered' : `was refused: ${e.error}`;
    const read = `Process ${e.process}'s read of ${e.key} at revision ${at} ${outcome} ${when(e.timeUs)}.`;
    return explain(e, [reason.sentence, read], reason.op === null ? [e.op] : [reason.op, e.op]);
  }
}

function explain(
  { timeUs }: OperationEvent,
  sentences: readonly string[],
  ops: readonly number[],
): Explanation {
  return { atUs: timeUs, sentences, ops: [...new Set(ops)] };
}
