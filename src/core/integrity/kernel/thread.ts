import bytes from 'assembly:core/integrity/kernel/assembly/scan.ts';

/** The program that is built as dist/kernel.js: it holds the kernel, and as a thread it looks at ranges of a file. */
export const kernel = (): Promise<WebAssembly.Module> => WebAssembly.compile(bytes);
