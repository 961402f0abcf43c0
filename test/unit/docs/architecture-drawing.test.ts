import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';

const ROOT = join(__dirname, '../../..');
const SRC = join(ROOT, 'src');
const [wayOfARequest = '', queue = ''] = readFileSync(join(ROOT, 'docs/architecture.md'), 'utf8')
  .split('```mermaid\n')
  .slice(1)
  .map((rest) => rest.slice(0, rest.indexOf('```')));

/** Rooms that the text below the drawing says are left out of it. */
const LEFT_OUT = ['cli', 'composition', 'domain', 'emulator', 'observability'];
const ROOMS = readdirSync(SRC, { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && !LEFT_OUT.includes(entry.name))
  .map(({ name }) => name);

/** `room -->|"label"| other room` */
const ARROW = /^ *(\w+) -->(?:\|"[^"]*"\|)? *(\w+)$/gm;

function drawnArrows(drawing: string): string[] {
  return [...drawing.matchAll(ARROW)]
    .map(([, from = '', to = '']) => ({ from, to }))
    .filter(({ from, to }) => ROOMS.includes(from) && ROOMS.includes(to))
    .map(({ from, to }) => `${from} --> ${to}`);
}

function importsOf(room: string): string[] {
  const targets = readdirSync(join(SRC, room), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .flatMap((file) => {
      const text = readFileSync(join(SRC, room, file), 'utf8');
      return ts.preProcessFile(text, true, true).importedFiles.map(({ fileName }) =>
        // The room stands after the last `../`, also in imports from a folder within a room.
        fileName.replace(/^(\.\.\/)+/, '').replace(/\/.*$/, ''),
      );
    });
  return [...new Set(targets)].filter((target) => target !== room && ROOMS.includes(target));
}

test('The arrows in the way of a request are the imports between rooms', () => {
  const imports = ROOMS.flatMap((room) => importsOf(room).map((target) => `${room} --> ${target}`));

  expect(drawnArrows(wayOfARequest).sort()).toEqual(imports.sort());
});

test('The drawing of the queue names files that exist', () => {
  const files = queue.match(/\w+\/[\w-]+\.ts/g) ?? [];

  expect(files.length).toBeGreaterThan(8);
  expect(files.filter((file) => !existsSync(join(SRC, file)))).toEqual([]);
});

test.each(readdirSync(join(ROOT, 'docs'), { recursive: true, encoding: 'utf8' }).filter(isPage))(
  'docs/%s names files that exist, in src or at the root',
  (page) => {
    const text = readFileSync(join(ROOT, 'docs', page), 'utf8');
    const files = text.match(/(?<=`)[\w-]+(\/[\w.-]+)+\.ts(?=`)/g) ?? [];

    expect(files.filter((file) => ![SRC, ROOT].some((dir) => existsSync(join(dir, file))))).toEqual(
      [],
    );
  },
);

function isPage(file: string): boolean {
  return file.endsWith('.md');
}
