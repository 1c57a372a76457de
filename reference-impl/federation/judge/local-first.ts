/** DISCOVERY: a registry names its own zone before its region, and its region before others (D9). */
import { monitored, nameNode, when } from '../../../harness/spec.ts';
import type { Explanation, Invariant } from '../../../harness/spec.ts';
import type {} from '../observations.ts';
import { AnswerMonitor } from './answers.ts';
import type { Answer } from './answers.ts';

export function localFirst(): Invariant {
  return monitored(
    {
      id: 'local-first',
      area: 'DISCOVERY',
      claim:
        'Who asks for a service is told instances of the zone of the registry that is asked while there are any, otherwise of its region while there are any there, unless that region is withdrawn.',
      faultModel: 'any faults; of instances that could be known for some seconds',
    },
    (program) => new LocalMonitor(program),
  );
}

class LocalMonitor extends AnswerMonitor {
  protected judge(a: Answer): Explanation | null {
    const { truth } = this;
    const region = truth.region(a.at);
    if (a.isNamed || this.announcedUs(a.at, region) > a.askedUs) return null;
    const sinceUs = a.askedUs - truth.numbers.nearUs;
    const near = truth
      .instances(a.service)
      .filter((i) => truth.region(i) === region && truth.isKnowable(a.at, i, sinceUs));
    const zone = near.filter(
      (i) => truth.zone(i) === truth.zone(a.at) && this.isOwn(a.at, i, sinceUs),
    );
    if (near.length === 0) return null;
    this.looks += 1;
    const isAsPromised = a.instances.every((i) =>
      zone.length > 0 ? truth.zone(i) === truth.zone(a.at) : truth.region(i) === region,
    );
    if (isAsPromised && a.instances.length > 0) return null;
    const place = zone.length > 0 ? truth.zone(a.at) : `region-${region}`;
    const sentences = [
      `${nameNode(this.program, a.at)} of ${truth.zone(a.at)} in region-${region} was asked for ${a.service} ${when(a.askedUs)} and named ${this.names(a.instances)}.`,
      `In ${place} there had been ${this.names(zone.length > 0 ? zone : near)} for ${truth.numbers.nearUs / 1e6} s.`,
    ];
    return { atUs: a.toldUs, sentences, ops: [] };
  }

  /** Of its own zone, what it hears itself. */
  private isOwn(at: number, i: number, sinceUs: number): boolean {
    const us = this.truth.togetherSince(at, i);
    return us !== null && us <= sinceUs;
  }
}
