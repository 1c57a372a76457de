/** `modes.md`: what ends Target, and what is judged of each cell of the matrix, as the manifests say. */
import { mechanisms } from '../../../reference-impl/mechanisms.ts';
import { recoverySteps } from '../../../reference-impl/mode/matrix.ts';
import { modesOf } from '../../../reference-impl/mode/member.ts';
import { code, note, type Page, table } from './markdown.ts';

export const modesPage: Page = {
  file: 'modes.md',
  text() {
    const { matrix, cells } = modesOf(mechanisms);
    return [
      '# Modes',
      note,
      'A node of the reference cluster is in one of four modes: **target** (all is well), **degraded**, **floor** (it serves from what it has) and **recovery** (the way back, step by step). Its mode is the worst that any row of the matrix says.',
      'The matrix of requirement M is data, and open: successors and steps of Recovery are in `reference-impl/mode/matrix.ts`; what ends Target, and what a mode does to a node, each mechanism says by the member `mode` of its manifest (`reference-impl/mode/member.ts`). The node runs it; the judges read the same data and the observations, never the node’s own machine, and measure each figure by code of their own.',
      '## What ends Target',
      'Worst first.',
      table(
        ['trigger', 'row', 'enters', 'when', 'mechanism'],
        matrix.map(({ id, row, enters, when }) => [code(id), row, enters, when, ownerOf(id)]),
      ),
      'A cause that worsens the mode a fifth time within five minutes, without having been seen to go in between, flaps: whoever waits the settled time (10 s) for a cause to go makes no such change at all, unless a figure stays within the slack of its threshold that long; a few are allowed for that.',
      '## Cell by cell',
      'What is judged, by which promise, and which mechanism does it. **Nothing yet**: no mechanism does it, so that nobody takes it for verified.',
      table(
        ['mode', 'row', 'what', 'promise', 'mechanism'],
        cells.map(({ mode, row, what, promise, mechanism }) => [
          mode,
          row,
          what,
          promise === null ? '**nothing yet**' : code(promise),
          mechanism,
        ]),
      ),
      '## Steps of Recovery',
      table(
        ['step', 'share of the calls', 'ends when'],
        recoverySteps.map((s) => [code(s.step), `${s.sharePermille / 10} %`, s.shows]),
      ),
    ].join('\n\n');
  },
};

function ownerOf(trigger: string): string {
  const owner = mechanisms.find((m) => m.mode?.figures?.triggers.some((t) => t.id === trigger));
  return owner?.id ?? '';
}
