/**
 * Small bugs, made by machine: of a source file every place where one edit makes a bug of a kind that
 * people write. The edits are those of mutation testing (DeMillo, Lipton, Sayward 1978), fewer: what
 * nearly always breaks at once teaches nothing about stories and judges.
 */
import ts from 'typescript';

export interface Mutation {
  /** Path of the file, from the top of the project. */
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** Offsets of the text that goes, and what comes in its place. */
  readonly start: number;
  readonly end: number;
  readonly text: string;
  /** `a < b → a <= b`, on one line. */
  readonly what: string;
}

const boundaries: ReadonlyMap<ts.SyntaxKind, string> = new Map([
  [ts.SyntaxKind.LessThanToken, '<='],
  [ts.SyntaxKind.LessThanEqualsToken, '<'],
  [ts.SyntaxKind.GreaterThanToken, '>='],
  [ts.SyntaxKind.GreaterThanEqualsToken, '>'],
  [ts.SyntaxKind.PlusToken, '-'],
  [ts.SyntaxKind.MinusToken, '+'],
]);

export function mutationsOf(file: string, source: string): readonly Mutation[] {
  const parsed = ts.createSourceFile(file, source, ts.ScriptTarget.ES2023, true);
  const found: Mutation[] = [];
  const add = (node: ts.Node, text: string): void => {
    const [start, end] = [node.getStart(parsed), node.getEnd()];
    const { line } = parsed.getLineAndCharacterOfPosition(start);
    const short = (s: string): string => s.replace(/\s+/g, ' ').slice(0, 70);
    const what = `${short(source.slice(start, end))} → ${short(text) || '(left out)'}`;
    found.push({ file, line: line + 1, start, end, text, what });
  };
  const visit = (node: ts.Node): void => {
    for (const text of editsOf(node, parsed)) add(node, text);
    ts.forEachChild(node, visit);
  };
  visit(parsed);
  return found;
}

/** What may stand in place of a node. */
function editsOf(node: ts.Node, parsed: ts.SourceFile): readonly string[] {
  if (ts.isBinaryExpression(node)) return binary(node, parsed);
  if (ts.isIfStatement(node) && node.elseStatement === undefined) {
    // A guard that is left out, or one that always holds.
    const { expression, thenStatement } = node;
    const body = thenStatement.getText(parsed);
    return [`if (${expression.getText(parsed)} && false) ${body}`];
  }
  if (ts.isConditionalExpression(node)) {
    return [`(${node.whenTrue.getText(parsed)})`, `(${node.whenFalse.getText(parsed)})`];
  }
  if (ts.isExpressionStatement(node)) return isCallOrAssignment(node.expression) ? [';'] : [];
  if (ts.isPropertyAccessExpression(node) && node.expression.getText(parsed) === 'Math') {
    const other = { max: 'min', min: 'max', floor: 'ceil', ceil: 'floor' }[node.name.text];
    return other === undefined ? [] : [`Math.${other}`];
  }
  return [];
}

function binary(node: ts.BinaryExpression, parsed: ts.SourceFile): readonly string[] {
  const [left, right] = [node.left.getText(parsed), node.right.getText(parsed)];
  const kind = node.operatorToken.kind;
  // Either half of a condition forgotten.
  if (kind === ts.SyntaxKind.AmpersandAmpersandToken || kind === ts.SyntaxKind.BarBarToken) {
    return [`(${left})`, `(${right})`];
  }
  const other = boundaries.get(kind);
  // Texts are put together with + as well: that is no arithmetic.
  if (other === undefined || /['"`]/.test(left + right)) return [];
  return [`(${left} ${other} ${right})`];
}

function isCallOrAssignment(e: ts.Expression): boolean {
  if (ts.isCallExpression(e)) return e.expression.kind !== ts.SyntaxKind.SuperKeyword;
  return ts.isBinaryExpression(e) && e.operatorToken.kind === ts.SyntaxKind.EqualsToken;
}
