/** `antlion list`: scenarios and mutants. */
import pc from 'picocolors';
import { reference } from '../../reference-impl/system.ts';
import { allScenarios } from './scenarios.ts';

export function listCommand(options: { readonly json: boolean }): number {
  const lines = options.json ? jsonLines() : textLines();
  process.stdout.write(`${lines.join('\n')}\n`);
  return 0;
}

function textLines(): string[] {
  return [
    ...allScenarios.flatMap((s) => [
      pc.bold(s.name),
      `  ${s.claim}`,
      pc.dim(`  promises ${s.promises.join(', ')} · runs in ${s.environments.join(', ')}`),
    ]),
    '',
    pc.bold('mutants'),
    ...Object.entries(reference.mutants).map(([id, line]) => `  ${id.padEnd(22)} ${line}`),
  ];
}

function jsonLines(): string[] {
  return [
    ...allScenarios.map((s) =>
      JSON.stringify({
        scenario: s.name,
        claim: s.claim,
        promises: s.promises,
        environments: s.environments,
      }),
    ),
    ...Object.entries(reference.mutants).map(([mutant, line]) => JSON.stringify({ mutant, line })),
  ];
}
