import path from 'node:path';
import tseslint from 'typescript-eslint';
import { OWNERS, WRITING, floorFault, roomOf } from './scripts/floors.mjs';

const SRC = path.join(import.meta.dirname, 'src');
const inSrc = (file) => path.relative(SRC, file).split(path.sep).join('/');

/** Imports go down the floors; outside libraries have owners; only core/disk changes the disk. */
const floors = {
  meta: { type: 'problem', schema: [] },
  create(context) {
    const here = inSrc(context.filename);
    if (here.startsWith('..')) return {};
    const check = (node, source, typeOnly, names) => {
      if (source.startsWith('.')) {
        const fault = floorFault(here, inSrc(path.resolve(path.dirname(context.filename), source)), typeOnly);
        if (fault) context.report({ node, message: fault });
        return;
      }
      const owner = Object.hasOwn(OWNERS, source) ? OWNERS[source] : undefined;
      if (owner && !owner.rooms.includes(roomOf(here))) {
        context.report({ node, message: `${source} belongs to ${owner.rooms.join(', ')}: ${owner.why}` });
      }
      if (/^(node:)?fs(\/promises)?$/.test(source) && roomOf(here) !== 'core/disk' && !typeOnly) {
        const writing = names.filter((name) => WRITING.test(name));
        if (writing.length) context.report({ node, message: `${writing.join(', ')}: only core/disk changes the disk, so that every write is locked, backed up and atomic` });
      }
    };
    const isTypeOnly = (node) =>
      node.importKind === 'type' || node.exportKind === 'type' || (node.specifiers?.length > 0 && node.specifiers.every((s) => s.importKind === 'type'));
    const visit = (node) => {
      if (!node.source) return;
      const names = (node.specifiers ?? []).map((s) => s.imported?.name ?? '');
      check(node, node.source.value, isTypeOnly(node), names);
    };
    return {
      ImportDeclaration: visit,
      ExportNamedDeclaration: visit,
      ExportAllDeclaration: visit,
      ImportExpression: (node) => node.source.type === 'Literal' && check(node, node.source.value, false, []),
      'MemberExpression[object.name=/^(fs|fsp|promises)$/]'(node) {
        if (roomOf(here) !== 'core/disk' && WRITING.test(node.property.name ?? '')) {
          context.report({ node, message: `fs.${node.property.name}: only core/disk changes the disk, so that every write is locked, backed up and atomic` });
        }
      },
    };
  },
};

export default tseslint.config(
  { // assembly/ is AssemblyScript: its compiler, which is strict about types, runs in the build.
    ignores: ['src/core/integrity/kernel/assembly/**', 'dist/**', 'node_modules/**', '.cache/**', 'test/vscode/host/**', 'barkeep-sample/**', 'test-results/**'] },
  ...tseslint.configs.strictTypeChecked.map((config) => ({ ...config, files: ['src/**/*.ts', 'test/**/*.ts', 'webview/**/*.ts'] })),
  {
    files: ['src/**/*.ts', 'test/**/*.ts', 'webview/**/*.ts'],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    plugins: { barkeep: { rules: { floors } } },
    rules: {
      'barkeep/floors': 'error',
      // Typed arrays are indexed everywhere in the hot paths; the index is checked by the loop around it.
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      'max-lines': ['error', { max: 350, skipBlankLines: true, skipComments: true }],
      eqeqeq: 'error',
      'no-console': 'error',
    },
  },
  {
    files: ['test/**/*.ts'],
    rules: { '@typescript-eslint/no-floating-promises': 'error', 'no-console': 'off', 'max-lines': 'off' },
  },
);
