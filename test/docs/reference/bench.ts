/** `bench.md`: the bugs of antlion-bench, and how a harness is scored by them. */
import { mutants } from '../../../reference-impl/system.ts';
import { codes, note, type Page, table } from './markdown.ts';

export const benchPage: Page = {
  file: 'bench.md',
  text() {
    const all = Object.entries(mutants);
    const natural = all.filter(([, m]) => m.from !== undefined);
    const rows = (of: typeof all): string =>
      table(
        ['bug', 'mechanism', 'what is broken', 'promises that say so', 'told at'],
        of.map(([id, m]) => [
          `\`${id}\``,
          m.mechanism,
          m.missed === undefined ? m.what : `${m.what} (**missed**: ${m.missed})`,
          codes(m.breaks),
          m.from === undefined ? '' : `[${m.from.system}](${m.from.issue})`,
        ]),
      );
    return [
      '# antlion-bench',
      note,
      `A score for harnesses: ${all.length} bugs, each one small change of a correct cluster (Raft, a store, SWIM, locks, discovery, modes, traffic). ${natural.length} of them are bugs that products had: the protocol bugs of table 2 of SandTable (EuroSys '24). The others were made up; those of \`reference-impl/consensus/held-out.ts\` before anybody looked at what would notice them, and what nobody noticed stays in the list.`,
      '```sh\nnpx antlion mutants --bench --runs 20 --json > score.jsonl\n```',
      '## The score',
      'One line a bug (`search` of [the JSON lines](json.md)), then one of `score`. Each bug is looked for alone, by seeds from 1, in each story in the order of `antlion list`, until a promise breaks or the seeds are used up; then the correct node runs the same. A harness that brings its own stories fills in the same fields:',
      table(
        ['field', 'meaning'],
        [
          ['`mutant`', 'the bug, by its name below'],
          ['`caught`', 'null where it was not; else story, seed, promise, and `runs` until then'],
          ['`isExpected`', 'was it one of the promises below? Another one is a false reason'],
          ['`steps`', 'faults and operations left of the counterexample'],
          ['`cpuMs`', 'CPU time of the search, without shrinking'],
          ['`falseAlarms`', 'of `score`: the correct node accused, in the same runs'],
        ],
      ),
      '## Bugs that products had',
      rows(natural),
      '## Others',
      rows(all.filter(([, m]) => m.from === undefined)),
    ].join('\n\n');
  },
};
