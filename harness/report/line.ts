/** `--reporter line`: one short line a run, in its order, for logs that somebody searches. */
import { say } from './output.ts';
import type { Reporter, Said } from './reporter.ts';

export class Line implements Reporter {
  record(said: Said): void {
    if (said.type === 'run') {
      const broken = said.promises.filter(
        (p) => p.verdict === said.verdict && p.verdict !== 'holds',
      );
      const why = broken.map((p) => p.id).join(', ') || said.remarks[0] || '';
      const about = said.verdict === 'holds' || why === '' ? '' : ` (${why})`;
      const { invoked } = said.operations;
      say(
        `${said.verdict} ${said.scenario} seed ${said.seed}: ${invoked} operations, ${said.faults.effective} faults${about}`,
      );
      if (said.counterexample !== null) say(`  again: ${said.counterexample.replay}`);
    } else if (said.type === 'skipped') {
      say(`skipped ${said.scenario}: ${said.reason}`);
    } else if (said.type === 'check') {
      say(`${said.verdict} ${said.file}: ${said.operations} operations`);
    } else if (said.type === 'summary') {
      const rest = said.notRun > 0 ? `, ${said.notRun} not run` : '';
      say(`${said.verdict}: ${said.runs} runs, ${said.operations.invoked} operations${rest}`);
    }
  }
}
