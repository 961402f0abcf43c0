import {
  getOperationAST,
  OperationTypeNode,
  type DocumentNode,
  type OperationDefinitionNode,
} from 'graphql';
import type { DocumentStore } from '../document-store';
import { LARGE_DOCUMENT_CHARACTERS } from '../plugins/pause.plugin';

/** An operation of a document that Apollo has validated. */
export interface KnownOperation {
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
}

/**
 * @returns `undefined` for an operation that Apollo has not validated, or executes with pauses since it is large, and
 * for a subscription
 */
export function findKnownOperation(
  documents: Pick<DocumentStore, 'find'>,
  text: string,
  operationName: string | null,
): KnownOperation | undefined {
  const document = text.length < LARGE_DOCUMENT_CHARACTERS ? documents.find(text) : undefined;
  const operation = document && getOperationAST(document, operationName);
  return document && operation?.operation === OperationTypeNode.QUERY
    ? { document, operation }
    : undefined;
}
