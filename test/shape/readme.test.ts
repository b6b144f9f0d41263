import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { renderManifest, renderReadme } from '../../scripts/readme';
import { VERSION } from '../../src/core/base/version';

const root = path.join(__dirname, '../..');
const readme = readFileSync(path.join(root, 'README.md'), 'utf8');

describe('the README', () => {
  it('holds the checks, exit codes and settings there are (else: npm run docs)', () => {
    assert.equal(readme, renderReadme());
  });

  it('stands beside a manifest that offers agents the tools there are (else: npm run docs)', () => {
    assert.equal(readFileSync(path.join(root, 'package.json'), 'utf8'), renderManifest());
  });

  it('and the manifest, the changelog and the program agree on the version', () => {
    const manifest = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as { version: string };
    assert.equal(VERSION, manifest.version);
    assert.match(readFileSync(path.join(root, 'CHANGELOG.md'), 'utf8'), new RegExp(`^# Changelog\n\n## ${VERSION.replaceAll('.', '\\.')}`));
  });

  it('points only to files that exist', () => {
    const links = [...readme.matchAll(/\]\((?!https?:|#)([^)]+)\)/g)].map((match) => match[1]!);
    assert.ok(links.length > 0);
    assert.deepEqual(links.filter((link) => !existsSync(path.join(root, link))), []);
  });
});
