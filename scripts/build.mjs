// Bundles the product into dist/: the extension (no engine in it), the program that is both the command line and every
// child process, and the webviews. `--watch` rebuilds, `--quiet` prints nothing, `--release` minifies.
import { build, context } from 'esbuild';
import { existsSync, readdirSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';

const root = path.join(import.meta.dirname, '..');
const flags = new Set(process.argv.slice(2));
const release = flags.has('--release');

const common = {
  absWorkingDir: root,
  bundle: true,
  format: 'cjs',
  platform: 'node',
  target: 'node20.12',
  keepNames: false,
  logLevel: 'warning',
  legalComments: 'none',
  metafile: true,
};

/** The command line, and what of it is run. */
const PROGRAMS = { commands: 'src/cli/all.ts', verify: 'src/cli/alone.ts' };
/** Big libraries that few commands need: each is a bundle of its own, loaded when it is first asked for. */
const LAZY = { store: 'src/core/cloud/sdk.ts', queue: 'src/core/fleet/library.ts', patterns: 'src/core/integrity/contract/linear.ts', duckdb: 'src/core/table/library.ts', mcp: 'src/cli/mcp/main.ts' };
const lazily = {
  name: 'lazily',
  setup({ onResolve }) {
    onResolve({ filter: /^\./ }, ({ kind, path: wanted, resolveDir }) => {
      if (kind !== 'dynamic-import') return undefined;
      const file = path.relative(root, path.join(resolveDir, `${wanted}.ts`)).split(path.sep).join('/');
      const [name] = Object.entries({ ...PROGRAMS, ...LAZY }).find(([, source]) => source === file) ?? [];
      return name === undefined ? undefined : { path: `./${name}.js`, external: true };
    });
  },
};

/** `import bytes from 'assembly:FILE'`: the WebAssembly, optimised, of AssemblyScript at a path under src. */
const assembly = {
  name: 'assembly',
  setup(esbuild) {
    esbuild.onResolve({ filter: /^assembly:/ }, ({ path: name }) => ({ path: `src/${name.slice('assembly:'.length)}`, namespace: 'assembly' }));
    esbuild.onLoad({ filter: /.*/, namespace: 'assembly' }, async ({ path: entry }) => ({ contents: await assemble(entry), loader: 'binary' }));
  },
};

async function assemble(entry) {
  const { default: asc } = await import('assemblyscript/asc');
  let contents;
  const { error, stderr } = await asc.main([entry, '--outFile', 'kernel.wasm', '-O3', '--noAssert', '--runtime', 'stub', '--enable', 'simd', '--baseDir', root], {
    writeFile: (_, bytes) => (contents = bytes),
  });
  if (error) throw new Error(`${entry} could not be compiled:\n${stderr}`, { cause: error });
  return contents;
}

/** Bundles are required: to import them would take the loader of modules, and its time. */
const REQUIRED = { 'dynamic-import': false };

const webviews = existsSync(path.join(root, 'webview')) ? readdirSync(path.join(root, 'webview')).filter((f) => /^[a-z]+\.ts$/.test(f)) : [];

const bundles = [
  { ...common, entryPoints: { extension: 'src/extension/main.ts' }, external: ['vscode'], minify: true },
  { ...common, entryPoints: { cli: 'src/cli/main.ts' }, banner: { js: '#!/usr/bin/env node' }, plugins: [lazily], supported: REQUIRED },
  { ...common, entryPoints: PROGRAMS, plugins: [lazily], supported: REQUIRED },
  { ...common, entryPoints: LAZY, external: ['@duckdb/node-bindings'], minify: true },
  { ...common, entryPoints: { kernel: 'src/core/integrity/kernel/thread.ts', values: 'src/core/integrity/kernel/values.ts' }, plugins: [assembly] },
  ...(webviews.length === 0
    ? []
    : [{
        ...common,
        entryPoints: Object.fromEntries(webviews.map((f) => [`webview/${f.slice(0, -3)}`, `webview/${f}`])),
        platform: 'browser',
        format: 'esm',
        target: 'es2022',
        minify: true,
        loader: { '.css': 'css' },
      }]),
].filter((options) => Object.values(options.entryPoints).every((entry) => existsSync(path.join(root, entry))));

/** One options object per bundle, for a folder to write into. */
const bundlesFor = (outdir, release) =>
  bundles.map((options) => ({ ...options, outdir, sourcemap: release ? false : 'linked', minify: release || options.minify === true }));

/** Bundles the product into a folder; returns esbuild's results, which say what went into each bundle. */
export const buildInto = (outdir, { release }) => Promise.all(bundlesFor(outdir, release).map((options) => build(options)));

async function main() {
  rmSync(path.join(root, 'dist'), { recursive: true, force: true });
  if (flags.has('--watch')) {
    for (const options of bundlesFor('dist', release)) await (await context({ ...options, logLevel: 'info' })).watch();
    return;
  }
  await buildInto('dist', { release });
  if (!flags.has('--quiet')) {
    for (const file of readdirSync(path.join(root, 'dist')).filter((f) => f.endsWith('.js'))) {
      console.log(`dist/${file}  ${(statSync(path.join(root, 'dist', file)).size / 1024).toFixed(0)} KB`);
    }
  }
}

if (process.argv[1] === import.meta.filename) await main();
