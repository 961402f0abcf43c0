import {
  Kind,
  type ArgumentNode,
  type SelectionNode,
  type TypeNode,
  type ValueNode,
  type VariableDefinitionNode,
} from 'graphql';

/** How deep the values go that stand in a document. graphql-js follows them by recursion. */
export interface InputMeter {
  note(selection: SelectionNode): void;
  noteVariable(variable: VariableDefinitionNode): void;
  levels(): number;
}

/** It looks no further than `deepest`. */
export function createInputMeter(deepest: number): InputMeter {
  let most = 0;

  function noteValue(value: ValueNode, level: number): void {
    most = Math.max(most, level);
    if (level > deepest) return;
    if (value.kind === Kind.LIST) for (const part of value.values) noteValue(part, level + 1);
    if (value.kind === Kind.OBJECT)
      for (const part of value.fields) noteValue(part.value, level + 1);
  }

  function noteArguments(given: readonly ArgumentNode[] = []): void {
    for (const { value } of given) noteValue(value, 0);
  }

  return {
    note(selection) {
      if (selection.kind === Kind.FIELD) noteArguments(selection.arguments);
      for (const directive of selection.directives ?? []) noteArguments(directive.arguments);
    },
    noteVariable({ type, defaultValue, directives }) {
      most = Math.max(most, listLevels(type));
      if (defaultValue) noteValue(defaultValue, 0);
      for (const directive of directives ?? []) noteArguments(directive.arguments);
    },
    levels: () => most,
  };
}

function listLevels(type: TypeNode): number {
  let levels = 0;
  for (let inner = type; inner.kind !== Kind.NAMED_TYPE; inner = inner.type) {
    if (inner.kind === Kind.LIST_TYPE) levels += 1;
  }
  return levels;
}
