import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Kind, parse } from 'graphql';
import { z } from 'zod';

/** The safelisted operations, by ID. */
export interface OperationManifest {
  readonly texts: ReadonlyMap<string, string>;
  /** What an operation is for, if the manifest says so. */
  readonly descriptions: ReadonlyMap<string, string>;
}

/** A fault of a manifest, in two parts: what was expected, and what the gateway got. */
export class ManifestFault extends Error {
  override readonly name = 'ManifestFault';

  constructor(
    readonly expected: string,
    readonly got: string,
  ) {
    super(`expected ${expected}, got ${got}`);
  }
}

const FORMAT = 'apollo-persisted-query-manifest';

/** https://www.apollographql.com/docs/graphos/platform/security/persisted-queries#manifest-format */
const MANIFEST = z.object({
  format: z.literal(FORMAT),
  version: z.literal(1),
  operations: z
    .array(
      z.object({
        id: z.string(),
        body: z.string(),
        // Not in Apollo's format, which allows more properties.
        description: z.string().optional(),
      }),
    )
    .min(1),
});

/** @throws ManifestFault */
export function readOperationManifest(path: string): OperationManifest {
  const parsed = MANIFEST.safeParse(parseJson(readText(path)));
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const where = issue?.path.join('.') ?? '';
    throw new ManifestFault(
      `a file of format "${FORMAT}", version 1, with at least one operation`,
      `another one: ${where || 'the whole file'}: ${issue?.message ?? 'unreadable'}`,
    );
  }
  const { operations } = parsed.data;
  for (const [i, { id, body }] of operations.entries()) requireValid(`operations.${i}`, id, body);
  return {
    texts: new Map(operations.map(({ id, body }) => [id, body])),
    descriptions: new Map(
      operations.flatMap(({ id, description }) => (description ? [[id, description]] : [])),
    ),
  };
}

/** The longest name of a tool in MCP. */
const MAX_TOOL_NAME_LENGTH = 128;

/** What keeps the operations of a manifest from being tools, each with a name of its own. */
export function findToolFaults(manifest: OperationManifest | undefined): string[] {
  const names = new Set<string>();
  const faults = [...(manifest?.texts ?? [])].map(([id, text]) => {
    const name = toolNameOf(text);
    const where = `the operation with the ID ${id}`;
    if (name === undefined) return `one named query in each text, got another number at ${where}`;
    if (name.length > MAX_TOOL_NAME_LENGTH) {
      return `names of at most ${MAX_TOOL_NAME_LENGTH} characters, got a longer one at ${where}`;
    }
    if (names.has(name)) return `operations with different names, got ${name} again at ${where}`;
    names.add(name);
    return undefined;
  });
  return faults
    .filter((fault) => fault !== undefined)
    .map((fault) => `PERSISTED_OPERATIONS: expected, with MCP=on, ${fault}`);
}

function toolNameOf(text: string): string | undefined {
  const operations = parse(text).definitions.filter(
    (one) => one.kind === Kind.OPERATION_DEFINITION,
  );
  return operations.length === 1 ? operations[0]?.name?.value : undefined;
}

function requireValid(where: string, id: string, body: string): void {
  if (id !== sha256(body)) {
    throw new ManifestFault(
      'operations whose "id" is the SHA-256 of their "body", in lowercase hexadecimal digits',
      `another ID at ${where}`,
    );
  }
  try {
    parse(body);
  } catch (error) {
    throw new ManifestFault('operations in GraphQL', `${(error as Error).message} at ${where}`);
  }
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new ManifestFault('the path of a readable file', (error as Error).message);
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new ManifestFault('a JSON file', 'another text');
  }
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
