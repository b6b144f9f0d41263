// Tests in a real VS Code:
//   node test/vscode/run.mjs suite     the suite inside the extension host of VS Code's server build
//   node test/vscode/run.mjs pages     every page by itself in a browser: accessible, within its policy, quick
//   node test/vscode/run.mjs walk      a user's walk through the installed .vsix, in a browser; names of chapters: only these
//   node test/vscode/run.mjs giant     how soon a Parquet file of more than 1 GB is seen; on a quiet machine
//   node test/vscode/run.mjs desktop   the same suite inside a desktop VS Code
// One line per test; closes with `N passed, N failed, N skipped`.
import 'tsx';

const { default: { main } } = await import('./main.ts');
process.exit(await main(...process.argv.slice(2)));
