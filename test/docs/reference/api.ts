/** `api.md`: what a project imports, with the comments of its source. */
import { readFileSync } from 'node:fs';
import ts from 'typescript';
import { code, note, type Page } from './markdown.ts';

const entries = {
  antlion: 'harness/index.ts',
  'antlion/environments': 'harness/environments.ts',
  'antlion/proxy': 'harness/proxy.ts',
  'antlion/faults': 'harness/core/fault.ts',
  'antlion/observations': 'harness/core/observation.ts',
  'antlion/reference': 'reference-impl/system.ts',
} as const;

export const apiPage: Page = {
  file: 'api.md',
  text() {
    const program = ts.createProgram(Object.values(entries), {
      module: ts.ModuleKind.NodeNext,
      target: ts.ScriptTarget.ES2023,
      strict: true,
      exactOptionalPropertyTypes: true,
      allowImportingTsExtensions: true,
      noEmit: true,
      types: ['node'],
    });
    const checker = program.getTypeChecker();
    return [
      '# API',
      note,
      'What a project may import. Times end in `Us` and are whole microseconds. Everything else in the package may change without notice. `antlion/mocha` exports nothing to call: it is for `mocha --require` ([Properties](../guides/property.md)).',
      ...Object.entries(entries).map(([name, path]) => entryText(program, checker, name, path)),
    ].join('\n\n');
  },
};

function entryText(
  program: ts.Program,
  checker: ts.TypeChecker,
  name: string,
  path: string,
): string {
  const file = program.getSourceFile(path) as ts.SourceFile;
  const exported = checker.getExportsOfModule(checker.getSymbolAtLocation(file) as ts.Symbol);
  const symbols = new Map(exported.map((s) => [s.getName(), s]));
  const parts = groupsOf(path, [...symbols.keys()]).map(({ title, names }) => {
    const texts = names.map((n) => symbolText(checker, n, symbols.get(n) as ts.Symbol));
    return [...(title === '' ? [] : [`### ${title}`]), ...texts].join('\n\n');
  });
  return [`## ${name}`, ...parts].join('\n\n');
}

/** A list of exports is divided by comments that begin a line. */
function groupsOf(path: string, all: readonly string[]): { title: string; names: string[] }[] {
  const source = readFileSync(path, 'utf8');
  const groups: { title: string; names: string[] }[] = [{ title: '', names: [] }];
  for (const [, title, list] of source.matchAll(/^\/\/ (.*)\.$|^export (?:type )?\{([^}]*)\}/gm)) {
    if (title !== undefined) groups.push({ title, names: [] });
    else {
      const names = (list ?? '').split(',').map((n) => n.trim());
      groups.at(-1)?.names.push(...names.filter((n) => all.includes(n)));
    }
  }
  const listed = groups.flatMap((g) => g.names);
  groups[0]?.names.push(...all.filter((n) => !listed.includes(n)));
  return groups.filter((g) => g.names.length > 0);
}

function symbolText(checker: ts.TypeChecker, name: string, alias: ts.Symbol): string {
  const symbol = alias.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(alias) : alias;
  const declaration = symbol.getDeclarations()?.[0];
  if (declaration === undefined) return `#### ${code(name)}`;
  return [
    `#### ${code(name)}`,
    ...docOf(checker, symbol),
    ...signature(name, declaration),
    ...members(checker, declaration),
  ].join('\n\n');
}

/** In Markdown as it stands; examples are fenced in the source. */
function docOf(checker: ts.TypeChecker, symbol: ts.Symbol): string[] {
  const text = ts.displayPartsToString(symbol.getDocumentationComment(checker)).trim();
  const examples = symbol.getJsDocTags(checker).filter((t) => t.name === 'example');
  return [
    ...(text === '' ? [] : [text]),
    ...examples.map((t) => ts.displayPartsToString(t.text ?? []).trim()),
  ];
}

function signature(name: string, d: ts.Declaration): string[] {
  const fenced = (text: string): string[] => [`\`\`\`typescript\n${text}\n\`\`\``];
  if (ts.isFunctionDeclaration(d)) {
    const all = d.parent.getChildren().flatMap((c) => c.getChildren());
    const overloads = all.filter(
      (c): c is ts.FunctionDeclaration =>
        ts.isFunctionDeclaration(c) && c.name?.text === name && c.body === undefined,
    );
    return fenced((overloads.length === 0 ? [d] : overloads).map(headOf).join('\n'));
  }
  if (ts.isTypeAliasDeclaration(d)) return fenced(d.getText());
  if (ts.isInterfaceDeclaration(d) && d.heritageClauses !== undefined) {
    return [
      `Extends ${code(d.heritageClauses.map((h) => h.types.map((t) => t.getText()).join(', ')).join(', '))}.`,
    ];
  }
  return [];
}

function headOf(d: ts.FunctionDeclaration): string {
  const text = d.getText();
  const body = d.body?.getFullText() ?? '';
  return text
    .slice(0, text.length - body.length)
    .trim()
    .replace(/;$/, '')
    .replace(/^export /, '');
}

function members(checker: ts.TypeChecker, d: ts.Declaration): string[] {
  if (!ts.isInterfaceDeclaration(d) && !ts.isClassDeclaration(d)) return [];
  const lines = d.members.flatMap((member) => {
    const name = member.name?.getText();
    const symbol = member.name && checker.getSymbolAtLocation(member.name);
    const isHidden =
      ts.canHaveModifiers(member) &&
      ts.getModifiers(member)?.some((m) => m.kind === ts.SyntaxKind.PrivateKeyword);
    if (name === undefined || name.startsWith('#') || isHidden === true || symbol === undefined)
      return [];
    const doc = ts.displayPartsToString(symbol.getDocumentationComment(checker));
    return [
      `- ${code(memberHead(member))}${doc === '' ? '' : `: ${doc.trim().replaceAll(/\n\n+/g, ' ').replaceAll('\n', ' ')}`}`,
    ];
  });
  return lines.length === 0 ? [] : [lines.join('\n')];
}

/** Without its comment and body, in one line. */
function memberHead(member: ts.ClassElement | ts.TypeElement): string {
  const body =
    ts.isMethodDeclaration(member) || ts.isGetAccessor(member)
      ? (member.body?.getFullText() ?? '')
      : '';
  const text = member.getText();
  const head = text.slice(0, text.length - body.length);
  return head
    .replaceAll(/\/\*\*[^]*?\*\//g, '')
    .replaceAll(/\s+/g, ' ')
    .replace(/[;,]\s*$/, '')
    .replaceAll('readonly ', '')
    .trim();
}
