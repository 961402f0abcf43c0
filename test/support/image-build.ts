import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import ignore from '@balena/dockerignore';
import { Cmd, Copy, DockerfileParser, From, Healthcheck, type Instruction } from 'dockerfile-ast';

/** What the last stage of a Dockerfile says, and its files as a folder of this machine. */
export interface BuiltImage {
  /** The base image, e.g. `node:24-trixie-slim`. */
  readonly base: string;
  /** The folder that is the working directory of the container. */
  readonly directory: string;
  readonly env: Readonly<Record<string, string>>;
  readonly user: string;
  readonly command: readonly string[];
  readonly healthCheck: readonly string[];
}

interface Stage {
  readonly name: string;
  /** The root of its file system. */
  readonly root: string;
  base: string;
  workdir: string;
  env: Record<string, string>;
  user: string;
  command: string[];
  healthCheck: string[];
}

interface Build {
  /** The folder with the Dockerfile. */
  readonly context: string;
  readonly ignores: (path: string) => boolean;
  /** The environment of `RUN`, whose `PATH` stands in for the programs of the base image. */
  readonly runEnv: NodeJS.ProcessEnv;
  readonly stages: Stage[];
}

/**
 * Runs the stages of a Dockerfile as plain steps in a folder, since no container engine is needed for what ours does.
 * Knows only the instructions that ours has, and throws at any other.
 */
export function buildImage(context: string, target: string, runEnv: Build['runEnv']): BuiltImage {
  const dockerfile = DockerfileParser.parse(readFileSync(join(context, 'Dockerfile'), 'utf8'));
  const filter = ignore().add(readFileSync(join(context, '.dockerignore'), 'utf8'));
  const build: Build = { context, ignores: (path) => filter.ignores(path), runEnv, stages: [] };
  for (const instruction of dockerfile.getInstructions()) {
    if (instruction instanceof From) build.stages.push(startStage(instruction, build, target));
    else if (instruction.getKeyword() !== 'ARG') take(instruction, build);
  }
  const last = stageOf(build);
  return { ...last, directory: join(last.root, last.workdir) };
}

function startStage(from: From, { stages }: Build, target: string): Stage {
  const root = join(target, String(stages.length));
  mkdirSync(root, { recursive: true });
  return {
    name: from.getBuildStage() ?? String(stages.length),
    root,
    base: from.getExpandedArguments()[0]?.getValue() ?? '',
    workdir: '/',
    env: {},
    user: 'root',
    command: [],
    healthCheck: [],
  };
}

function take(instruction: Instruction, build: Build): void {
  const stage = stageOf(build);
  const text = instruction.getArgumentsContent() ?? '';
  if (instruction instanceof Copy) copy(instruction, stage, build);
  else if (instruction instanceof Healthcheck) {
    stage.healthCheck = execForm(text.slice(text.indexOf('CMD') + 'CMD'.length));
  } else if (instruction instanceof Cmd) stage.command = execForm(text);
  else if (instruction.getKeyword() === 'WORKDIR') {
    stage.workdir = text;
    mkdirSync(join(stage.root, text), { recursive: true });
  } else if (instruction.getKeyword() === 'ENV') {
    for (const argument of instruction.getArguments()) {
      const [name = '', value = ''] = argument.getValue().split('=');
      stage.env[name] = value;
    }
  } else if (instruction.getKeyword() === 'USER') stage.user = text;
  else if (instruction.getKeyword() === 'RUN') run(text, stage, build);
  else if (instruction.getKeyword() !== 'EXPOSE') {
    throw new Error(`Dockerfile: expected a known instruction, got ${instruction.getKeyword()}`);
  }
}

/** @throws SyntaxError for the shell form, which needs a shell in the image */
function execForm(text: string): string[] {
  return JSON.parse(text) as string[];
}

function run(command: string, stage: Stage, { runEnv }: Build): void {
  execFileSync('/bin/sh', ['-c', command], {
    cwd: join(stage.root, stage.workdir),
    env: { ...runEnv, ...stage.env },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
}

function copy(instruction: Copy, stage: Stage, build: Build): void {
  const paths = instruction.getArguments().map((argument) => argument.getValue());
  const target = paths.pop() ?? '';
  const from = instruction
    .getFlags()
    .find((flag) => flag.getName() === 'from')
    ?.getValue();
  const isFolder = target.endsWith('/');
  for (const path of paths) {
    const { source, filter } = from ? inStage(path, from, build) : inContext(path, build);
    const into = posix.join(stage.workdir, target, isFolder ? posix.basename(path) : '');
    // Docker copies the content of a folder, and links as links.
    cpSync(source, join(stage.root, into), { recursive: true, verbatimSymlinks: true, filter });
  }
}

function inStage(path: string, name: string, { stages }: Build) {
  const root = stages.find((stage) => stage.name === name)?.root;
  if (root === undefined) throw new Error(`COPY --from: expected an earlier stage, got ${name}`);
  return { source: join(root, path), filter: () => true };
}

function inContext(path: string, { context, ignores }: Build) {
  if (ignores(path))
    throw new Error(`COPY: expected a path that .dockerignore lets in, got ${path}`);
  const relative = (file: string) => file.slice(context.length + 1);
  return { source: join(context, path), filter: (file: string) => !ignores(relative(file)) };
}

function stageOf({ stages }: Build): Stage {
  const stage = stages.at(-1);
  if (!stage) throw new Error('Dockerfile: expected FROM first, got another instruction');
  return stage;
}
