import bytes from 'assembly:core/integrity/kernel/assembly/values.ts';

/** The program that is built as dist/values.js: it holds the reader of bars. */
export const values = (): Promise<WebAssembly.Module> => WebAssembly.compile(bytes);
