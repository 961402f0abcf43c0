// Prepares the package for `tsc`: an empty `dist` with one folder for each kind of modules, and the licence, which the
// repository has once.
import { copyFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const here = import.meta.dirname;
rmSync(join(here, 'dist'), { recursive: true, force: true });
copyFileSync(join(here, '../../LICENSE'), join(here, 'LICENSE'));
mkdirSync(join(here, 'dist/cjs'), { recursive: true });
writeFileSync(join(here, 'dist/package.json'), '{ "type": "module" }\n');
writeFileSync(join(here, 'dist/cjs/package.json'), '{ "type": "commonjs" }\n');
