/** The version written into what we make; package.json has the same (test/core/base/version.test.ts). */
export const VERSION = '0.1.0';
