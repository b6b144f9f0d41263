import { grammar } from './grammar';
import { start } from './start';
import { addVerify } from './verify';

/** Built as dist/verify.js: the command line with `verify` alone. */
void start((version, finish) => {
  const { program, add } = grammar(version);
  addVerify(add, finish);
  return program;
});
