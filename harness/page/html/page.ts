/** One file: words, pictures, code and data. Nothing in it asks for anything else. */
import type { RunView } from '../view.ts';
import { runSection } from './run.ts';
import { suiteSection } from './suite.ts';
import type { SuiteView } from '../suite.ts';
import { h, jsonText, raw, verdictTag } from './text.ts';
import type { Html } from './text.ts';

/** What the build makes of `client`, each with the digest by which the page lets it run and nothing else. */
export interface PageCode {
  /** Runs before anything is painted. */
  readonly mark: CodePart;
  readonly main: CodePart;
  readonly style: CodePart;
}

export interface CodePart {
  readonly text: string;
  /** `sha256-…`, as a content security policy has it. */
  readonly digest: string;
}

export interface PageData {
  readonly title: string;
  /** Version and build of the antlion that made it. */
  readonly madeBy: string;
  readonly suite: SuiteView | null;
  readonly runs: readonly RunView[];
  /** Runs that are shown beside others alone, and have no place of their own. */
  readonly besides: readonly RunView[];
}

/** The same data give the same text. */
export function pageText(
  { title, madeBy, suite, runs, besides }: PageData,
  code: PageCode,
): string {
  const policy = `default-src 'none'; script-src '${code.mark.digest}' '${code.main.digest}'; style-src '${code.style.digest}'; img-src data:; base-uri 'none'; form-action 'none'`;
  const page = h`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<title>${title}</title>
<style>${raw(code.style.text)}</style>
<script>${raw(code.mark.text)}</script>
</head>
<body>
<a class="skip" href="#main">Skip to the content</a>
<header class="top"><h1>${title}</h1><div class="tools"></div></header>
${navigation(suite, runs)}
<main id="main" tabindex="-1">
${suite !== null && suiteSection(suite, runs)}
${runs.map(runSection)}
</main>
<footer>Made by ${madeBy}. This file needs no network and holds all of its data.</footer>
${[...runs, ...besides].map(
  (run) => h`<script type="application/json" id="data-${run.id}">${jsonText(run)}</script>\n`,
)}
<script>${raw(code.main.text)}</script>
</body>
</html>
`;
  return page.html;
}

function navigation(suite: SuiteView | null, runs: readonly RunView[]): Html | null {
  if (suite === null && runs.length < 2) return null;
  return h`<nav class="sections" aria-label="Runs"><ul>
${suite !== null && h`<li><a href="#suite">Overview</a></li>`}
${runs.map((run) => h`<li><a href="#run=${run.id}">${run.name} ${verdictTag(run.verdict)}</a></li>`)}
</ul></nav>`;
}
