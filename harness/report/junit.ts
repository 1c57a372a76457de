/**
 * `--reporter junit=FILE`: JUnit's XML, as Jenkins, GitLab and GitHub's actions read it.
 *
 * A suite is a scenario; a case is one of its promises, over all seeds, so that names stay when seeds
 * change. Violated is a `failure`. Unknown is an `error`, which JUnit has for tests that could not be
 * completed: `skipped` is green nearly everywhere, and unknown is no success. Only what was not meant
 * to run here is `skipped`. There are no times: two runs of the same seeds write the same file.
 */
import { unknownText, violationText, headlineOf } from './case-text.ts';
import { Cases } from './cases.ts';
import type { Case, Suite } from './cases.ts';
import type { Reporter, Said } from './reporter.ts';

/** Characters of a message in an attribute; the whole text is in the element. */
const messageMax = 500;

export class Junit implements Reporter {
  private readonly cases: Cases;
  private readonly write: (text: string) => void;

  constructor(write: (text: string) => void, cases = new Cases()) {
    this.write = write;
    this.cases = cases;
  }

  record(said: Said): void {
    this.cases.add(said);
  }

  end(): void {
    this.write(junitText(this.cases));
  }
}

function junitText({ command, suites }: Cases): string {
  const all = suites.flatMap((s) => s.cases);
  const { tests, failures, errors } = countsOf(all);
  const name = attributes({ name: `antlion ${command}`, tests, failures, errors });
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites${name}>`,
    ...suites.flatMap(suiteLines),
    '</testsuites>',
    '',
  ].join('\n');
}

function suiteLines(s: Suite): string[] {
  const head = attributes({ name: s.name, ...countsOf(s.cases) });
  const properties = { claim: s.claim, environment: s.environment, runs: s.runs };
  return [
    `  <testsuite${head}>`,
    '    <properties>',
    ...Object.entries({ ...properties, operations: s.operations, faults: s.effective }).map(
      ([name, value]) => `      <property${attributes({ name, value })}/>`,
    ),
    '    </properties>',
    ...s.cases.flatMap((c) => caseLines(s, c)),
    '  </testsuite>',
  ];
}

interface Counts extends Readonly<Record<string, number>> {
  readonly tests: number;
  readonly failures: number;
  readonly errors: number;
  readonly skipped: number;
}

function countsOf(cases: readonly Case[]): Counts {
  const of = (kind: Case['kind']): number => cases.filter((c) => c.kind === kind).length;
  const [failures, errors, skipped] = [of('violated'), of('unknown'), of('skipped')];
  return { tests: cases.length, failures, errors, skipped };
}

function caseLines(s: Suite, c: Case): string[] {
  const head = attributes({ classname: `antlion.${s.environment}.${s.name}`, name: c.name });
  const body = bodyOf(s, c);
  if (body === null) return [`    <testcase${head}/>`];
  return [`    <testcase${head}>`, `      ${body}`, '    </testcase>'];
}

function bodyOf(s: Suite, c: Case): string | null {
  const message = headlineOf(c).slice(0, messageMax);
  switch (c.kind) {
    case 'violated':
      return `<failure${attributes({ type: c.name, message })}>${xml(violationText(s, c))}</failure>`;
    case 'unknown':
      return `<error${attributes({ type: 'unknown', message })}>${xml(unknownText(s, c))}</error>`;
    case 'skipped':
      return `<skipped${attributes({ message })}/>`;
    case 'holds':
      return c.reasons.length === 0
        ? null
        : `<system-out>${xml(c.reasons.join('\n'))}</system-out>`;
  }
}

function attributes(all: Readonly<Record<string, string | number>>): string {
  return Object.entries(all)
    .map(([name, value]) => ` ${name}="${xml(String(value)).replaceAll('\n', '&#10;')}"`)
    .join('');
}

/** What XML 1.0 has no place for is shown by a mark, not dropped. */
function xml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll(/[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu, '\u{FFFD}');
}
