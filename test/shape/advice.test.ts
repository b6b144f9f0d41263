import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';

const SOURCES = path.join(__dirname, '..', '..', 'src', 'core');
/** How one speaks to somebody at a command line. */
const TYPED = /(^|[\s(`'"])--[a-z]|\bbarkeep [a-z]+\b/;

interface Advice {
  readonly where: string;
  readonly remedy: string;
  readonly inEditor: string | undefined;
}

const propertyIn = (facts: ts.ObjectLiteralExpression, name: string): ts.ObjectLiteralElementLike | undefined => facts.properties.find((each) => each.name?.getText() === name);

/** The text of a property; of one that is named only, that of what it is in the function around it. */
function textOf(property: ts.ObjectLiteralElementLike | undefined): string | undefined {
  if (property === undefined) return undefined;
  if (ts.isPropertyAssignment(property) && !ts.isIdentifier(property.initializer)) return property.initializer.getText();
  const name = ts.isPropertyAssignment(property) ? property.initializer.getText() : property.name!.getText();
  const declared = new RegExp(`\\b${name} = ([^;]*);`).exec(property.getSourceFile().text.slice(0, property.pos).split(/\n(?=\S)/).at(-1)!);
  return declared?.[1] ?? '';
}

/** Advice of every failure that is made in a file. */
function adviceIn(file: string): Advice[] {
  const source = ts.createSourceFile(file, readFileSync(path.join(SOURCES, file), 'utf8'), ts.ScriptTarget.ES2022, true);
  const found: Advice[] = [];
  const visit = (node: ts.Node): void => {
    const facts = ts.isNewExpression(node) && node.expression.getText() === 'Failure' ? node.arguments?.[1] : undefined;
    if (facts !== undefined && ts.isObjectLiteralExpression(facts)) {
      const line = source.getLineAndCharacterOfPosition(facts.pos).line + 1;
      found.push({ where: `${file}:${line}`, remedy: textOf(propertyIn(facts, 'remedy')) ?? '', inEditor: textOf(propertyIn(facts, 'inEditor')) });
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

describe('advice', () => {
  const all = readdirSync(SOURCES, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts')).flatMap(adviceIn);

  it('that names an option or a command of the command line is said otherwise in the editor', () => {
    const typed = all.filter(({ remedy }) => TYPED.test(remedy));
    assert.ok(typed.length > 15, `${typed.length} of ${all.length}`);
    assert.deepEqual(typed.filter(({ inEditor }) => inEditor === undefined).map(({ where, remedy }) => `${where} ${remedy}`), []);
  });

  it('for the editor names none', () => {
    assert.deepEqual(all.filter(({ inEditor = '' }) => TYPED.test(inEditor)).map(({ where, inEditor }) => `${where} ${inEditor!}`), []);
  });

  it('of checks, which stand beside problems, names none', () => {
    const catalogue = readFileSync(path.join(SOURCES, 'integrity', 'catalogue.ts'), 'utf8');
    assert.deepEqual([...catalogue.matchAll(/remedy: (.*)/g)].map(([, remedy]) => remedy!).filter((remedy) => TYPED.test(remedy)), []);
  });
});
