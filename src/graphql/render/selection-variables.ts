import { visit, type FieldNode, type FragmentDefinitionNode } from 'graphql';

/** What the text of a selection depends on, in addition to the snapshot and the filter. */
export interface Dependencies {
  /** The names of the variables in its arguments and directives. */
  readonly variables: readonly string[];
  /** Whether it selects `LocalizedText.text`, whose default language is that of the request. */
  readonly usesLocale: boolean;
}

/**
 * Searches everything below the fields, with their fragments. graphql-js applies the arguments and directives of
 * the fields themselves.
 */
export function dependenciesOf(
  nodes: readonly FieldNode[],
  fragments: Readonly<Record<string, FragmentDefinitionNode>>,
): Dependencies {
  const variables = new Set<string>();
  const spread = new Set<string>();
  let usesLocale = false;

  function visitBelow(node: FieldNode | FragmentDefinitionNode): void {
    if (!node.selectionSet) return;
    visit(node.selectionSet, {
      Variable: ({ name }) => {
        variables.add(name.value);
      },
      Field: ({ name }) => {
        if (name.value === 'text') usesLocale = true;
      },
      FragmentSpread: ({ name }) => {
        const fragment = fragments[name.value];
        if (!fragment || spread.has(name.value)) return;
        spread.add(name.value);
        visitBelow(fragment);
      },
    });
  }

  for (const node of nodes) visitBelow(node);
  return { variables: [...variables], usesLocale };
}
