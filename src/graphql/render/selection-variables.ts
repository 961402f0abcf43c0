import { visit, type FieldNode, type FragmentDefinitionNode } from 'graphql';

/** What a selection depends on beside its text. */
export interface Dependencies {
  /** The names of the variables in its arguments and directives. */
  readonly variables: readonly string[];
  /** Whether it selects a text in the language of the request. */
  readonly locale: boolean;
}

/** Of everything below the fields, fragments included; arguments and directives of the fields themselves not. */
export function dependenciesOf(
  nodes: readonly FieldNode[],
  fragments: Readonly<Record<string, FragmentDefinitionNode>>,
): Dependencies {
  const variables = new Set<string>();
  const spread = new Set<string>();
  let locale = false;

  function visitBelow(node: FieldNode | FragmentDefinitionNode): void {
    if (!node.selectionSet) return;
    visit(node.selectionSet, {
      Variable: ({ name }) => {
        variables.add(name.value);
      },
      Field: ({ name }) => {
        if (name.value === 'text') locale = true;
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
  return { variables: [...variables], locale };
}
