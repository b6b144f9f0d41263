// What is used of the library, and nothing of ours: it is bundled by itself and loaded with the first schema that has a pattern.
export { RE2JS } from 're2js';
