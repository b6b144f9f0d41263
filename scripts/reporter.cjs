// A mocha reporter: the usual list, slow and skipped tests named, and the counts written to a file for scripts/test.mjs.
const { reporters } = require('mocha');
const { writeFileSync } = require('node:fs');

module.exports = class Reporter extends reporters.Dot {
  constructor(runner, options) {
    super(runner, options);
    const skipped = [];
    runner.on('pending', (test) => skipped.push(test.fullTitle()));
    runner.once('end', () => {
      for (const title of skipped) console.log(`  skipped: ${title}`);
      const { passes, failures, pending } = this.stats;
      const output = options.reporterOptions?.output;
      if (output) writeFileSync(output, JSON.stringify({ passed: passes, failed: failures, skipped: pending }));
    });
  }
};
