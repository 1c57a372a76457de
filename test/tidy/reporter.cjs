// Mocha's spec reporter, closed by one plain line of totals that any CI can read.
const { reporters } = require('mocha');

class Totals extends reporters.Spec {
  epilogue() {
    super.epilogue();
    const { passes, failures, pending } = this.stats;
    process.stdout.write(`${passes} passed, ${failures} failed, ${pending} skipped\n`);
  }
}

module.exports = Totals;
