/** Lines of a story: steps have numbers, notes and what is left out have none. */

/** Begins a line that tells what followed from the steps: who leads, what ended. */
export const noteMark = '·';
/** Begins a line that counts what is left out. */
export const skippedMark = '…';

export function isStep(line: string): boolean {
  return !line.startsWith(noteMark) && !line.startsWith(skippedMark);
}

/** How many of the lines are steps. */
export function countSteps(lines: readonly string[]): number {
  return lines.filter(isStep).length;
}

/** The lines with the number of each step before it. */
export function numberedSteps(lines: readonly string[]): string[] {
  let n = 0;
  return lines.map((line) => {
    if (line.startsWith(noteMark)) return `   ${noteMark} ${line.slice(noteMark.length)}`;
    if (!isStep(line)) return `     ${line}`;
    n += 1;
    return `  ${String(n).padStart(2)} ${line}`;
  });
}
