import { readdirSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';

/** A text in the source, and the `file:line` it stands at. */
export interface Found {
  readonly text: string;
  readonly at: string;
}

const root = path.join(__dirname, '../..');

/** The sources under some folders, read by the compiler. */
export function readSources(...folders: readonly string[]): ts.Program {
  const files = folders.flatMap((folder) => readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts')).map((file) => path.join(root, folder, file)));
  const { options } = ts.parseJsonConfigFileContent(ts.readConfigFile(path.join(root, 'tsconfig.json'), (file) => ts.sys.readFile(file)).config, ts.sys, root);
  return ts.createProgram(files, { ...options, types: [] });
}

/** Where each argument that is a message stands in a call. */
const MESSAGES: Readonly<Record<string, readonly number[]>> = { t: [0], count: [1, 2] };

/**
 * Every message that `t` and `count` are called with: literals, and by their types those of word lists and tables.
 * @returns `open`: arguments of which the compiler cannot say what they may be
 */
export function messagesIn(program: ts.Program, folder: string): { messages: Found[]; open: Found[] } {
  const checker = program.getTypeChecker();
  const [messages, open]: [Found[], Found[]] = [[], []];
  walk(program, folder, (node, at) => {
    if (!ts.isCallExpression(node) || !ts.isIdentifier(node.expression)) return;
    for (const which of MESSAGES[node.expression.text] ?? []) {
      const argument = node.arguments[which];
      const type = argument === undefined ? undefined : checker.getTypeAtLocation(argument);
      const types = type === undefined ? [] : type.isUnion() ? type.types : [type];
      if (types.length > 0 && types.every((each) => each.isStringLiteral())) messages.push(...types.map((each) => ({ text: (each).value, at })));
      else open.push({ text: node.getText(), at });
    }
  });
  return { messages, open };
}

/** Calls whose texts the user reads, and where in them. */
const SAYING = /^(show(Information|Warning|Error)Message|setStatusBarMessage|append(Text|Markdown)|createWebviewPanel|element|drawn)$/;
/** Properties and assigned fields whose texts the user reads. */
const SHOWN = /^(title|placeHolder|placeholder|prompt|openLabel|label|description|detail|tooltip|message|summary|textContent|innerText|ariaLabel|invocationMessage)$/;

/** Texts with a word in them that go to the user as they are, untranslated. */
export function untranslatedIn(program: ts.Program, folder: string): Found[] {
  const found: Found[] = [];
  walk(program, folder, (node, at) => {
    for (const text of readBy(node).flatMap(literalsIn)) if (/\p{L}{2}/u.test(text.replaceAll(/\$\([\w~-]+\)|Barkeep/g, ''))) found.push({ text, at });
  });
  return found;
}

/** The expressions in this node that the user reads. */
function readBy(node: ts.Node): readonly ts.Expression[] {
  if (ts.isCallExpression(node)) {
    const name = ts.isPropertyAccessExpression(node.expression) ? node.expression.name.text : node.expression.getText();
    if (name === 'setAttribute') return /^'aria-(label|description)'$|^'title'$/.test(node.arguments[0]?.getText() ?? '') ? node.arguments.slice(1) : [];
    if (!SAYING.test(name)) return [];
    return node.arguments.slice(name === 'element' || name === 'drawn' ? 2 : name === 'createWebviewPanel' ? 1 : 0);
  }
  if (ts.isPropertyAssignment(node)) return SHOWN.test(node.name.getText()) ? [node.initializer] : [];
  if (ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.EqualsToken && ts.isPropertyAccessExpression(node.left)) return SHOWN.test(node.left.name.text) ? [node.right] : [];
  return [];
}

/** The literal texts an expression may be, or be put together from; not those handed to a call. */
function literalsIn(expression: ts.Expression): string[] {
  if (ts.isStringLiteralLike(expression)) return [expression.text];
  if (ts.isTemplateExpression(expression)) return [expression.head.text, ...expression.templateSpans.flatMap(({ expression: value, literal }) => [...literalsIn(value), literal.text])];
  if (ts.isConditionalExpression(expression)) return [...literalsIn(expression.whenTrue), ...literalsIn(expression.whenFalse)];
  if (ts.isParenthesizedExpression(expression)) return literalsIn(expression.expression);
  if (ts.isBinaryExpression(expression)) return [...literalsIn(expression.left), ...literalsIn(expression.right)];
  if (ts.isArrayLiteralExpression(expression)) return expression.elements.flatMap(literalsIn);
  if (ts.isSpreadElement(expression)) return literalsIn(expression.expression);
  return [];
}

function walk(program: ts.Program, folder: string, visit: (node: ts.Node, at: string) => void): void {
  for (const source of program.getSourceFiles()) {
    const file = path.relative(root, source.fileName).split(path.sep).join('/');
    if (!file.startsWith(`${folder}/`)) continue;
    const look = (node: ts.Node): void => {
      visit(node, `${file}:${source.getLineAndCharacterOfPosition(node.getStart(source)).line + 1}`);
      ts.forEachChild(node, look);
    };
    look(source);
  }
}
