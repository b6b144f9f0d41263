import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';

const SRC = path.join(__dirname, '../../src');

interface Edge {
  readonly from: string;
  readonly to: string;
  readonly typeOnly: boolean;
}

interface Floors {
  FLOORS: Record<string, number>;
  OWNERS: Record<string, { rooms: string[]; why: string }>;
  readonly roomOf: (file: string) => string | undefined;
  readonly floorFault: (from: string, to: string, typeOnly: boolean) => string | undefined;
}

const loadFloors = async (): Promise<Floors> => (await import(path.join(__dirname, '../../scripts/floors.mjs'))) as Floors;

const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' })
  .map((file) => file.split(path.sep).join('/'))
  .filter((file) => file.endsWith('.ts'));

/** Imports as the compiler sees them, so that the test does not share the linter's reading of the source. */
function importsOf(file: string): Edge[] {
  const source = ts.createSourceFile(file, readFileSync(path.join(SRC, file), 'utf8'), ts.ScriptTarget.ES2022, true);
  const edges: Edge[] = [];
  const add = (to: string, typeOnly: boolean): void => {
    edges.push({ from: file, to: to.startsWith('.') ? path.posix.join(path.posix.dirname(file), to) : to, typeOnly });
  };
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node) && ts.isStringLiteral(node.moduleSpecifier)) {
      const clause = node.importClause;
      const named = clause?.namedBindings;
      const allTypes = named !== undefined && ts.isNamedImports(named) && named.elements.length > 0 && named.elements.every((e) => e.isTypeOnly);
      add(node.moduleSpecifier.text, clause !== undefined && (clause.phaseModifier === ts.SyntaxKind.TypeKeyword || allTypes));
    } else if (ts.isExportDeclaration(node) && node.moduleSpecifier && ts.isStringLiteral(node.moduleSpecifier)) {
      add(node.moduleSpecifier.text, node.isTypeOnly);
    } else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
      const [what] = node.arguments;
      if (what && ts.isStringLiteral(what)) add(what.text, false);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return edges;
}

const edges = files.flatMap(importsOf);

describe('the shape of the source', () => {
  it('every import goes down the floors', async () => {
    const { floorFault } = await loadFloors();
    const faults = edges
      .filter(({ to }) => files.includes(`${to}.ts`))
      .map(({ from, to, typeOnly }) => ({ from, to, fault: floorFault(from, to, typeOnly) }))
      .filter(({ fault }) => fault !== undefined);
    assert.deepEqual(faults, []);
  });

  it('every relative import is found, so none escapes the check', () => {
    const lost = files.flatMap((file) =>
      importsOf(file).filter(({ to }) => to.startsWith('core/') || to.startsWith('protocol/') || to.startsWith('cli/') || to.startsWith('extension/'))
        .filter(({ to }) => !files.includes(`${to}.ts`)));
    assert.deepEqual(lost, []);
  });

  it('each outside library with an owner is imported only there', async () => {
    const { OWNERS, roomOf } = await loadFloors();
    const strays = edges.filter(({ from, to }) => Object.hasOwn(OWNERS, to) && !OWNERS[to]!.rooms.includes(roomOf(from) ?? ''));
    assert.deepEqual(strays, []);
  });

  it('has no import cycle', () => {
    const next = new Map(files.map((file) => [file, importsOf(file).filter((e) => !e.typeOnly).map((e) => `${e.to}.ts`).filter((to) => files.includes(to))]));
    const state = new Map<string, 'open' | 'done'>();
    const walk = (file: string, trail: readonly string[]): void => {
      assert.notEqual(state.get(file), 'open', `cycle: ${[...trail, file].join(' → ')}`);
      if (state.has(file)) return;
      state.set(file, 'open');
      for (const to of next.get(file) ?? []) walk(to, [...trail, file]);
      state.set(file, 'done');
    };
    for (const file of files) walk(file, []);
  });

  it('the map names every room', async () => {
    const { FLOORS } = await loadFloors();
    const map = readFileSync(path.join(SRC, 'README.md'), 'utf8');
    const rooms = Object.keys(FLOORS).filter((room) => files.some((file) => file.startsWith(`${room}/`)));
    assert.deepEqual(rooms.filter((room) => !map.includes(`\`${room}\``)), []);
  });

  it('a fault is really found', async () => {
    const { floorFault } = await loadFloors();
    assert.match(floorFault('core/base/bar.ts', 'core/store/merge', false) ?? '', /only from lower floors/);
    assert.match(floorFault('extension/main.ts', 'core/store/merge', false) ?? '', /child process/);
    assert.match(floorFault('core/store/merge.ts', 'protocol/exit', false) ?? '', /only types/);
    assert.equal(floorFault('core/store/merge.ts', 'protocol/exit', true), undefined);
    assert.match(floorFault('elsewhere/x.ts', 'core/base/bar', false) ?? '', /no room/);
  });
});
