import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';

const FOLDER = join(__dirname, '../../packages/client/src');
const FILES = readdirSync(FOLDER).filter((name) => name.endsWith('.ts'));

const read = (name: string) => readFileSync(join(FOLDER, name), 'utf8');
const importsOf = (text: string) =>
  ts.preProcessFile(text).importedFiles.map(({ fileName }) => fileName);

test.each(FILES)(
  'packages/client/src/%s loads no other package, since it imports only types',
  (name) => {
    const { outputText } = ts.transpileModule(read(name), {
      compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext },
    });

    expect(importsOf(outputText)).toEqual([]);
    expect(importsOf(read(name)).filter((target) => target.startsWith('.'))).toEqual([]);
  },
);
