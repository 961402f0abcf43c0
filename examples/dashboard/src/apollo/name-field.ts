import { Kind, visit, type DocumentNode, type FieldNode } from 'graphql';

/** Selects `displayName: <nameField>` in each `user`, since only the company's supergraph has names. */
export function addNameField(document: DocumentNode, nameField: string): DocumentNode {
  const displayName: FieldNode = {
    kind: Kind.FIELD,
    alias: { kind: Kind.NAME, value: 'displayName' },
    name: { kind: Kind.NAME, value: nameField },
  };
  return visit(document, {
    Field: (node) =>
      node.name.value === 'user' && node.selectionSet
        ? {
            ...node,
            selectionSet: {
              ...node.selectionSet,
              selections: [...node.selectionSet.selections, displayName],
            },
          }
        : undefined,
  });
}
