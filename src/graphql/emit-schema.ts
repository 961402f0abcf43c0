import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { printGatewaySchema } from './schema';

/** Writes `schema.graphql`. With `--check` it only compares, and exits with 1 if the file is outdated. */
const file = join(__dirname, '../../schema.graphql');
const sdl = printGatewaySchema();

if (!process.argv.includes('--check')) {
  writeFileSync(file, sdl);
} else if (readFileSync(file, 'utf8') !== sdl) {
  console.error('schema.graphql does not match the code: run "npm run generate" and commit it.');
  process.exitCode = 1;
}
