/** DISCOVERY: who is gone, cut off, or in a region that is not well, is named for no longer than a bound (D9). */
import { formatDuration, monitored, nameNode, when } from '../../../harness/spec.ts';
import type { Explanation, Invariant, NodeId } from '../../../harness/spec.ts';
import { AnswerMonitor } from './answers.ts';
import type { Answer } from './answers.ts';

export function withdrawnSpared(): Invariant {
  return monitored(
    {
      id: 'withdrawn-spared',
      area: 'DISCOVERY',
      claim:
        'No registry names an instance that has been down or cut off from it for longer than a lease and the time for which news counts, nor one of another region of which fewer than half have lived for as long while a healthier region has any.',
      faultModel: 'any faults',
    },
    (program) => new SparedMonitor(program),
  );
}

class SparedMonitor extends AnswerMonitor {
  private spared = 0;

  protected judge(a: Answer): Explanation | null {
    const { goneUs } = this.truth.numbers;
    this.looks += 1;
    for (const i of a.instances) {
      const since = this.truth.downSince(i) ?? this.truth.apartSince(a.at, i);
      if (since !== null && a.askedUs > since + goneUs) {
        const what = this.truth.downSince(i) === null ? 'was cut off from it' : 'went down';
        return this.broken(a, i, `It ${what} ${when(since)}.`);
      }
    }
    return a.isNamed ? null : this.unwell(a);
  }

  override end(): ReturnType<AnswerMonitor['end']> {
    const end = super.end();
    if (typeof end === 'string' && this.spared === 0) {
      return `${end}; no region was withdrawn while somebody asked`;
    }
    return typeof end === 'string' ? `${end}, ${this.spared} while a region was withdrawn` : end;
  }

  /** Regions of which most have been gone for long enough, and not for so long that they are forgotten. */
  private unwell(a: Answer): Explanation | null {
    const { truth } = this;
    const { goneUs, rememberUs, farUs, healthyPermille, slackUs } = truth.numbers;
    for (const region of new Set(truth.servers.map((s) => truth.region(s)))) {
      if (region === truth.region(a.at)) continue;
      const all = truth.wanted(region);
      const gone = all.flatMap((i) => truth.downSince(i) ?? []).sort((x, y) => x - y);
      const live = all.length - gone.length;
      if (live * 1_000 >= all.length * healthyPermille || live === 0) continue;
      // The one by whose death it became too few, and the first, which is forgotten first.
      const tooFew = gone[Math.floor((all.length * (1_000 - healthyPermille)) / 1_000)] ?? Infinity;
      const isRemembered = a.toldUs < (gone[0] ?? 0) + rememberUs - slackUs;
      const isWitnessed = truth.servers
        .filter((s) => truth.region(s) === region)
        .every((s) => (truth.togetherSince(s, s) ?? Infinity) < (gone[0] ?? 0));
      if (a.askedUs <= tooFew + goneUs || !isRemembered || !isWitnessed) continue;
      const better = truth.instances(a.service).some((i) => {
        const other = truth.region(i);
        if (other === region || !truth.isKnowable(a.at, i, a.askedUs - farUs)) return false;
        return this.announcedUs(a.at, other) <= a.askedUs;
      });
      if (!better) continue;
      this.spared += 1;
      const one = a.instances.find((i) => truth.region(i) === region);
      const why = `Of the ${all.length} instances of its region all but ${live} are down, too many of them ${when(tooFew)} already.`;
      if (one !== undefined) return this.broken(a, one, why);
    }
    return null;
  }

  private broken(a: Answer, instance: NodeId, why: string): Explanation {
    const sentences = [
      `${nameNode(this.program, a.at)} was asked for ${a.service} ${when(a.askedUs)} and named ${this.names([instance])} of region-${this.truth.region(instance)}.`,
      `${why} The bound is ${formatDuration(this.truth.numbers.goneUs)}.`,
    ];
    return { atUs: a.toldUs, sentences, ops: [] };
  }
}
