// A mocha reporter: the usual dots, skipped tests and the slowest files named, and the counts written to a file for scripts/test.mjs.
const { reporters } = require('mocha');
const { writeFileSync } = require('node:fs');
const path = require('node:path');

const SLOWEST = 12;

module.exports = class Reporter extends reporters.Dot {
  constructor(runner, options) {
    super(runner, options);
    const skipped = [];
    const spent = new Map();
    let mark = Date.now();
    // With its hooks: the time since the test before ended.
    runner.on('test end', ({ file }) => {
      spent.set(file, (spent.get(file) ?? 0) + Date.now() - mark);
      mark = Date.now();
    });
    runner.on('pending', (test) => skipped.push(test.fullTitle()));
    runner.once('end', () => {
      for (const title of skipped) console.log(`  skipped: ${title}`);
      for (const [file, milliseconds] of [...spent].sort(([, a], [, b]) => b - a).slice(0, SLOWEST)) console.log(`  ${(milliseconds / 1000).toFixed(1)} s  ${path.relative(process.cwd(), file)}`);
      const { passes, failures, pending } = this.stats;
      const output = options.reporterOptions?.output;
      if (output) writeFileSync(output, JSON.stringify({ passed: passes, failed: failures, skipped: pending }));
    });
  }
};
