/** DISCOVERY: the loss of no region leaves those who ask in others with nothing (D9). */
import { monitored, nameNode, when } from '../../../harness/spec.ts';
import type { Explanation, Invariant } from '../../../harness/spec.ts';
import { AnswerMonitor } from './answers.ts';
import type { Answer } from './answers.ts';

export function foundElsewhere(): Invariant {
  return monitored(
    {
      id: 'found-elsewhere',
      area: 'DISCOVERY',
      claim:
        'Who asks for a service is told instances of it while there are any in a zone or region that the asked registry can hear of, whatever else is lost.',
      faultModel: 'any faults; of instances that could be known for half a minute',
    },
    (program) => new FoundMonitor(program),
  );
}

class FoundMonitor extends AnswerMonitor {
  private elsewhere = 0;

  protected judge(a: Answer): Explanation | null {
    const { truth } = this;
    if (a.isNamed) return null;
    const sinceUs = a.askedUs - truth.numbers.farUs;
    const there = truth.instances(a.service).filter((i) => truth.isKnowable(a.at, i, sinceUs));
    if (there.length === 0) return null;
    this.looks += 1;
    if (a.level === 'elsewhere' || a.level === 'region') this.elsewhere += 1;
    if (a.instances.length > 0) return null;
    const sentences = [
      `${nameNode(this.program, a.at)} was asked for ${a.service} ${when(a.askedUs)} and named nobody.`,
      `There had been ${this.names(there)} for ${truth.numbers.farUs / 1e6} s.`,
    ];
    return { atUs: a.toldUs, sentences, ops: [] };
  }

  override end(): ReturnType<AnswerMonitor['end']> {
    const end = super.end();
    return typeof end === 'string' ? `${end}, ${this.elsewhere} of them of another place` : end;
  }
}
