// Packages the extension: barkeep-<platform>-<version>.vsix with the native library of one platform in it.
//   node scripts/package.mjs [--target linux-x64] [--out FOLDER]
// The package is put together in .cache/package/<platform>, so that the work tree's own dist/ is left alone.
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { buildInto } from './build.mjs';

const root = path.join(import.meta.dirname, '..');

/** VS Code's name of a platform → npm's. */
const PLATFORMS = {
  'linux-x64': { os: 'linux', cpu: 'x64', libc: 'glibc' },
  'linux-arm64': { os: 'linux', cpu: 'arm64', libc: 'glibc' },
  'alpine-x64': { os: 'linux', cpu: 'x64', libc: 'musl' },
  'alpine-arm64': { os: 'linux', cpu: 'arm64', libc: 'musl' },
  'darwin-x64': { os: 'darwin', cpu: 'x64' },
  'darwin-arm64': { os: 'darwin', cpu: 'arm64' },
  'win32-x64': { os: 'win32', cpu: 'x64' },
  'win32-arm64': { os: 'win32', cpu: 'arm64' },
};

const ROOT_FILES = /^(package(-lock)?\.json|package\.nls(\..+)?\.json|README\.md|CHANGELOG\.md|LICENSE|\.vscodeignore)$/;

/** Puts the extension's own files, built for release, into a folder. */
export async function stageExtension(folder) {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const name of readdirSync(root).filter((file) => ROOT_FILES.test(file))) cpSync(path.join(root, name), path.join(folder, name));
  for (const name of ['media', 'l10n']) if (existsSync(path.join(root, name))) cpSync(path.join(root, name), path.join(folder, name), { recursive: true });
  const results = await buildInto(path.join(folder, 'dist'), { release: true });
  writeFileSync(path.join(folder, 'dist', 'NOTICES.txt'), noticesFor(results));
}

/** The licences of the packages whose code is inside the bundles. */
function noticesFor(results) {
  const inputs = results.flatMap(({ metafile }) => Object.keys(metafile.inputs));
  const packages = new Set(inputs.flatMap((input) => /node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(input)?.[1] ?? []));
  return [...packages].sort().map((name) => {
    const folder = path.join(root, 'node_modules', name);
    const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
    if (file !== undefined) return `${name}\n\n${readFileSync(path.join(folder, file), 'utf8').trim()}\n`;
    // Some packages of a family carry the text only once: it stands under another name of the family.
    const { license } = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8'));
    if (typeof license !== 'string') throw new Error(`${name} is bundled but has no licence`);
    return `${name}\n\nLicensed under ${license}.\n`;
  }).join(`\n${'-'.repeat(72)}\n\n`);
}

/** Installs what runs outside the bundles, for that platform, exactly as the lock file says. */
function installFor({ os, cpu, libc }, folder) {
  const platform = [`--os=${os}`, `--cpu=${cpu}`, ...(libc ? [`--libc=${libc}`] : [])];
  execFileSync('npm', ['ci', '--omit=dev', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error', ...platform], {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'inherit'],
    shell: process.platform === 'win32',
  });
}

export const hostTarget = () => {
  const alpine = process.platform === 'linux' && !process.report.getReport().header.glibcVersionRuntime;
  return `${alpine ? 'alpine' : process.platform}-${process.arch}`;
};

/** Makes the .vsix; returns its path. */
export async function packageFor(target, out) {
  const platform = PLATFORMS[target];
  if (!platform) throw new Error(`no such platform: ${target}. Use one of ${Object.keys(PLATFORMS).join(', ')}.`);
  const { version } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
  const stage = path.join(root, '.cache', 'package', target);
  await stageExtension(stage);
  installFor(platform, stage);
  mkdirSync(out, { recursive: true });
  const vsix = path.join(out, `barkeep-${target}-${version}.vsix`);
  const options = ['package', '--target', target, '--out', vsix, '--allow-missing-repository', '--no-rewrite-relative-links'];
  const { status, stdout, stderr } = spawnSync(process.execPath, [path.join(root, 'node_modules/@vscode/vsce/vsce'), ...options], { cwd: stage, encoding: 'utf8' });
  if (status !== 0 || /WARNING/.test(stdout + stderr)) throw new Error(`${vsix} could not be made without a warning:\n${stdout}${stderr}`);
  return vsix;
}

if (process.argv[1] === import.meta.filename) {
  const { values } = parseArgs({ options: { target: { type: 'string' }, out: { type: 'string' } } });
  const vsix = await packageFor(values.target ?? hostTarget(), path.resolve(values.out ?? root));
  console.log(`${path.relative(process.cwd(), vsix)}  ${(statSync(vsix).size / 1e6).toFixed(1)} MB`);
}
