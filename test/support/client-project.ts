import { execFile } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { blocksOf, ROOT } from './pages';

const run = promisify(execFile);

/** What the page tells to install besides the package. The project gets the installed ones, so it needs no network. */
const INSTALLED = [
  '@apollo/client',
  '@graphql-codegen/cli',
  '@graphql-codegen/typed-document-node',
  '@graphql-codegen/typescript-operations',
  '@graphql-typed-document-node/core',
  '@tanstack/react-query',
  '@types/react',
  '@types/react-dom',
  '@urql/core',
  '@urql/exchange-graphcache',
  'graphql',
  'graphql-request',
  'graphql-sse',
  'react',
  'react-dom',
  'relay-runtime',
  'rxjs',
];

const STRICT = {
  strict: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  noImplicitReturns: true,
  noPropertyAccessFromIndexSignature: true,
  noUnusedLocals: true,
  noUnusedParameters: true,
  verbatimModuleSyntax: true,
  allowImportingTsExtensions: true,
  rewriteRelativeImportExtensions: true,
  // Apollo Client's own types do not pass `exactOptionalPropertyTypes`.
  skipLibCheck: true,
  target: 'es2022',
  lib: ['es2023', 'dom'],
  jsx: 'react-jsx',
  types: [],
  rootDir: 'src',
};

const RESOLUTIONS = {
  bundler: { module: 'esnext', moduleResolution: 'bundler', outDir: 'dist' },
  nodenext: { module: 'nodenext', noEmit: true },
};
/** Bundlers know no CommonJS. */
const INCLUDED = {
  bundler: ['src/**/*.ts', 'src/**/*.tsx'],
  nodenext: ['src'],
};
export type Resolution = keyof typeof RESOLUTIONS;

/** Where the code of the page finds the gateway. */
const URL_ON_THE_PAGE = 'http://127.0.0.1:4000/graphql';

/** A strict TypeScript project of a user, which has installed the packed client package. */
export class ClientProject {
  readonly #folder = mkdtempSync(join(tmpdir(), 'client-'));

  /** Packs the package, and installs the archive. Writes the blocks of the page that name a file. */
  static async create(page: string): Promise<ClientProject> {
    const project = new ClientProject();
    await project.#install();
    for (const { info, code } of blocksOf(page)) {
      const path = /\bfile=(\S+)/.exec(info)?.[1];
      if (path) project.write(path, code);
    }
    return project;
  }

  async #install(): Promise<void> {
    const folder = this.#folder;
    this.write('package.json', JSON.stringify({ private: true, type: 'module' }));
    const packing = ['pack', './packages/client', '--json', '--pack-destination', folder];
    const { stdout } = await run('npm', packing, { cwd: ROOT });
    const [packed] = JSON.parse(stdout.slice(stdout.indexOf('['))) as [{ filename: string }];
    // It has peers only, so that nothing else is installed.
    const options = ['--offline', '--legacy-peer-deps', '--no-audit', '--no-fund'];
    await run('npm', ['install', ...options, join(folder, packed.filename)], { cwd: folder });
    for (const name of INSTALLED) {
      const link = join(folder, 'node_modules', name);
      mkdirSync(dirname(link), { recursive: true });
      symlinkSync(join(ROOT, 'node_modules', name), link);
    }
  }

  path(...parts: string[]): string {
    return join(this.#folder, ...parts);
  }

  read(path: string): string {
    return readFileSync(this.path(path), 'utf8');
  }

  write(path: string, text: string): void {
    mkdirSync(dirname(this.path(path)), { recursive: true });
    writeFileSync(this.path(path), text);
  }

  /** Runs a program that the page runs with `npx`. */
  async npx(script: string, ...options: string[]): Promise<void> {
    await this.#node(join(ROOT, 'node_modules', script), ...options);
  }

  /** @returns what the compiler reports; nothing if all is well */
  async compile(resolution: Resolution, options: object = {}): Promise<string> {
    const config = `tsconfig.${resolution}.json`;
    const compilerOptions = { ...STRICT, ...RESOLUTIONS[resolution], ...options };
    this.write(config, JSON.stringify({ compilerOptions, include: INCLUDED[resolution] }));
    const compiler = join(ROOT, 'node_modules/typescript/bin/tsc');
    return this.#node(compiler, '--project', config).catch(
      (error: unknown) => (error as { stdout: string }).stdout,
    );
  }

  /**
   * Runs JavaScript in the compiled project, with the code of the page pointed to a gateway. In the script, `#/` is the
   * folder of that code. @param replaced files that a plugin of a bundler changes @returns the JSON that the script prints
   */
  async run(
    url: string,
    script: string,
    replaced: Readonly<Record<string, string>> = {},
  ): Promise<unknown> {
    for (const [name, code] of Object.entries(replaced)) this.write(join('dist', name), code);
    const folder = `run-${new URL(url).port}`;
    this.#pointTo(url, folder);
    const code = script.replaceAll('#/', `./${folder}/`);
    return JSON.parse(await this.#node('--input-type=module', '--eval', code));
  }

  #pointTo(url: string, folder: string): void {
    for (const file of readdirSync(this.path('dist'), { recursive: true, encoding: 'utf8' })) {
      if (!file.endsWith('.js')) continue;
      const code = this.read(join('dist', file)).replaceAll(URL_ON_THE_PAGE, `${url}/graphql`);
      this.write(join(folder, file), code);
    }
  }

  async #node(...options: string[]): Promise<string> {
    const { stdout } = await run(process.execPath, options, { cwd: this.#folder });
    return stdout;
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true });
  }
}
