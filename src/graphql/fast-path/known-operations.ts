import { getOperationAST, type DocumentNode, type OperationDefinitionNode } from 'graphql';
import type { DocumentStore } from '../document-store';
import { LARGE_DOCUMENT_CHARACTERS } from '../plugins/pause.plugin';

/** An operation of a document that Apollo has validated. */
export interface KnownOperation {
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
}

type OperationName = string | null;
/** The operations of each document, by the name that a request selects them with. */
const operations = new WeakMap<DocumentNode, Map<OperationName, KnownOperation>>();

/** @returns `undefined` for an operation that Apollo has not validated, or executes with pauses since it is large */
export function findKnownOperation(
  documents: Pick<DocumentStore, 'find'>,
  text: string,
  operationName: OperationName,
): KnownOperation | undefined {
  if (text.length >= LARGE_DOCUMENT_CHARACTERS) return undefined;
  const document = documents.find(text);
  if (!document) return undefined;
  const byName = operations.get(document) ?? new Map<OperationName, KnownOperation>();
  const known = byName.get(operationName);
  if (known) return known;
  const operation = getOperationAST(document, operationName);
  if (!operation) return undefined;
  const found = { document, operation };
  operations.set(document, byName.set(operationName, found));
  return found;
}
