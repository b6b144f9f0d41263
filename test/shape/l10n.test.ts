import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { count, fill, t, translateWith } from '../../src/extension/words';
import { messagesIn, readSources, untranslatedIn, type Found } from '../support/messages';

const root = path.join(__dirname, '../..');
const read = (file: string): string => readFileSync(path.join(root, file), 'utf8');
const textsOf = (file: string): Record<string, string> => JSON.parse(read(file)) as Record<string, string>;

const LANGUAGES = readdirSync(path.join(root, 'l10n')).map((file) => /^bundle\.l10n\.([a-z-]+)\.json$/.exec(file)?.[1] ?? assert.fail(file));

/** What a translation must keep as it is: places for values, options, code, names of columns, and where links lead. */
const keptIn = (text: string): string[] => [...text.matchAll(/\{\d+\}|--[a-z][a-z-]*|`[^`]+`|\b\w+_\w+\b|\]\([^)]*\)/g)].map(([part]) => part).sort();

function sayTheSame(pairs: readonly (readonly [original: string, translated: string])[]): void {
  for (const [original, translated] of pairs) assert.deepEqual(keptIn(translated), keptIn(original), translated);
  assert.deepEqual(pairs.filter(([original, translated]) => translated.trim() === '' || translated === original), []);
}

/** Each key on a line of its own: a second one of the same name would silently win. */
function isPlain(file: string): void {
  const keys = [...read(file).matchAll(/^ {2}"(?:[^"\\]|\\.)*(?=": ")/gm)].map(([key]) => key);
  assert.equal(new Set(keys).size, keys.length, `${file}: a key occurs twice`);
  assert.equal(keys.length, Object.keys(textsOf(file)).length, `${file}: one entry a line`);
}

describe('the words of the extension', () => {
  let said: { messages: Found[]; open: Found[] };
  let untranslated: Found[];
  before(() => {
    const program = readSources('src/extension', 'webview');
    said = messagesIn(program, 'src/extension');
    untranslated = [...untranslatedIn(program, 'src/extension'), ...untranslatedIn(program, 'webview')];
  });
  const messages = (): string[] => [...new Set(said.messages.map(({ text }) => text))].sort();

  it('are known when it is built: literals, or lists and tables of them', () => {
    assert.ok(said.messages.length > 300);
    assert.deepEqual(said.open.filter(({ at }) => !at.startsWith('src/extension/words.ts')), []);
  });

  it('go through the translator, all that a user reads', () => {
    assert.deepEqual(untranslated, []);
  });

  for (const language of LANGUAGES) {
    const bundle = `l10n/bundle.l10n.${language}.json`;

    it(`are all translated into ${language}, and nothing else is`, () => {
      isPlain(bundle);
      const translated = Object.keys(textsOf(bundle));
      assert.deepEqual(said.messages.filter(({ text }) => !translated.includes(text)), [], `not in ${bundle}: give each a line there`);
      assert.deepEqual(translated.filter((text) => !messages().includes(text)), [], `not said any more, but in ${bundle}`);
    });

    it(`keep their values, options and names in ${language}`, () => {
      sayTheSame(Object.entries(textsOf(bundle)));
    });

    it(`have the manifest's beside them in ${language}, with links and code as they are`, () => {
      const file = `package.nls.${language}.json`;
      isPlain(file);
      const [originals, translated] = [textsOf('package.nls.json'), textsOf(file)];
      assert.deepEqual(Object.keys(translated).sort(), Object.keys(originals).sort());
      sayTheSame(Object.entries(originals).map(([key, text]) => [text, translated[key]!]));
    });

    it(`have the walkthrough's beside them in ${language}`, () => {
      const pages = readdirSync(path.join(root, 'media/walkthrough'));
      const originals = pages.filter((page) => /^[a-z]+\.md$/.test(page));
      assert.deepEqual(pages.filter((page) => page.endsWith(`.nls.${language}.md`)), originals.map((page) => page.replace('.md', `.nls.${language}.md`)));
    });
  }
});

describe('a translated message', () => {
  const chinese = textsOf('l10n/bundle.l10n.zh-cn.json');
  before(() => { translateWith((message, ...values) => fill(chinese[message] ?? message, ...values)); });
  after(() => { translateWith(fill); });

  it('takes its values where its own language has them', () => {
    assert.equal(t('The first {0} of {1}.', '500', count(105_825, '1 row', '{0} rows')), '前 500 行，共 105,825 行。');
    assert.match(t('{0} of {1} overlapping bars close within 2 ticks of the master; {2} differ and stay as they are.', 'A', 'B', 'C'), /^B.*A.*C/);
  });

  it('counts in phrases of its own', () => {
    assert.equal(count(1, '1 new bar', '{0} new bars'), '1 根新K线');
    assert.equal(count(1200, '1 new bar', '{0} new bars'), '1,200 根新K线');
  });
});
