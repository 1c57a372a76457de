// Mocha's spec reporter, closed by the files that took longest, and by one plain line of totals that
// any CI can read.
const { relative } = require('node:path');
const { reporters } = require('mocha');

/** A run under a minute says nothing of its files. */
const longRunMs = 60_000;
const shown = 15;

class Totals extends reporters.Spec {
  constructor(runner, options) {
    super(runner, options);
    this.msByFile = new Map();
    let began = 0;
    runner.on('suite', (suite) => {
      if (suite.parent?.root) began = Date.now();
    });
    runner.on('suite end', (suite) => {
      if (!suite.parent?.root) return;
      const file = relative(process.cwd(), suite.file ?? '');
      this.msByFile.set(file, (this.msByFile.get(file) ?? 0) + Date.now() - began);
    });
  }

  epilogue() {
    super.epilogue();
    const { passes, failures, pending, duration } = this.stats;
    if (duration > longRunMs) this.slowest();
    process.stdout.write(`${passes} passed, ${failures} failed, ${pending} skipped\n`);
  }

  slowest() {
    const files = [...this.msByFile].sort((a, b) => b[1] - a[1]).slice(0, shown);
    for (const [file, ms] of files)
      process.stdout.write(`${String(Math.round(ms / 1000)).padStart(5)} s  ${file}\n`);
  }
}

module.exports = Totals;
