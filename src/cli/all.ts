import { buildProgram } from './program';
import { start } from './start';

/** Built as dist/commands.js: the command line with all its commands. */
void start(buildProgram);
