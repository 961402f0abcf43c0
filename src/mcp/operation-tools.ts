import type { Tool } from '@modelcontextprotocol/server';
import {
  getOperationAST,
  OperationTypeNode,
  parse,
  TokenKind,
  validate,
  type DocumentNode,
  type GraphQLSchema,
  type OperationDefinitionNode,
} from 'graphql';
import { inputSchemaOf } from './input-schema';
import { outputSchemaOf } from './output-schema';
import { collectFields, createSelectionReader } from './selected-fields';

/** A persisted operation, with the tool that runs it. */
export interface OperationTool {
  readonly tool: Tool;
  readonly query: string;
  /** The names of its variables. */
  readonly argumentNames: ReadonlySet<string>;
}

export interface ToolSource {
  /** The texts of the operations, by ID. */
  readonly texts: ReadonlyMap<string, string>;
  /** What an operation is for, by ID, if the list says so. */
  readonly descriptions: ReadonlyMap<string, string>;
}

/**
 * Makes a tool of each operation, by name.
 * @param onUnusable told of each operation that the schema does not answer; it becomes no tool
 */
export function createOperationTools(
  schema: GraphQLSchema,
  { texts, descriptions }: ToolSource,
  onUnusable: (name: string, reason: string) => void,
): ReadonlyMap<string, OperationTool> {
  const tools = new Map<string, OperationTool>();
  for (const [id, query] of texts) {
    const document = parse(query);
    const operation = getOperationAST(document);
    const name = operation?.name?.value;
    // The configuration has refused a list with such an operation.
    if (!operation || name === undefined) continue;
    const fault = findFault(schema, document, operation);
    if (fault !== undefined) {
      onUnusable(name, fault);
      continue;
    }
    const description =
      commentOf(operation) ?? descriptions.get(id) ?? describeFields(schema, document, operation);
    tools.set(name, {
      tool: toTool(schema, document, operation, { name, description }),
      query,
      argumentNames: new Set(operation.variableDefinitions?.map((one) => one.variable.name.value)),
    });
  }
  return tools;
}

/** Why no tool answers an operation. A tool returns one result, so it is no subscription. */
function findFault(
  schema: GraphQLSchema,
  document: DocumentNode,
  { operation }: OperationDefinitionNode,
): string | undefined {
  if (operation !== OperationTypeNode.QUERY)
    return `operation: expected a query, got a ${operation}`;
  return validate(schema, document, undefined, { maxErrors: 1 })[0]?.message;
}

function toTool(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
  described: Pick<Tool, 'name' | 'description'>,
): Tool {
  return {
    ...described,
    inputSchema: { ...inputSchemaOf(schema, document, operation), type: 'object' },
    outputSchema: { ...outputSchemaOf(schema, document, operation), type: 'object' },
    annotations: { readOnlyHint: true, openWorldHint: false },
  };
}

/** The description of an operation, or the comment right before it; its lines are joined. */
function commentOf({ description, loc }: OperationDefinitionNode): string | undefined {
  if (description) return description.value;
  const lines: string[] = [];
  let token = loc?.startToken.prev;
  while (token?.kind === TokenKind.COMMENT) {
    lines.unshift(token.value.trim());
    token = token.prev;
  }
  return lines.join(' ').trim() || undefined;
}

/** What the schema says about the fields at the top of an operation without a comment. */
function describeFields(
  schema: GraphQLSchema,
  document: DocumentNode,
  { operation, selectionSet }: OperationDefinitionNode,
): string {
  const root = schema.getRootType(operation);
  if (!root) return '';
  const fields = collectFields(createSelectionReader(schema, document), root, [selectionSet]);
  const names = new Set([...fields.values()].flatMap(({ nodes }) => nodes.map(nameOf)));
  return [...names].flatMap((name) => root.getFields()[name]?.description ?? []).join('\n');
}

function nameOf({ name }: { readonly name: { readonly value: string } }): string {
  return name.value;
}
